package member

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// Work is the pages of a member's working day: the schedule, each appointment
// in it, and the hours in which the member can be booked. It draws and reads
// forms; what is allowed is decided by appointment and calendar.
type Work struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	Calendars    *calendar.Calendars
	Notify       *notify.Notify
	Identities   *identity.Identities
	Vault        *vault.Vault
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// Register adds the pages to the site.
func (k *Work) Register() {
	k.own("GET /schedule", k.schedule)
	k.own("GET /schedule/{id}", k.visit)
	k.own("GET /schedule/{id}/reschedule", k.times)
	k.own("POST /schedule/{id}/reschedule", k.move)
	k.own("GET /schedule/{id}/cancel", k.askCancel)
	k.own("POST /schedule/{id}/cancel", k.cancel)
	k.own("GET /profile/reads", k.reads)
	k.own("GET /hours", k.hours)
	k.own("POST /hours", k.saveHours)
	k.own("POST /hours/dates", k.saveDate)
	k.own("POST /hours/dates/{date}/usual", k.dropDate)
	k.own("POST /hours/off", k.addOff)
	k.own("POST /hours/off/{id}/remove", k.removeOff)
}

func (k *Work) own(pattern string, h web.Handler) { k.Site.Handle(pattern, org.Own, h) }

// look is what the address of the schedule asks to see.
type look struct {
	// who is whose schedule it is; own says that it is the reader's.
	who org.Person
	own bool
	// view is "week", "day" or "list".
	view string
	day  calendar.Date
}

// lookOf reads the address. A view or day that makes no sense counts as not
// given; a person whose schedule is not the reader's to see does not exist.
func (k *Work) lookOf(r *http.Request, now time.Time) (l look, err error) {
	q, actor := r.URL.Query(), web.ActorOf(r)
	id := cmp.Or(q.Get("person"), actor.PersonID)
	l.own = id == actor.PersonID
	if !l.own && !actor.May(org.UseContactCenter) {
		return l, fault.New(fault.NotFound, "")
	}
	if l.who, err = k.Orgs.Person(r.Context(), k.Orgs.Read(), actor.OrgID, id); err != nil {
		return l, err
	}
	if l.who.Kind != org.KindMember {
		return l, fault.New(fault.NotFound, "")
	}
	if l.view = q.Get("view"); l.view != "day" && l.view != "list" {
		l.view = "week"
	}
	if l.day, err = calendar.ParseDate(q.Get("day")); err != nil {
		l.day = calendar.DateOf(now.In(web.ReaderOf(r).Zone))
	}
	return l, nil
}

// days are the first day that is shown and the one after the last. The list
// shows a month.
func (l look) days(r words.Reader) (first, next calendar.Date) {
	switch l.view {
	case "day":
		return l.day, l.day + 1
	case "list":
		at := l.day.In(time.UTC).Start
		month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		return calendar.DateOf(month), calendar.DateOf(month.AddDate(0, 1, 0))
	}
	first = l.day.WeekFrom(r.FirstWeekday())
	return first, first + 7
}

// window is the time that is shown, on the reader's wall clock.
func (l look) window(r words.Reader) calendar.Span {
	first, next := l.days(r)
	return calendar.Span{Start: first.In(r.Zone).Start, End: next.In(r.Zone).Start}
}

// address is the same look at another day or in another view.
func (l look) address(view string, day calendar.Date) string {
	person := l.who.ID
	if l.own {
		person = ""
	}
	return page.Address("/schedule", "person", person, "view", view, "day", day.String())
}
