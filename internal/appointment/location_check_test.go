package appointment

import (
	"fmt"
	"strings"
	"testing"

	"parley/internal/calendar"
	"parley/internal/fault"
)

func TestLocationCheck(t *testing.T) {
	good := func() Location {
		return Location{Name: "Quayside", Address: "1 Quay Street\nBristol", Zone: "Europe/London", Phone: "+44 117 496 0000",
			Hours: []calendar.Hours{{Weekday: 1, Start: 540, End: 1020}}, Closed: []Closing{{Day: "2026-12-25", Name: "Christmas Day"}}}
	}
	for _, c := range []struct {
		field, key string
		edit       func(*Location)
	}{
		{"name", "appointment.location.name.missing", func(l *Location) { l.Name = " " }},
		{"slug", "appointment.service.slug.shape", func(l *Location) { l.Slug = "Not A Slug" }},
		{"address", "appointment.location.address.missing", func(l *Location) { l.Address = "\n" }},
		{"address", "appointment.text.long", func(l *Location) { l.Address = strings.Repeat("é", 501) }},
		{"phone", "appointment.phone.shape", func(l *Location) { l.Phone = "call me" }},
		{"zone", "calendar.zone.unknown", func(l *Location) { l.Zone = "Local" }},
		{"hours.1", "calendar.hours.overlap", func(l *Location) { l.Hours = append(l.Hours, calendar.Hours{Weekday: 1, Start: 600, End: 660}) }},
		{"hours.2", "calendar.hours.backwards", func(l *Location) { l.Hours = append(l.Hours, calendar.Hours{Weekday: 2, Start: 600, End: 600}) }},
		{"hours", "calendar.hours.weekday", func(l *Location) { l.Hours = []calendar.Hours{{Weekday: 9, Start: 1, End: 2}} }},
		{"closed.0", "appointment.location.closed.day", func(l *Location) { l.Closed[0].Day = "2027-02-30" }},
		{"closed.1", "appointment.location.closed.twice", func(l *Location) { l.Closed = append(l.Closed, l.Closed[0]) }},
		{"closed.0.name", "appointment.location.closed.name", func(l *Location) { l.Closed[0].Name = "" }},
		{"closed.0.hours", "calendar.hours.backwards", func(l *Location) { l.Closed[0].Open = []calendar.Minutes{{Start: 60, End: 30}} }},
		{"closed", "appointment.location.closed.many", func(l *Location) {
			for i := range closingMost {
				l.Closed = append(l.Closed, Closing{Day: fmt.Sprintf("%d-01-01", 2100+i), Name: "x"})
			}
		}},
	} {
		l := good()
		c.edit(&l)
		f := fault.Of(l.tidy().check())
		if len(f) != 1 || f[0].Key != c.key || f[0].Field != c.field {
			t.Errorf("%s: %v, want only %s", c.field, f, c.key)
		}
	}
	l := good().tidy()
	if err := l.check(); err != nil {
		t.Errorf("a usual location: %v", err)
	}
	if got, want := l.Where(), "Quayside, 1 Quay Street, Bristol"; got != want {
		t.Errorf("where = %q, want %q", got, want)
	}
}
