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
)

// Elsewhere is what came up in other calendars since the page was drawn, by
// member: a refresh finds it, or cannot.
type elsewhere struct {
	h     *house
	spans map[string]calendar.Span
	fault map[string]error
	asked []string
}

func (e *elsewhere) refresh(ctx context.Context, orgID, personID string, _ time.Duration) error {
	e.asked = append(e.asked, personID)
	span, busy := e.spans[personID]
	if !busy {
		return e.fault[personID]
	}
	delete(e.spans, personID)
	return e.h.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := calendar.Touch(ctx, tx, orgID, personID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO busy (org_id, person_id, source_id, closes, starts_at, ends_at) VALUES ($1, $2, 's', FALSE, $3, $4)", orgID, personID, db.Time(span.Start), db.Time(span.End))
		return err
	})
}

func settleElsewhere(t *testing.T, d *db.DB, staff int) (*house, *elsewhere) {
	t.Helper()
	h := settle(t, d, staff)
	e := &elsewhere{h: h, spans: map[string]calendar.Span{}, fault: map[string]error{}}
	h.a = appointment.New(appointment.Config{DB: d, Orgs: h.orgs, Notify: h.n, Host: "parley.example", CanHost: h.canHost, WhyNot: h.whyNot, Refresh: e.refresh})
	return h, e
}

var hourAtTen = calendar.Span{Start: at(10, 0), End: at(11, 0)}

func TestWhatComesUpElsewhereIsNotBooked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, e := settleElsewhere(t, d, 1)
		before := h.slots(h.staff[0])
		e.spans[h.staff[0]] = hourAtTen
		_, err := h.a.Book(ctx, h.request(1, at(10, 0)))
		if f := fault.As(err); f == nil || f.Key != "appointment.taken" {
			t.Fatalf("a time that was taken elsewhere is answered with %v", err)
		}
		if after := h.slots(h.staff[0]); len(after) >= len(before) {
			t.Errorf("%d slots before, %d after", len(before), len(after))
		}
		made := h.book(1, at(14, 0))
		e.spans[h.staff[0]] = calendar.Span{Start: at(15, 0), End: at(16, 0)}
		if _, err := h.a.Reschedule(ctx, h.client(made), made.Seen(), at(15, 0)); fault.As(err) == nil || fault.As(err).Key != "appointment.taken" {
			t.Errorf("a move to a time that was taken elsewhere is answered with %v", err)
		}
		if len(e.asked) != 3 {
			t.Errorf("%d refreshes, want one for each attempt", len(e.asked))
		}
	})
}

func TestAnotherMemberTakesWhatOneCannot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, e := settleElsewhere(t, d, 3)
		e.spans[h.staff[0]] = hourAtTen
		e.fault[h.staff[1]] = fault.New(fault.Conflict, "busy.unread")
		if made := h.book(1, at(10, 0)); made.StaffID != h.staff[2] {
			t.Errorf("booked with %s, tried %v", made.StaffID, e.asked)
		}
		_, err := h.a.Book(ctx, h.request(2, at(11, 0), with(h.staff[1])))
		if f := fault.As(err); f == nil || f.Key != "appointment.taken" || f.Field != "start" {
			t.Errorf("a calendar that cannot be read is answered with %v", err)
		}
	})
}
