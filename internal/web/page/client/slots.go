package client

import (
	"encoding/json"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
)

// slotsAnswer is the times of one day, for a booking page of somebody's own.
type slotsAnswer struct {
	Day  string `json:"day"`
	Zone string `json:"zone"`
	// Slots are the starts, RFC 3339 with the zone's offset.
	Slots []string `json:"slots"`
}

// slots answers with the free times of one day as JSON: what the page with the
// month shows, without the month. It takes method, location, staff ("any" or an
// id), lang (the language to be served in), day and zone.
func (p *Pages) slots(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	day, err := calendar.ParseDate(q.Get("day"))
	if err != nil {
		return fault.New(fault.Invalid, "client.slots.day").At("day")
	}
	o, service, err := p.Appointments.Find(r.Context(), r.PathValue("org"), r.PathValue("service"))
	if err != nil {
		return err
	}
	zone := q.Get("zone")
	if zone == "" {
		zone = o.Zone
	}
	loc, err := calendar.Zone(zone)
	if err != nil {
		return err
	}
	ask := appointment.Ask{OrgID: o.ID, ServiceID: service, Method: appointment.Method(q.Get("method")), LocationID: q.Get("location"), StaffID: staffOf(q.Get("staff")), Lang: q.Get("lang")}
	slots, err := p.Appointments.Slots(r.Context(), ask, day.In(loc))
	if err != nil {
		return err
	}
	answer := slotsAnswer{Day: day.String(), Zone: zone, Slots: make([]string, len(slots))}
	for i, s := range slots {
		answer.Slots[i] = s.Start.In(loc).Format(time.RFC3339)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(answer)
}
