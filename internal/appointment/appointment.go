package appointment

import (
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// State is how far an appointment has come.
type State string

// The states of an appointment.
const (
	Confirmed State = "confirmed"
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
	MeetingID    string
	Method       Method
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
	Booked   time.Time
	Changed  time.Time
	Version  int64

	formKey string
}

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
	return a.State == Confirmed && now.Before(a.Starts)
}

// mayChange reports, as a fault, why the actor may not move or cancel it. To a
// stranger it does not exist.
func (a Appointment) mayChange(by org.Actor) error {
	switch {
	case by.OrgID != a.OrgID:
		return fault.New(fault.NotFound, "appointment.unknown")
	case by.PersonID != "" && by.PersonID == a.ClientID, by.PersonID != "" && by.PersonID == a.StaffID, by.May(org.UseContactCenter):
		return nil
	case by.May(org.Own):
		return fault.New(fault.Denied, "")
	}
	return fault.New(fault.NotFound, "appointment.unknown")
}

// changeable reports, as a fault, why nothing can be changed any more.
func (a Appointment) changeable(now time.Time) error {
	switch {
	case a.State == Cancelled:
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	case !now.Before(a.Starts):
		return fault.New(fault.Conflict, "appointment.begun")
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
