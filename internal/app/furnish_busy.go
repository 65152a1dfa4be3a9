package app

import (
	"context"
	"fmt"
	"time"

	"parley/internal/calendar"
	"parley/internal/org"
)

// demoBusy is who already added the calendar that the sandbox publishes, by the
// name in its address.
const demoBusy, demoBusyName = "Grace Kim", "grace.kim"

// furnishBusy lets members add calendars, and adds one.
func (h *house) furnishBusy(ctx context.Context, admin org.Actor, staff []string) error {
	if len(h.cfg.CalendarOrigins) == 0 {
		return nil
	}
	if err := h.busy.SaveRules(ctx, admin, calendar.BusyRules{On: true, Stale: calendar.KeepOpen, After: time.Hour}); err != nil {
		return fmt.Errorf("calendars elsewhere: %w", err)
	}
	for i, m := range demoStaff {
		if m.name != demoBusy {
			continue
		}
		own := org.Actor{OrgID: admin.OrgID, PersonID: staff[i], Name: m.name, Roles: []org.Role{org.Member}}
		if _, err := h.busy.Add(ctx, own, h.cfg.CalendarOrigins[0]+"/calendar/"+demoBusyName+".ics"); err != nil {
			return fmt.Errorf("the calendar of %s: %w", m.name, err)
		}
	}
	return nil
}
