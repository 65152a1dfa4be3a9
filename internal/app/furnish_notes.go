package app

import (
	"context"
	"fmt"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/words"
)

// demoNotes are what the staff wrote about the first appointments, and what they
// mean to do.
var demoNotes = []struct{ note, task string }{
	{"Wants to let the flat rather than sell it. Speaks softly; the small room is better.", "Send the letting brochure"},
	{"Brings her brother, who knows the accounts.", ""},
	{"", "Ask for the last three payslips"},
}

// furnishNotes writes a note and a follow-up about the i-th appointment.
func (h *house) furnishNotes(ctx context.Context, o org.Organization, a appointment.Appointment, i int) error {
	if i >= len(demoNotes) {
		return nil
	}
	p, err := h.orgs.Person(ctx, h.db, a.OrgID, a.StaffID)
	if err != nil {
		return err
	}
	by, zone := org.Actor{OrgID: a.OrgID, PersonID: p.ID, Name: p.Name}, a.Booked.Location()
	if z, ok := words.Zone(o.Zone); ok {
		zone = z
	}
	if n := demoNotes[i].note; n != "" {
		if _, err := h.appointments.AddNote(ctx, by, a.ID, n); err != nil {
			return fmt.Errorf("note of %s: %w", p.Name, err)
		}
	}
	if task := demoNotes[i].task; task != "" {
		if _, err := h.appointments.AddFollowUp(ctx, by, a.ID, task, calendar.DateOf(a.Booked.In(zone))); err != nil {
			return fmt.Errorf("follow-up of %s: %w", p.Name, err)
		}
	}
	return nil
}
