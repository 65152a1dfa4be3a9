package appointment_test

import (
	"context"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// TestWhatChangesWhileACalendarIsRead changes what a booking was judged by after
// it was judged, while the calendars elsewhere are being read.
func TestWhatChangesWhileACalendarIsRead(t *testing.T) {
	for what, change := range map[string]func(h *house, a *appointment.Appointments, person string){
		"they leave": func(h *house, _ *appointment.Appointments, person string) {
			p, err := h.orgs.Person(ctx, h.d, h.org.ID, person)
			h.ok(err)
			p.Active = false
			h.ok(h.orgs.SaveMember(ctx, h.boss, p))
		},
		"they offer something else": func(h *house, a *appointment.Appointments, person string) {
			h.ok(a.SaveStaff(ctx, h.boss, appointment.StaffProfile{PersonID: person, Locations: []string{h.location.ID}}))
		},
		"others offer it": func(h *house, a *appointment.Appointments, _ string) {
			s := h.service
			s.Version, s.Staff = 0, nil
			_, err := a.SaveService(ctx, h.boss, s)
			h.ok(err)
		},
		"it is offered no more": func(h *house, a *appointment.Appointments, _ string) {
			s := h.service
			s.Version, s.Active = 0, false
			_, err := a.SaveService(ctx, h.boss, s)
			h.ok(err)
		},
		"their day is full": func(h *house, a *appointment.Appointments, person string) {
			_, err := a.Book(ctx, h.request(2, at(11, 0)))
			h.ok(err)
			h.ok(a.SaveStaff(ctx, h.boss, appointment.StaffProfile{PersonID: person, DailyLimit: 1, Services: []string{h.service.ID}, Locations: []string{h.location.ID}}))
		},
	} {
		t.Run(what, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h := settle(t, d, 1)
				h.orgs.OnMember = append(h.orgs.OnMember, func(ctx context.Context, tx *db.Tx, orgID string, ids ...string) error {
					return calendar.Touch(ctx, tx, orgID, ids...)
				})
				a := appointment.New(appointment.Config{DB: d, Orgs: h.orgs, Notify: h.n, Host: "parley.example", CanHost: h.canHost, WhyNot: h.whyNot,
					Refresh: func(_ context.Context, _, person string, _ time.Duration) error {
						change(h, h.a, person)
						return nil
					}})
				_, err := a.Book(ctx, h.request(1, at(10, 0)))
				refused(t, what, err, fault.Conflict, "appointment.taken")
			})
		})
	}
}

// TestAnInvitationOfOthersIsNobodyElses: who sees only their own schedule does not
// see what somebody else was invited to by naming them.
func TestAnInvitationOfOthersIsNobodyElses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		h.invited() // by the first, of the second
		f := appointment.ScheduleFilter{StaffID: h.staff[1]}
		list, err := h.a.Diary(ctx, d, h.member(h.staff[2]), f, day)
		h.ok(err)
		n, err := h.a.CountDiary(ctx, d, h.member(h.staff[2]), f, day)
		h.ok(err)
		_, next, err := h.a.UpNext(ctx, d, h.member(h.staff[2]), f, monday)
		h.ok(err)
		if len(list) != 0 || n != 0 || next {
			t.Errorf("a third member sees %v, %d, %v", list, n, next)
		}
	})
}

// TestASchedulerHandsOverWithinTheirLocations: whom a scheduler could not book for
// gets no appointment of others by reassigning either.
func TestASchedulerHandsOverWithinTheirLocations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		far := h.branch("Hillside", h.staff[1:])
		by := org.Actor{OrgID: h.org.ID, PersonID: "x", Name: "Ruth", Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler, Scope: far.ID}}}
		a := h.book(1, at(10, 0), with(h.staff[2]))
		list, more, err := h.a.Takers(ctx, by, a.ID)
		h.ok(err)
		if len(list) != 1 || more != 0 || list[0].Person.ID != h.staff[1] {
			t.Errorf("offered %v", list)
		}
		_, err = h.a.Reassign(ctx, by, a.Seen(), h.staff[0])
		refused(t, "to another location", err, fault.Conflict, "appointment.reassign.gone")
		_, err = h.a.Reassign(ctx, by, a.Seen(), h.staff[1])
		h.ok(err)
	})
}
