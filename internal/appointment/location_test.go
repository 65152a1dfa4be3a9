package appointment_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// week is the same hours on each of some weekdays.
func week(start, end int, place string, days ...time.Weekday) (hours []calendar.Hours) {
	for _, d := range days {
		hours = append(hours, calendar.Hours{Weekday: d, Start: start, End: end, Location: place})
	}
	return hours
}

// branch opens a branch with these staff.
func (h *house) branch(name string, staff []string, edit ...func(*appointment.Location)) appointment.Location {
	h.t.Helper()
	l := appointment.Location{Name: name, Address: "1 Street of " + name, Zone: "Europe/London", Active: true, Staff: staff}
	for _, f := range edit {
		f(&l)
	}
	l, err := h.a.SaveLocation(ctx, h.boss, l)
	h.ok(err)
	return l
}

// change saves a branch with something changed.
func (h *house) change(l appointment.Location, edit func(*appointment.Location)) appointment.Location {
	h.t.Helper()
	l, err := h.a.Location(ctx, h.d, l.OrgID, l.ID)
	h.ok(err)
	edit(&l)
	l, err = h.a.SaveLocation(ctx, h.boss, l)
	h.ok(err)
	return l
}

func (h *house) inPerson(location, staff string) appointment.Ask {
	return appointment.Ask{OrgID: h.org.ID, ServiceID: h.service.ID, Method: appointment.InPerson, LocationID: location, StaffID: staff}
}

// starts are the first and the last start that an ask has within a day, and how many there are.
func (h *house) starts(k appointment.Ask, window calendar.Span) []string {
	h.t.Helper()
	slots, err := h.a.Slots(ctx, k, window)
	h.ok(err)
	var list []string
	for _, s := range slots {
		list = append(list, s.Start.Format("Mon 15:04"))
	}
	if len(list) > 4 {
		list = []string{list[0], list[1], list[len(list)-1]}
	}
	return list
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// The first reading of each question is kept; the second must see what changed.
func TestInPersonNeedsTheBranchToBeOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		quay, phone := h.inPerson(h.location.ID, ""), h.asked("")
		same(t, "no hours: whenever staff work", h.starts(quay, day), []string{"Tue 09:00", "Tue 09:30", "Tue 16:30"})
		h.change(h.location, func(l *appointment.Location) { l.Hours = week(615, 735, "", time.Tuesday) })
		same(t, "opening hours", h.starts(quay, day), []string{"Tue 10:15", "Tue 10:45", "Tue 11:15", "Tue 11:45"})
		same(t, "a call asks for no branch", h.starts(phone, day), []string{"Tue 09:00", "Tue 09:30", "Tue 16:30"})
		h.change(h.location, func(l *appointment.Location) {
			l.Closed = []appointment.Closing{{Day: "2026-11-24", Name: "Works", Open: []calendar.Minutes{{Start: 540, End: 600}}}}
		})
		same(t, "a day with other hours", h.starts(quay, day), []string{"Tue 09:00", "Tue 09:30"})
		same(t, "is no closed day", h.starts(phone, day), []string{"Tue 09:00", "Tue 09:30", "Tue 16:30"})
		h.change(h.location, func(l *appointment.Location) { l.Closed[0].Open = nil })
		same(t, "a closed day", h.starts(quay, day), []string(nil))
		same(t, "is one for its staff", h.starts(phone, day), []string(nil))
		h.branch("Bath", h.staff[1:])
		same(t, "who has another branch that is open works there", h.starts(phone, day), []string{"Tue 09:00", "Tue 09:30", "Tue 16:30"})
		same(t, "and can be called", h.starts(h.asked(h.staff[1]), day), []string{"Tue 09:00", "Tue 09:30", "Tue 16:30"})
		same(t, "and the other cannot", h.starts(h.asked(h.staff[0]), day), []string(nil))
		h.change(h.location, func(l *appointment.Location) { l.Active = false })
		same(t, "a branch out of service closes nobody's day", h.starts(phone, day), []string{"Tue 09:00", "Tue 09:30", "Tue 16:30"})
		_, err := h.a.Slots(ctx, quay, day)
		refused(t, "and serves nobody", err, fault.Invalid, "appointment.location.unavailable")
	})
}

func TestHoursAtABranchCountThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		bath := h.branch("Bath", h.staff)
		h.ok(h.cals.SaveHours(ctx, h.boss, h.staff[0], slices.Concat(week(540, 600, h.location.ID, time.Tuesday), week(720, 780, bath.ID, time.Tuesday), week(900, 960, "", time.Tuesday))))
		for name, c := range map[string]struct {
			ask  appointment.Ask
			want []string
		}{
			"Quayside": {h.inPerson(h.location.ID, ""), []string{"Tue 09:00", "Tue 09:30", "Tue 15:00", "Tue 15:30"}},
			"Bath":     {h.inPerson(bath.ID, ""), []string{"Tue 12:00", "Tue 12:30", "Tue 15:00", "Tue 15:30"}},
			"by video": {h.asked(""), []string{"Tue 09:00", "Tue 09:30", "Tue 15:30"}},
		} {
			same(t, name, h.starts(c.ask, day), c.want)
		}
		_, err := h.a.Slots(ctx, h.inPerson("", ""), day)
		refused(t, "no branch said where two serve", err, fault.Invalid, "appointment.location.missing")
		_, err = h.a.Book(ctx, h.request(1, at(12, 0), face(h.location.ID)))
		refused(t, "Quayside while she is in Bath", err, fault.Invalid, "appointment.start.hours")
		a := h.book(2, at(12, 0), face(bath.ID))
		v, err := h.a.Get(ctx, h.d, h.org.ID, a.ID)
		h.ok(err)
		if v.LocationID != bath.ID || v.Meeting.Place != "Bath, 1 Street of Bath" {
			t.Errorf("booked at %s, %q", v.LocationID, v.Meeting.Place)
		}
		call := h.book(3, at(9, 0))
		_, err = h.a.ChangeMethod(ctx, h.boss, call.Seen(), appointment.InPerson, appointment.To{LocationID: bath.ID})
		refused(t, "a call in Bath while she is at Quayside", err, fault.Invalid, "appointment.method.not_there")
		_, err = h.a.ChangeMethod(ctx, h.boss, call.Seen(), appointment.InPerson, appointment.To{LocationID: h.location.ID})
		h.ok(err)
	})
}

func face(location string) func(*appointment.Request) {
	return func(r *appointment.Request) { r.Method, r.LocationID = appointment.InPerson, location }
}

// The zones of a branch, its staff and the client may all change their clocks on
// other days. The branch in New York opens at nine there; its adviser sits in
// London and works from two to eight.
func TestABranchInAnotherZone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1, func(s *appointment.Service) { s.Ahead, s.Step = 200*24*time.Hour, time.Hour })
		h.ok(h.cals.SaveHours(ctx, h.boss, h.staff[0], week(14*60, 20*60, "", time.Friday, time.Monday)))
		ny := h.branch("Broadway", h.staff, func(l *appointment.Location) {
			l.Zone, l.Hours = "America/New_York", week(9*60, 17*60, "", time.Friday, time.Monday)
		})
		for date, want := range map[string][]string{
			"2027-03-12": {"Fri 14:00", "Fri 15:00", "Fri 19:00"}, // both in winter: five hours apart
			"2027-03-15": {"Mon 14:00", "Mon 15:00", "Mon 19:00"}, // New York in summer: four
			"2027-03-29": {"Mon 13:00", "Mon 14:00", "Mon 18:00"}, // both in summer: London's two is one in UTC
			"2027-02-15": nil,                                     // Presidents' Day
		} {
			if want == nil {
				h.change(ny, func(l *appointment.Location) {
					l.Closed = append(l.Closed, appointment.Closing{Day: date, Name: "Presidents' Day"})
				})
			}
			first, err := time.Parse(time.DateOnly, date)
			h.ok(err)
			same(t, date, h.starts(h.inPerson(ny.ID, ""), calendar.Span{Start: first, End: first.AddDate(0, 0, 1)}), want)
		}
		// At eight in the evening in London it is three in New York, before the change and four after.
		h.change(ny, func(l *appointment.Location) { l.Hours = week(15*60, 17*60, "", time.Friday, time.Monday) })
		for date, want := range map[string][]string{"2027-03-12": nil, "2027-03-15": {"Mon 19:00"}, "2027-03-29": nil} {
			first, _ := time.Parse(time.DateOnly, date)
			same(t, "afternoons, "+date, h.starts(h.inPerson(ny.ID, ""), calendar.Span{Start: first, End: first.AddDate(0, 0, 1)}), want)
		}
	})
}

func TestFiftyClientsOneSlotAtABranch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		bath := h.branch("Bath", h.staff[:1])
		won := 0
		for _, err := range dbtest.Race(50, func(i int) error {
			_, err := h.a.Book(ctx, h.request(i, at(10, 0), face(bath.ID)))
			return err
		}) {
			if err == nil {
				won++
				continue
			}
			refused(t, "a loser", err, fault.Conflict, "appointment.taken")
		}
		if n := h.count("SELECT COUNT(*) FROM appointments WHERE org_id = $1 AND location_id = $2 AND staff_id = $3", bath.ID, h.staff[0]); won != 1 || n != 1 {
			t.Errorf("%d winners, %d appointments at the branch with its one adviser, want one", won, n)
		}
	})
}

// A branch goes out of service while fifty book there. Who began after it was
// gone is refused, and nobody is booked behind its back.
func TestABranchClosesWhileFiftyBook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 5)
		h.starts(h.inPerson("", ""), day)
		var closed atomic.Bool
		var late atomic.Int64
		for i, err := range dbtest.Race(50, func(i int) error {
			if i == 25 {
				defer closed.Store(true)
				l := h.location
				l.Active = false
				_, err := h.a.SaveLocation(ctx, h.boss, l)
				return err
			}
			gone := closed.Load()
			_, err := h.a.Book(ctx, h.request(i, at(9+i%8, 0), face(h.location.ID)))
			if err == nil && gone {
				late.Add(1)
			}
			return err
		}) {
			if err != nil && (i == 25 || !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid)) {
				t.Errorf("number %d: %v", i, err)
			}
		}
		if late.Load() > 0 {
			t.Errorf("%d were booked at a branch that was gone", late.Load())
		}
	})
}

func TestAnAppointmentMovesAtItsBranch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		bath := h.branch("Bath", h.staff, func(l *appointment.Location) { l.Hours = week(600, 720, "", time.Tuesday) })
		a := h.book(1, at(10, 0), face(bath.ID))
		_, err := h.a.Reschedule(ctx, h.client(a), a.Seen(), at(14, 0))
		refused(t, "to when Bath is closed", err, fault.Invalid, "appointment.start.hours")
		moved, err := h.a.Reschedule(ctx, h.client(a), a.Seen(), at(11, 0))
		h.ok(err)
		if moved.LocationID != bath.ID {
			t.Errorf("moved to %q", moved.LocationID)
		}
		h.change(bath, func(l *appointment.Location) {
			l.Staff = slices.DeleteFunc(l.Staff, func(id string) bool { return id == a.StaffID })
		})
		_, err = h.a.Reschedule(ctx, h.boss, appointment.Seen{ID: a.ID}, at(10, 0))
		refused(t, "with who left", err, fault.Invalid, "appointment.location.left")
		h.change(bath, func(l *appointment.Location) { l.Active = false })
		_, err = h.a.Reschedule(ctx, h.boss, appointment.Seen{ID: a.ID}, at(10, 0))
		refused(t, "at a branch out of service", err, fault.Invalid, "appointment.location.closed")
		views, n, err := h.a.UpcomingAt(ctx, h.d, h.org.ID, bath.ID, monday, 1)
		if err != nil || n != 1 || len(views) != 1 || views[0].Client.Name != "Client 1" {
			t.Errorf("upcoming: %d, %v, %v", n, views, err)
		}
	})
}

func TestAlternativesAreAtTheBranch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		bath := h.branch("Bath", h.staff[:1], func(l *appointment.Location) { l.Hours = week(600, 660, "", time.Tuesday) })
		h.book(1, at(10, 0), face(bath.ID))
		r := h.request(2, at(10, 0), face(bath.ID))
		_, err := h.a.Book(ctx, r)
		refused(t, "the same slot", err, fault.Conflict, "appointment.taken")
		near, err := h.a.Alternatives(ctx, r, 2)
		h.ok(err)
		if len(near) == 0 || !near[0].Start.Equal(at(10, 30)) {
			t.Errorf("near = %v", near)
		}
	})
}

// speak says in which languages somebody serves.
func (h *house) speak(staff string, langs string) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO staff (org_id, person_id, daily_limit, languages) VALUES ($1, $2, 0, $3)`, h.org.ID, staff, langs)
		return err
	})
}

func TestALanguageNarrowsWhoIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		h.speak(h.staff[1], `["fr","en"]`)
		h.speak(h.staff[2], `["de"]`)
		who := func(lang string) (n []int) {
			k := h.asked("")
			k.Lang = lang
			slots, err := h.a.Slots(ctx, k, day)
			h.ok(err)
			if len(slots) == 0 {
				return nil
			}
			for _, id := range slots[0].Staff {
				n = append(n, slices.Index(h.staff, id))
			}
			slices.Sort(n)
			return n
		}
		same(t, "any", who(""), []int{0, 1, 2})
		same(t, "English", who("en"), []int{0, 1})
		same(t, "French", who("fr"), []int{1})
		same(t, "Polish", who("pl"), []int(nil))
		french := func(r *appointment.Request) { r.Lang = "fr" }
		if a := h.book(1, at(10, 0), french); a.StaffID != h.staff[1] || a.Lang != "fr" {
			t.Errorf("%q was booked with number %d", a.Lang, slices.Index(h.staff, a.StaffID))
		}
		_, err := h.a.Book(ctx, h.request(2, at(10, 0), french))
		refused(t, "the only one is taken", err, fault.Conflict, "appointment.taken")
		_, err = h.a.Book(ctx, h.request(3, at(11, 0), func(r *appointment.Request) { r.Lang = "pl" }))
		refused(t, "nobody speaks it", err, fault.Invalid, "appointment.lang.nobody")
		_, err = h.a.Book(ctx, h.request(3, at(11, 0), func(r *appointment.Request) { r.Lang = "tlh" }))
		refused(t, "no language", err, fault.Invalid, "appointment.lang.unknown")
	})
}

func TestWhatIsOfferedInPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		bath := h.branch("Bath", h.staff[2:])
		h.change(h.location, func(l *appointment.Location) { l.Staff = h.staff[:2] })
		h.branch("Empty", nil)
		booking, err := h.a.Public(ctx, h.org.Slug)
		h.ok(err)
		o, _ := booking.Services[0].Offering(appointment.InPerson)
		var at []string
		for _, b := range o.At {
			at = append(at, b.Name+": "+strings.Join(names(b.Met), ", "))
		}
		same(t, "branches", at, []string{"Bath: Adviser 02", "Quayside: Adviser 00, Adviser 01"})
		if got, ok := o.Branch(bath.ID); !ok || got.Name != "Bath" || len(o.Staff) != 3 {
			t.Errorf("Bath: %v %v, %d staff", got, ok, len(o.Staff))
		}
		if byPhone, _ := booking.Services[0].Offering(appointment.Phone); len(byPhone.At) > 0 {
			t.Errorf("a call at %v", byPhone.At)
		}
		same(t, "languages", booking.Speaks[h.staff[0]], []string{"en"})
		for _, l := range []appointment.Location{h.location, bath} {
			h.change(l, func(l *appointment.Location) { l.Staff = nil })
		}
		booking, err = h.a.Public(ctx, h.org.Slug)
		h.ok(err)
		if _, ok := booking.Services[0].Offering(appointment.InPerson); ok {
			t.Error("in person is offered where nobody is")
		}
		if at, why, err := h.a.InPerson(ctx, h.d, h.service); err != nil || why != "appointment.in_person.why.staff" || len(at) > 0 {
			t.Errorf("at %v, why %q, %v", at, why, err)
		}
	})
}

func names(people []org.Person) (list []string) {
	for _, p := range people {
		list = append(list, p.Name)
	}
	return list
}

func TestTwoAdministratorsSaveALocation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		seen, err := h.a.Location(ctx, h.d, h.org.ID, h.location.ID)
		h.ok(err)
		won := 0
		for _, err := range dbtest.Race(20, func(int) error {
			_, err := h.a.SaveLocation(ctx, h.boss, seen)
			return err
		}) {
			if err == nil {
				won++
				continue
			}
			refused(t, "who saw it before", err, fault.Conflict, "appointment.location.stale")
		}
		if won != 1 {
			t.Errorf("%d saved over each other", won)
		}
		_, err = h.a.SaveLocation(ctx, org.Actor{OrgID: h.org.ID, PersonID: h.staff[0], Roles: []org.Role{org.Member}}, seen)
		refused(t, "a member", err, fault.Denied, "")
	})
}

func TestOpening(t *testing.T) {
	l := appointment.Location{Zone: "Europe/Paris", Hours: slices.Concat(week(540, 720, "", 1, 2), week(840, 1020, "", 1, 2)),
		Closed: []appointment.Closing{{Day: "2026-11-30", Name: "Fête"}, {Day: "2026-11-24", Name: "Works", Open: []calendar.Minutes{{Start: 600, End: 660}}}}}
	for now, want := range map[string]string{
		"2026-11-23T08:00:00Z": "open until 23 11:00", "2026-11-23T11:00:00Z": "closed until 23 13:00", "2026-11-23T17:00:00Z": "closed until 24 09:00",
		"2026-11-24T09:30:00Z": "open until 24 10:00", "2026-11-24T10:00:00Z": "closed until 01 08:00",
	} {
		at, _ := time.Parse(time.RFC3339, now)
		o, err := l.Opening(at)
		got := "closed until " + o.Until.Format("02 15:04")
		if o.Open {
			got = "open until " + o.Until.Format("02 15:04")
		}
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", now, got, err, want)
		}
	}
	if next, ok := l.NextClosing(at(23, 30)); !ok || next.Name != "Fête" {
		t.Errorf("next closed: %v %v", next, ok) // it is the 25th in Paris
	}
}

// fillBranches adds branches with staff whom nobody asks for.
func (h *house) fillBranches(count int) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := range count {
			l := h.location
			l.ID, l.Slug = db.NewID(), fmt.Sprint("branch-", i)
			if err := db.Insert(ctx, tx, "locations", &l); err != nil {
				return err
			}
			var rows []string
			for n := range 20 {
				rows = append(rows, fmt.Sprintf("($1, $2, 'somebody-%d-%d')", i, n))
			}
			if _, err := tx.Exec(ctx, "INSERT INTO location_staff (org_id, location_id, person_id) VALUES "+strings.Join(rows, ","), h.org.ID, l.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
