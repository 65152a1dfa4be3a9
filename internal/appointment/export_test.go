package appointment

import (
	"context"
	"strings"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
)

// What the plan tests of the outer package ask the engines about.
const (
	TakenBy        = takenBy
	UpcomingOf     = upcomingOf
	ByFormKey      = byFormKey
	ByID           = byID
	ServiceBySlug  = serviceIDBySlug
	StaffOfService = staffOfService
	WorkplacesOf   = workplacesOf
	TonguesOf      = tonguesOf
	UpcomingAt     = upcomingAt
)

// The same of what clients add.
const (
	GuestsOfAll   = guestsOfAll
	GuestByID     = guestByID
	GuestsEverOf  = guestsEverOf
	GuestsSince   = guestsSince
	EraseGuest    = eraseGuest
	NextOf        = nextOf
	WaitingByID   = waitingByID
	WaitingFor    = waitingFor
	WaitingLine   = waitingLine
	WaitedFor     = waitedFor
	BookedSince   = bookedSince
	EraseWaiting  = eraseWaiting
	WaitedSince   = waitedSince
	FeedbackText  = feedbackOf
	GivenFeedback = givenFeedback
	AskedFeedback = askedFeedback
	EraseFeedback = eraseFeedback
)

// LoadsOf is loadsOf for the plan tests.
var LoadsOf = loadsOf

// Expand writes all columns where a text asks for them.
func Expand(text string) string {
	var c db.Columns
	(&Appointment{}).Columns(&c)
	return strings.ReplaceAll(text, "{columns}", "*")
}

// Keyed gives an appointment the key of a form of its own.
func (a Appointment) Keyed(form string) *Appointment {
	a.formKey = form
	return &a
}

// DiaryText is the text and the arguments of a schedule, with all its columns.
func DiaryText(by org.Actor, f ScheduleFilter, window calendar.Span) (string, []any) {
	s := f.diary(by, window)
	return strings.ReplaceAll(s.String(), "{columns}", "a.id, c.name, m.link"), s.args
}

// RescueNow does what the job of an appointment's rescue does when it is time.
func (a *Appointments) RescueNow(ctx context.Context, ap Appointment) error {
	_, err := a.rescue(ctx, ap)
	return err
}
