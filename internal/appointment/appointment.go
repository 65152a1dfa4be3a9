package appointment

import (
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
)

// State is how far an appointment has come.
type State string

// The states of an appointment.
const (
	// Confirmed is agreed and has not begun.
	Confirmed State = "confirmed"
	// Arrived is a client who waits, at the branch or in the lobby.
	Arrived State = "arrived"
	// InProgress is going on.
	InProgress State = "in_progress"
	// Served is over, and the client was there.
	Served State = "served"
	// NoShow is over, and the client never came.
	NoShow State = "no_show"
	// Cancelled was called off.
	Cancelled State = "cancelled"
)

// Key names the state in the catalogue.
func (s State) Key() string { return "appointment.state." + string(s) }

// A Source is by which door an appointment came.
type Source string

// The sources of appointments.
const (
	FromClient Source = "client"
	FromStaff  Source = "staff"
)

// An Appointment is a booking: this client and this staff member, for this service.
type Appointment struct {
	OrgID, ID string
	ServiceID string
	StaffID   string
	ClientID  string
	// MeetingID is the agreed time behind it, with its join link.
	MeetingID string
	Method    Method
	// LocationID is the branch where it is held; empty unless in person.
	LocationID string
	// Lang is the language the client asked to be served in; empty means any.
	Lang         string
	Starts, Ends time.Time
	// BufferBefore and BufferAfter are kept free around it, as the service asked
	// when it was booked.
	BufferBefore, BufferAfter time.Duration
	// Zone is the IANA zone in which the client chose the time.
	Zone    string
	Answers []Answer
	// Notes are what the client wants the staff to know.
	Notes  string
	State  State
	Source Source
	// Reason is why it was cancelled, in the words of who cancelled.
	Reason string
	// Sequence counts what calendars have been told of it.
	Sequence int64
	// Told is the kind of the notice that told people of it last; empty when
	// that was the booking.
	Told    string
	Booked  time.Time
	Changed time.Time
	// Arrived, Begun and Ended are when its state became so; zero until then.
	Arrived, Begun, Ended time.Time
	// Late is how late the client said they will be, and LateAt when they said it.
	Late   time.Duration
	LateAt time.Time
	// Delay is how late the staff said they will be, and DelayAt when they said it.
	Delay   time.Duration
	DelayAt time.Time
	// Rescue says what was done when the link of its video call could not be made.
	Rescue Rescue
	// Beside are the members who are there beside the staff, in order of their ids.
	Beside  []string
	Version int64

	formKey string
	// lateSaid and delaySaid are how often the client and the staff said so. A
	// move forgets the lateness and keeps the count.
	lateSaid, delaySaid int64
}

// Seen is an appointment as the one who acts on it saw it. What changed since is
// not overwritten unseen: a verb refuses an old version. Version 0 accepts
// whatever it is now.
type Seen struct {
	ID      string
	Version int64
}

// Seen is the appointment as it is here, for a form that is about to change it.
func (a Appointment) Seen() Seen { return Seen{ID: a.ID, Version: a.Version} }

// An Answer is what a client said to a question, kept with the question as it
// was asked.
type Answer struct {
	Question string `json:"question"`
	Label    string `json:"label"`
	Text     string `json:"text"`
}

// Span is the time of the appointment, without its buffers.
func (a Appointment) Span() calendar.Span { return calendar.Span{Start: a.Starts, End: a.Ends} }

// Upcoming reports whether it still stands and has not begun.
func (a Appointment) Upcoming(now time.Time) bool {
	return (a.State == Confirmed || a.State == Arrived) && now.Before(a.Starts)
}

// changeable reports, as a fault, why it can be neither moved nor called off any more.
func (a Appointment) changeable(now time.Time) error {
	switch {
	case a.State == Cancelled:
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	case !a.Upcoming(now):
		return fault.New(fault.Conflict, "appointment.begun")
	}
	return nil
}

// unseen reports, as a fault, that it changed since the one who acts saw it. It
// is asked of a touched appointment, whose version is one more than what anybody
// saw. What already is as asked for is not asked: pressing twice is no quarrel.
func (a Appointment) unseen(seen Seen) error {
	if seen.Version != 0 && a.Version != seen.Version+1 {
		return fault.New(fault.Conflict, "appointment.seen.stale")
	}
	return nil
}

// taken is as much of an appointment as the rules about a day need.
type taken struct {
	id, staff     string
	span          calendar.Stretch
	before, after time.Duration
}

// quiet is the time that the appointment keeps from others.
func (t taken) quiet() calendar.Stretch {
	return calendar.Stretch{From: t.span.From.Add(-t.before), To: t.span.To.Add(t.after)}
}

// prepare lays what is known of a staff member's appointments over their sheet:
// the quiet these ask for, and the days on which the limit is reached. The
// appointment named by except is the one that is about to move.
func prepare(s *calendar.Sheet, day []taken, limit int, except string) *calendar.Sheet {
	var pads []calendar.Stretch
	counts := map[calendar.Date]int{}
	for _, t := range day {
		if t.id == except {
			s = s.Without(t.span)
			continue
		}
		if t.before > 0 || t.after > 0 {
			pads = append(pads, t.quiet())
		}
		if limit > 0 {
			counts[calendar.DateOf(t.span.From.Time().In(s.Zone))]++
		}
	}
	return s.Pad(pads).Shut(full(counts, limit, s.Zone))
}

// full returns the days that have as many appointments as the limit allows.
func full(counts map[calendar.Date]int, limit int, zone *time.Location) (days []calendar.Stretch) {
	for day, n := range counts {
		if n >= limit {
			days = append(days, day.In(zone).Stretch())
		}
	}
	return days
}

// load is how much a staff member has to do around a day.
type load struct {
	staff string
	count int64
	last  db.Time
}

// spread puts the staff in the order in which the next appointment is fair:
// fewest in the week around it, then longest since the last, then by id.
func spread(loads []load) []string {
	slices.SortFunc(loads, func(a, b load) int {
		if a.count != b.count {
			return int(a.count - b.count)
		}
		if c := time.Time(a.last).Compare(time.Time(b.last)); c != 0 {
			return c
		}
		if a.staff < b.staff {
			return -1
		}
		return 1
	})
	order := make([]string, len(loads))
	for i, l := range loads {
		order[i] = l.staff
	}
	return order
}
