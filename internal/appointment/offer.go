package appointment

import (
	"context"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
)

// An ask is a question about free time.
type ask struct {
	service Service
	limits  map[string]int
	method  Method
	// staff is who is asked for; empty means anyone.
	staff string
	// location is the branch; empty unless in person.
	location string
	// lang is the language they must speak; empty means any.
	lang   string
	window calendar.Span
	// except is the appointment that is about to move, if one; it keeps its
	// length, and its host.
	except string
	fit    calendar.Fit
}

// An offer is what is known about free time at one moment: who could hold the
// appointment, and the sheet of each, with limits and quiet laid over.
type offer struct {
	ask
	people []string
	// hosts are the connections of those who can hold a video call.
	hosts map[string]string
	// bare are the sheets as calendar gave them, sheets those that count.
	bare, sheets []*calendar.Sheet
}

// longestWindow bounds what a stranger can have us work out.
const longestWindow = 100 * 24 * time.Hour

// read makes the offer for an ask, with a fixed number of queries however many
// people and appointments there are.
func (a *Appointments) read(ctx context.Context, q db.Q, k ask) (offer, error) {
	o := offer{ask: k}
	if o.fit == (calendar.Fit{}) {
		o.fit = k.service.fit()
	}
	if k.window.Duration() > longestWindow {
		o.window.End = k.window.Start.Add(longestWindow)
	}
	if err := a.choose(ctx, q, &o); err != nil || len(o.people) == 0 || !o.window.Valid() {
		return o, err
	}
	found := make(map[string]reading, len(o.people))
	labels, err := a.lookUp(ctx, q, o, found)
	if err != nil {
		return o, err
	}
	if err := a.readRest(ctx, q, o, labels, found); err != nil {
		return o, err
	}
	o.lay(found)
	return o, nil
}

// lookUp takes from the shelf what is there, and returns the labels of what is
// missing. What is read inside a transaction may be of a state that is never
// committed, so a transaction goes without the shelf, and so does a move.
func (a *Appointments) lookUp(ctx context.Context, q db.Q, o offer, found map[string]reading) (map[string]label, error) {
	missing := make(map[string]label, len(o.people))
	if _, inside := q.(*db.Tx); inside || o.except != "" {
		return missing, nil
	}
	heads, err := calendar.Heads(ctx, q, o.service.OrgID, o.people)
	for id, head := range heads {
		l := label{o.service.OrgID, id, head, o.location, o.limits[id], wholeDays(o.window).Stretch()}
		if r, ok := a.shelf.get(l); ok {
			found[id] = r
		} else {
			missing[id] = l
		}
	}
	return missing, err
}

// readRest reads the people who were not on the shelf, and puts them there.
func (a *Appointments) readRest(ctx context.Context, q db.Q, o offer, labels map[string]label, found map[string]reading) error {
	rest := slices.DeleteFunc(slices.Clone(o.people), func(id string) bool { return found[id].bare != nil })
	if len(rest) == 0 {
		return nil
	}
	window := wholeDays(o.window)
	sheets, err := calendar.Load(ctx, q, o.service.OrgID, rest, window)
	if err != nil {
		return err
	}
	day, err := a.takenAround(ctx, q, o, rest, window)
	if err != nil {
		return err
	}
	where, err := readPremises(ctx, q, o.service.OrgID, rest, window)
	if err != nil {
		return err
	}
	for id, sheet := range sheets {
		sheet = where.lay(sheet, o.location)
		found[id] = reading{sheet, prepare(sheet, day[id], o.limits[id], o.except)}
		if l, ok := labels[id]; ok && l.head.Version == sheet.Version {
			a.shelf.put(l, found[id])
		}
	}
	return nil
}

// choose finds out who could hold the appointment at all.
func (a *Appointments) choose(ctx context.Context, q db.Q, o *offer) (err error) {
	o.people = o.service.Staff
	if o.staff != "" {
		o.people = []string{o.staff}
	}
	if o.lang != "" && o.except == "" {
		if o.people, err = a.speaking(ctx, q, o.service.OrgID, o.lang, o.people); err != nil {
			return err
		}
	}
	if o.method != Video || o.except != "" || len(o.people) == 0 {
		return nil
	}
	o.hosts, err = a.cfg.CanHost(ctx, q, o.service.OrgID, o.people)
	o.people = slices.DeleteFunc(slices.Clone(o.people), func(id string) bool { return o.hosts[id] == "" })
	return err
}

// takenAround reads the appointments of the people that matter beside their
// claims, a day more on both sides: the days of a limit depend on the zone, and
// quiet reaches over midnight.
func (a *Appointments) takenAround(ctx context.Context, q db.Q, o offer, people []string, window calendar.Span) (map[string][]taken, error) {
	const around = 24 * time.Hour
	every := 0
	for _, id := range people {
		if o.except != "" || o.limits[id] > 0 {
			every = 1
		}
	}
	rows, err := db.All[taken](ctx, q, takenBy+db.Params(5, len(people))+")",
		with(people, o.service.OrgID, db.Time(window.Start.Add(-around)), db.Time(window.End.Add(around)), every)...)
	day := map[string][]taken{}
	for _, t := range rows {
		day[t.staff] = append(day[t.staff], t)
	}
	return day, err
}

// lay puts the sheets in the order of the people; who has none, such as a
// person who was erased a moment ago, is left out.
func (o *offer) lay(found map[string]reading) {
	o.people = slices.DeleteFunc(slices.Clone(o.people), func(id string) bool { return found[id].bare == nil })
	for _, id := range o.people {
		o.bare, o.sheets = append(o.bare, found[id].bare), append(o.sheets, found[id].laid)
	}
}

// free returns who could take the appointment at this moment.
func (o offer) free(start time.Time) (ids []string) {
	for i, s := range o.sheets {
		if s.CanStart(start, o.fit) {
			ids = append(ids, o.people[i])
		}
	}
	return ids
}

// version is the version of the calendar from which a person's sheet was read.
func (o offer) version(id string) int64 { return o.bare[slices.Index(o.people, id)].Version }

// refusal says why nobody can take this moment: it was taken, or nobody works then.
func (o offer) refusal(start time.Time) error {
	open := calendar.Fit{Length: o.fit.Length, Step: o.fit.Step}
	for _, s := range o.bare {
		if s.Unclaimed().CanStart(start, open) {
			return fault.New(fault.Conflict, "appointment.taken").At("start")
		}
	}
	return fault.New(fault.Invalid, "appointment.start.hours").At("start")
}
