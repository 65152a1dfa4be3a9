package member

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// scheduleView is what the schedule shows.
type scheduleView struct {
	look
	now  time.Time
	list []appointment.View
	off  []calendar.TimeOff
	// sheet tells the working hours.
	sheet *calendar.Sheet
	today []appointment.View
	// next is what goes on now or comes next, if anything.
	next *appointment.View
	// people are whose schedules the reader may look at; empty for who sees
	// only their own.
	people   []org.Person
	booking  string
	hasHours bool
}

func (k *Work) schedule(w http.ResponseWriter, r *http.Request) error {
	now, err := k.Now(r.Context())
	if err != nil {
		return err
	}
	l, err := k.lookOf(r, now)
	if err != nil {
		return err
	}
	v := scheduleView{look: l, now: now}
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	if err := k.readSchedule(r.Context(), &v, reader); err != nil {
		return err
	}
	if actor.May(org.UseContactCenter) {
		v.people, err = k.Orgs.People(r.Context(), k.Orgs.Read(), actor.OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: peopleMost})
		if err != nil {
			return err
		}
	}
	v.booking = k.Site.URL("/book/" + actor.Organization.Slug)
	shell := page.Frame(w, r, scheduleTitle(reader, v), "schedule")
	shell.Full = true
	return page.Render(w, r, http.StatusOK, schedulePage(reader, shell, v))
}

// peopleMost is how many names the choice of a schedule holds.
const peopleMost = 1000

// readSchedule reads what is shown and what comes next.
func (k *Work) readSchedule(ctx context.Context, v *scheduleView, r words.Reader) (err error) {
	window, q, orgID, id := v.window(r), k.Orgs.Read(), v.who.OrgID, v.who.ID
	if v.list, err = k.Appointments.Schedule(ctx, q, orgID, id, window); err != nil {
		return err
	}
	if v.off, err = k.Calendars.TimeOff(ctx, orgID, id, window); err != nil {
		return err
	}
	sheets, err := calendar.Load(ctx, q, orgID, []string{id}, window)
	if err != nil {
		return err
	}
	v.sheet = sheets[id]
	week, err := k.Calendars.Hours(ctx, orgID, id)
	if err != nil {
		return err
	}
	v.hasHours = len(week) > 0
	return k.readToday(ctx, v, r)
}

func (k *Work) readToday(ctx context.Context, v *scheduleView, r words.Reader) (err error) {
	q, orgID, id := k.Orgs.Read(), v.who.OrgID, v.who.ID
	day := calendar.DateOf(v.now.In(r.Zone)).In(r.Zone)
	if v.today, err = k.Appointments.Schedule(ctx, q, orgID, id, day); err != nil {
		return err
	}
	for i := range v.today {
		if a := &v.today[i]; a.State == appointment.Confirmed && v.now.Before(a.Ends) {
			v.next = a
			return nil
		}
	}
	upcoming, err := k.Appointments.Upcoming(ctx, q, orgID, id, v.now, 1)
	if len(upcoming) > 0 {
		v.next = &upcoming[0]
	}
	return err
}
