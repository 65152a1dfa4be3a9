package appointment_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// fill writes many appointments of the past and some of the future straight
// into the tables, a third of them cancelled, with their claims.
func (h *house) fill(count int) {
	h.t.Helper()
	per := count / len(h.staff)
	for n, staff := range h.staff {
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			if err := calendar.Touch(ctx, tx, h.org.ID, staff); err != nil {
				return err
			}
			for i := range per {
				starts := monday.Add(time.Duration(i-per*9/10) * time.Hour)
				if err := h.fillOne(ctx, tx, fmt.Sprintf("%d-%d", n, i), staff, starts, i%3 == 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (h *house) fillOne(ctx context.Context, tx *db.Tx, id, staff string, starts time.Time, cancelled bool) error {
	state := appointment.Confirmed
	if cancelled {
		state = appointment.Cancelled
	}
	a := appointment.Appointment{
		OrgID: h.org.ID, ID: id, ServiceID: h.service.ID, StaffID: staff, ClientID: id, MeetingID: id, Method: appointment.Phone,
		Starts: starts, Ends: starts.Add(30 * time.Minute), Zone: "UTC", State: state, Source: appointment.FromClient, Version: 1,
	}
	err := db.Insert(ctx, tx, "appointments", a.Keyed(id))
	if err != nil || cancelled {
		return err
	}
	return calendar.Claim(ctx, tx, h.org.ID, id, calendar.Span{Start: starts, End: starts.Add(30 * time.Minute)}, staff)
}

// fillServices adds services that others offer.
func (h *house) fillServices(count int) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := range count {
			s := h.service
			s.ID, s.Slug = db.NewID(), fmt.Sprint("service-", i)
			if err := db.Insert(ctx, tx, "services", &s); err != nil {
				return err
			}
			for _, id := range h.staff[:2] {
				if _, err := tx.Exec(ctx, "INSERT INTO service_staff (org_id, service_id, person_id) VALUES ($1, $2, $3)", h.org.ID, s.ID, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func many20(h *house) []any {
	args := []any{h.org.ID}
	for _, id := range h.staff {
		args = append(args, id)
	}
	return args
}

// Cost does not grow with the table because no question reads more of it than
// it answers. That is a matter of plans, so the plans are asserted.
func TestPlansStayFlat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 20)
		h.fill(20000)
		h.fillServices(2000)
		h.fillBranches(1000)
		h.fillNotes(5000)
		from, to := db.Time(day.Start), db.Time(day.End)
		many := []any{h.org.ID, from, to}
		limited := append(slices.Clone(many), 1)
		for _, id := range h.staff {
			many, limited = append(many, id), append(limited, id)
		}
		for _, c := range []struct {
			name, text, index string
			args              []any
		}{
			{"the day of twenty", appointment.TakenBy + db.Params(5, 20) + ")", "appointments_staff", limited},
			{"whose turn it is", appointment.LoadsOf(20), "appointments_staff", many},
			{"next of one", appointment.UpcomingOf, "appointments_staff", []any{h.org.ID, h.staff[0], from, 10}},
			{"the same form", appointment.ByFormKey, "appointments_form", []any{h.org.ID, "3-4"}},
			{"one by id", appointment.ByID, "appointments", []any{h.org.ID, "3-4"}},
			{"service of an address", appointment.ServiceBySlug, "services_slug", []any{h.org.ID, "service-77"}},
			{"the branches of twenty", appointment.WorkplacesOf + db.Params(2, 20) + ")", "location_staff_person", many20(h)},
			{"what they speak", appointment.TonguesOf + db.Params(2, 20) + ")", "staff", many20(h)},
			{"next at a branch", appointment.UpcomingAt, "appointments_location", []any{h.org.ID, h.location.ID, from, 10}},
			{"who is stranded", appointment.StrandedOf, "appointments_staff", []any{h.org.ID, h.staff[0], from, to, from}},
			{"what is to be done", appointment.FollowUpsOf, "appointment_notes_due", []any{h.org.ID, h.staff[0], "2026-12-01"}},
			{"the notes of one", appointment.NotesOf, "appointment_notes_of", []any{h.org.ID, "3-4"}},
			{"who offers it", appointment.StaffOfService, "service_staff", []any{h.org.ID, h.service.ID}},
		} {
			plan := dbtest.Plan(t, d, appointment.Expand(c.text), c.args...)
			dbtest.NoScan(t, plan, "appointments", "a", "appointments a", "services", "service_staff", "service_staff s", "s", "location_staff s", "location_staff")
			if !strings.Contains(plan, c.index) {
				t.Errorf("%s does not use %s:\n%s", c.name, c.index, plan)
			}
		}
	})
}
