package appointment

import (
	"strings"

	"parley/internal/db"
)

// What the plan tests of the outer package ask the engines about.
const (
	TakenBy        = takenBy
	ScheduleOf     = scheduleOf
	ScheduleOfAll  = scheduleOfAll
	UpcomingOf     = upcomingOf
	UpcomingOfAll  = upcomingOfAll
	ByFormKey      = byFormKey
	ByID           = byID
	ServiceBySlug  = serviceIDBySlug
	StaffOfService = staffOfService
	WorkplacesOf   = workplacesOf
	TonguesOf      = tonguesOf
	UpcomingAt     = upcomingAt
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
