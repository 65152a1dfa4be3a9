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
	staff  string
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
		l := label{o.service.OrgID, id, head, o.limits[id], wholeDays(o.window).Stretch()}
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
	day, err := a.takenAround(ctx, q, o.service.OrgID, rest, window)
	if err != nil {
		return err
	}
	for id, sheet := range sheets {
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
	if o.method != Video || o.except != "" || len(o.people) == 0 {
		return nil
	}
	o.hosts, err = a.cfg.CanHost(ctx, q, o.service.OrgID, o.people)
	o.people = slices.DeleteFunc(slices.Clone(o.people), func(id string) bool { return o.hosts[id] == "" })
	return err
}

// takenAround reads the appointments of the people, a day more on both sides:
// the days of a limit depend on the zone, and quiet reaches over midnight.
func (a *Appointments) takenAround(ctx context.Context, q db.Q, orgID string, people []string, window calendar.Span) (map[string][]taken, error) {
	const around = 48 * time.Hour
	rows, err := db.All[taken](ctx, q, takenBy+db.Params(4, len(people))+")",
		with(people, orgID, db.Time(window.Start.Add(-around)), db.Time(window.End.Add(around)))...)
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

// A Slot is a moment that a client can choose.
type Slot struct {
	Start time.Time
	// Staff are those who are free, in the order of their ids.
	Staff []string
}

// Slots returns what can be booked within a window: of one member of staff, or
// of anyone when staffID is empty.
func (a *Appointments) Slots(ctx context.Context, orgID, serviceID string, m Method, staffID string, window calendar.Span) ([]Slot, error) {
	o, err := a.open(ctx, orgID, serviceID, m, staffID, window)
	if err != nil {
		return nil, err
	}
	return o.slots(), nil
}

// Days returns the dates of a window, in the reader's zone, on which anything
// can be booked. It is the month at a glance, and costs less than its slots.
func (a *Appointments) Days(ctx context.Context, orgID, serviceID string, m Method, staffID string, window calendar.Span, zone string) ([]calendar.Date, error) {
	o, err := a.open(ctx, orgID, serviceID, m, staffID, window)
	if err != nil || !o.window.Valid() {
		return nil, err
	}
	return calendar.Days(o.sheets, o.window, o.fit, zone)
}

// open makes the offer for a client who asks about a service.
func (a *Appointments) open(ctx context.Context, orgID, serviceID string, m Method, staffID string, window calendar.Span) (offer, error) {
	now, err := a.db.Now(ctx)
	if err != nil {
		return offer{}, err
	}
	s, limits, err := a.service(ctx, a.db, orgID, serviceID)
	if err != nil {
		return offer{}, err
	}
	if err := s.bookable(m, staffID); err != nil {
		return offer{}, err
	}
	return a.read(ctx, a.db, ask{service: s, limits: limits, method: m, staff: staffID, window: s.within(window, now)})
}

// bookable reports, as a fault, why a service cannot be booked like this by anybody.
func (s Service) bookable(m Method, staffID string) error {
	switch {
	case !s.Active:
		return fault.New(fault.NotFound, "appointment.service.unknown")
	case !s.Offers(m):
		return fault.New(fault.Invalid, "appointment.method.unavailable").At("method")
	case staffID != "" && !slices.Contains(s.Staff, staffID):
		return fault.New(fault.Invalid, "appointment.staff.unavailable").At("staff")
	}
	return nil
}

// within cuts a window to what notice and the way ahead leave of it.
func (s Service) within(window calendar.Span, now time.Time) calendar.Span {
	if earliest := now.Add(s.Notice); window.Start.Before(earliest) {
		window.Start = earliest
	}
	// The last moment itself can be booked.
	if latest := now.Add(s.Ahead).Add(time.Microsecond); window.End.After(latest) {
		window.End = latest
	}
	return window
}

func (o offer) slots() []Slot {
	if !o.window.Valid() {
		return nil
	}
	openings := calendar.Anyone(o.sheets, o.window, o.fit)
	slots, names := make([]Slot, len(openings)), []string(nil)
	for i, opening := range openings {
		first := len(names)
		for _, who := range opening.Who {
			names = append(names, o.people[who])
		}
		slots[i] = Slot{Start: opening.Start.Time(), Staff: slices.Clip(names[first:])}
	}
	return slots
}

// Alternatives returns the slots nearest to a request that could not be had, in
// order of time: same service, method and staff.
func (a *Appointments) Alternatives(ctx context.Context, r Request, count int) ([]Slot, error) {
	const around = 7 * 24 * time.Hour
	if r.readStart(); r.Start.IsZero() {
		return nil, nil
	}
	slots, err := a.Slots(ctx, r.OrgID, r.ServiceID, r.Method, r.StaffID, calendar.Span{Start: r.Start.Add(-around), End: r.Start.Add(around)})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(slots, func(x, y Slot) int { return int(x.Start.Sub(r.Start).Abs() - y.Start.Sub(r.Start).Abs()) })
	slots = slots[:min(count, len(slots))]
	slices.SortFunc(slots, func(x, y Slot) int { return x.Start.Compare(y.Start) })
	return slots, nil
}

// SlotsToMove returns the moments to which an appointment can be moved. Its own
// old time is among them.
func (a *Appointments) SlotsToMove(ctx context.Context, orgID, id string, window calendar.Span) ([]Slot, error) {
	now, err := a.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	k, err := a.askToMove(ctx, a.db, orgID, id)
	if err != nil {
		return nil, err
	}
	k.window = k.service.within(window, now)
	o, err := a.read(ctx, a.db, k)
	return o.slots(), err
}

// askToMove is the question about free time for an appointment that moves.
func (a *Appointments) askToMove(ctx context.Context, q db.Q, orgID, id string) (ask, error) {
	ap, err := a.appointment(ctx, q, orgID, id)
	if err != nil {
		return ask{}, err
	}
	s, limits, err := a.service(ctx, q, orgID, ap.ServiceID)
	fit := s.fit()
	fit.Length = ap.Span().Duration()
	return ask{service: s, limits: limits, method: ap.Method, staff: ap.StaffID, except: ap.ID, fit: fit}, err
}

func (a *Appointments) appointment(ctx context.Context, q db.Q, orgID, id string) (Appointment, error) {
	ap, err := db.One[Appointment](ctx, q, byID, orgID, id)
	return ap, unknown(err, "appointment.unknown")
}

// unknown gives a row that is not there its sentence.
func unknown(err error, key string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, err, key)
	}
	return err
}
