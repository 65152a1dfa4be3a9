package appointment

import (
	"slices"
	"time"

	"parley/internal/db"
)

// A WaitState is how it stands with somebody on the waiting list.
type WaitState string

// The states of the waiting list. The last three are the end of it.
const (
	// Waits is waiting for a time to come free.
	Waits WaitState = "waiting"
	// OnOffer was told of a time and can take it until the offer ends.
	OnOffer WaitState = "offered"
	// Took took an offer, or booked what was waited for.
	Took WaitState = "taken"
	// LeftList does not want to wait any more.
	LeftList WaitState = "left"
	// WaitEnded is waiting for what cannot be any more.
	WaitEnded WaitState = "ended"
)

// A Waiting is a client on the waiting list of a service: with an appointment
// that is to be earlier, or with none and with what they ask for.
type Waiting struct {
	ID  string
	Ask Ask
	// AppointmentID is the one to move; empty for a client without one.
	AppointmentID string
	ClientID      string
	// Earliest and Latest bound what suits the client; zero is no bound.
	Earliest, Latest time.Time
	// Since is when the client came: who waits longest is offered first.
	Since time.Time
	State WaitState
	// Start is the time that is on offer, OfferStaff with whom, and Until when
	// the offer ends.
	Start      time.Time
	OfferStaff string
	Until      time.Time
	// past are the times that were offered, each once.
	past    []time.Time
	Version int64
}

// Columns maps the entry to its table.
func (w *Waiting) Columns(c *db.Columns) {
	c.Col("org_id", &w.Ask.OrgID)
	c.Col("id", &w.ID)
	c.Col("service_id", &w.Ask.ServiceID)
	c.Col("appointment_id", &w.AppointmentID)
	c.Col("client_id", &w.ClientID)
	c.Col("method", &w.Ask.Method)
	c.Col("location_id", &w.Ask.LocationID)
	c.Col("staff_id", &w.Ask.StaffID)
	c.Col("lang", &w.Ask.Lang)
	c.Col("earliest", (*db.Time)(&w.Earliest))
	c.Col("latest", (*db.Time)(&w.Latest))
	c.Col("since", (*db.Time)(&w.Since))
	c.Col("state", &w.State)
	c.Col("offer_start", (*db.Time)(&w.Start))
	c.Col("offer_staff", &w.OfferStaff)
	c.Col("offer_until", (*db.Time)(&w.Until))
	c.Col("past", db.JSON[[]time.Time]{To: &w.past})
	c.Col("version", &w.Version)
}

// Open reports whether the client still waits.
func (w Waiting) Open() bool { return w.State == Waits || w.State == OnOffer }

// Good reports whether the offer can be taken.
func (w Waiting) Good(now time.Time) bool { return w.State == OnOffer && now.Before(w.Until) }

const (
	// offerLife is how long an offer is good for. The time is not held: whoever
	// takes it first has it.
	offerLife = 2 * time.Hour
	// offerLeast is as little as somebody needs to see a mail and decide.
	offerLeast = 15 * time.Minute
	// lookAgain is how often the list is looked at while anybody is on it, for
	// time that came free in ways of which this room does not hear.
	lookAgain = 10 * time.Minute
)

// offerUntil is when an offer of a time ends; false when there is too little
// left to offer it at all.
func offerUntil(start, now time.Time, notice time.Duration) (time.Time, bool) {
	until := now.Add(offerLife)
	if last := start.Add(-notice); last.Before(until) {
		until = last
	}
	return until, !until.Before(now.Add(offerLeast))
}

// suits reports whether a time can be offered to the one who waits: within what
// they want, and not offered to them before.
func (w Waiting) suits(start time.Time) bool {
	switch {
	case !w.Earliest.IsZero() && start.Before(w.Earliest), !w.Latest.IsZero() && !start.Before(w.Latest):
		return false
	}
	return !slices.ContainsFunc(w.past, start.Equal)
}

// onOffer are the times that somebody is offered now, with whom, so that the next in line
// is not offered the same.
type onOffer map[string]bool

func offerKey(staff string, start time.Time) string {
	return staff + start.UTC().Format(time.RFC3339Nano)
}

// choose finds the first slot that suits, with somebody whose time then is on
// offer to nobody.
func (o onOffer) choose(w Waiting, slots []Slot, now time.Time, notice time.Duration) (start time.Time, staff string, until time.Time, ok bool) {
	for _, s := range slots {
		until, ok := offerUntil(s.Start, now, notice)
		if !ok || !w.suits(s.Start) {
			continue
		}
		for _, staff := range s.Staff {
			if !o[offerKey(staff, s.Start)] {
				return s.Start, staff, until, true
			}
		}
	}
	return time.Time{}, "", time.Time{}, false
}
