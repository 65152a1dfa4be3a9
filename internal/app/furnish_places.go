package app

import (
	"context"
	"fmt"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/holiday"
	"parley/internal/org"
	"parley/internal/words"
)

// A demoBranch is an invented branch. Staff are places in the list of the staff.
type demoBranch struct {
	name, address, phone, zone, region string
	weekdays, saturday                 []calendar.Minutes
	staff                              []int
}

const demoQuay = "Quayside"

var demoBranches = []demoBranch{
	{name: demoQuay, address: "12 Quayside\nBristol BS1 4QA", phone: "+44 117 496 0010", zone: "Europe/London", region: "gb-eaw",
		weekdays: []calendar.Minutes{{Start: 9 * 60, End: 17 * 60}}, saturday: []calendar.Minutes{{Start: 9*60 + 30, End: 13 * 60}}, staff: []int{0, 1, 2, 4, 5, 8}},
	{name: "Clifton", address: "48 Princess Victoria Street\nBristol BS8 4BZ", phone: "+44 117 496 0020", zone: "Europe/London", region: "gb-eaw",
		weekdays: []calendar.Minutes{{Start: 9*60 + 30, End: 12*60 + 30}, {Start: 13*60 + 30, End: 16*60 + 30}}, staff: []int{2, 6, 8, 9}},
	{name: "Bath", address: "5 Milsom Place\nBath BA1 1BZ", phone: "+44 1225 496 0030", zone: "Europe/London", region: "gb-eaw",
		weekdays: []calendar.Minutes{{Start: 10 * 60, End: 16 * 60}}, staff: []int{5, 10, 11}},
	{name: "Paris desk", address: "21 rue de la Banque\n75002 Paris", phone: "+33 1 70 18 99 00", zone: "Europe/Paris", region: "fr",
		weekdays: []calendar.Minutes{{Start: 9 * 60, End: 18 * 60}}, staff: []int{3}},
}

// demoSpeaks are the languages beside English in which each of the staff serves.
var demoSpeaks = [][]string{{"fr"}, nil, {"hi"}, {"fr"}, {"sv"}, {"es"}, {"de"}, {"fr"}, {"ko"}, {"pt", "es"}, {"cs"}, {"ar"}}

// furnishPlaces opens the branches, and says who works when, where, and in which
// languages.
func (h *house) furnishPlaces(ctx context.Context, admin org.Actor, staff []string) error {
	now, err := h.db.Now(ctx)
	if err != nil {
		return err
	}
	places := map[string]string{}
	for _, b := range demoBranches {
		saved, err := h.appointments.SaveLocation(ctx, admin, b.location(staff, now))
		if err != nil {
			return fmt.Errorf("location %s: %w", b.name, err)
		}
		places[b.name] = saved.ID
	}
	for i, id := range staff {
		if err := h.calendars.SaveHours(ctx, admin, id, demoHours(i, places)); err != nil {
			return fmt.Errorf("hours of %s: %w", demoStaff[i].name, err)
		}
		p, err := h.appointments.Staffing(ctx, h.db, admin.OrgID, []string{id})
		if err != nil {
			return err
		}
		profile := p[id]
		profile.PersonID, profile.Languages = id, append([]string{"en"}, demoSpeaks[i]...)
		if err := h.appointments.SaveStaff(ctx, admin, profile); err != nil {
			return fmt.Errorf("languages of %s: %w", demoStaff[i].name, err)
		}
	}
	return nil
}

// location is the branch with its public holidays for a year, and one day soon on
// which it is closed for its own reasons.
func (b demoBranch) location(staff []string, now time.Time) appointment.Location {
	l := appointment.Location{Name: b.name, Address: b.address, Phone: b.phone, Zone: b.zone, Active: true}
	for day := time.Monday; day <= time.Friday; day++ {
		for _, m := range b.weekdays {
			l.Hours = append(l.Hours, calendar.Hours{Weekday: day, Start: m.Start, End: m.End})
		}
	}
	for _, m := range b.saturday {
		l.Hours = append(l.Hours, calendar.Hours{Weekday: time.Saturday, Start: m.Start, End: m.End})
	}
	for _, i := range b.staff {
		l.Staff = append(l.Staff, staff[i])
	}
	english := words.Reader{Lang: "en"}
	today := now.Truncate(24 * time.Hour)
	for _, d := range holiday.Between(b.region, today, today.AddDate(1, 0, 0)) {
		name := english.T(d.Name)
		if d.Substitute {
			name = english.T("holiday.substitute", "Name", name)
		}
		l.Closed = append(l.Closed, appointment.Closing{Day: d.Date.Format(time.DateOnly), Name: name})
	}
	training := today.AddDate(0, 0, 8)
	for training.Weekday() != time.Wednesday {
		training = training.AddDate(0, 0, 1)
	}
	if b.name == "Bath" && !closedOn(l, training) {
		l.Closed = append(l.Closed, appointment.Closing{Day: training.Format(time.DateOnly), Name: "Staff training"})
	}
	return l
}

func closedOn(l appointment.Location, day time.Time) bool {
	for _, c := range l.Closed {
		if c.Day == day.Format(time.DateOnly) {
			return true
		}
	}
	return false
}

// demoHours is the usual week of somebody on the staff. Two of them work on
// Saturday mornings, and one goes between two branches.
func demoHours(i int, places map[string]string) []calendar.Hours {
	week := demoWeek(i)
	switch demoStaff[i].name {
	case "Amelia Hart", "Sofia Lindqvist":
		week = append(week, calendar.Hours{Weekday: time.Saturday, Start: 9*60 + 30, End: 13 * 60, Location: places[demoQuay]})
	case "Priya Nair":
		for n := range week {
			week[n].Location = places[demoQuay]
			if week[n].Weekday >= time.Thursday {
				week[n].Location = places["Clifton"]
			}
		}
	}
	return week
}

// demoPlaceFor is a branch where a member of staff works; none for those who work
// from home.
func (h *house) demoPlaceFor(ctx context.Context, orgID, staff string) (string, error) {
	all, err := h.appointments.Locations(ctx, h.db, orgID)
	for _, l := range all {
		for _, id := range l.Staff {
			if id == staff {
				return l.ID, err
			}
		}
	}
	return "", err
}
