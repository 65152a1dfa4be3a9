package appointment

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/meeting"
	"parley/internal/org"
)

// A Brief is an appointment as a schedule shows it: enough to find it, to tell
// it from others and to act on it, and nothing that only its own page says. A
// week of fifty people has two thousand of them.
type Brief struct {
	ID, StaffID, ClientID, ServiceID string
	// Client is the client's name; empty once it was erased.
	Client       string
	Method       Method
	LocationID   string
	Starts, Ends time.Time
	State        State
	// Arrived, Begun and Ended are when its state became so; zero until then.
	Arrived, Begun, Ended time.Time
	// Late is how late the client said they will be, Delay how late the staff.
	Late, Delay time.Duration
	// Beside are the members who are there beside the staff.
	Beside []string
	// Link is what can be promised about the video link; empty where there is none.
	Link meeting.LinkState
	// Code is that of the permanent video link; empty where there is none.
	Code    string
	Version int64
}

// Columns maps the brief to what a schedule reads.
func (b *Brief) Columns(c *db.Columns) {
	c.Col("a.id", &b.ID)
	c.Col("a.staff_id", &b.StaffID)
	c.Col("a.client_id", &b.ClientID)
	c.Col("a.service_id", &b.ServiceID)
	c.Col("COALESCE(c.name, '')", &b.Client)
	c.Col("a.method", &b.Method)
	c.Col("a.location_id", &b.LocationID)
	c.Col("a.starts_at", (*db.Time)(&b.Starts))
	c.Col("a.ends_at", (*db.Time)(&b.Ends))
	c.Col("a.state", &b.State)
	c.Col("a.arrived_at", (*db.Time)(&b.Arrived))
	c.Col("a.begun_at", (*db.Time)(&b.Begun))
	c.Col("a.ended_at", (*db.Time)(&b.Ended))
	c.Col("a.late_minutes", (*db.Minutes)(&b.Late))
	c.Col("a.staff_late_minutes", (*db.Minutes)(&b.Delay))
	c.Col("a.beside", db.JSON[[]string]{To: &b.Beside})
	c.Col("COALESCE(m.link, '')", &b.Link)
	c.Col("COALESCE(m.code, '')", &b.Code)
	c.Col("a.version", &b.Version)
}

// Span is the time of the appointment, without its buffers.
func (b Brief) Span() calendar.Span { return calendar.Span{Start: b.Starts, End: b.Ends} }

// Seen is the appointment as it is here, for a form that is about to change it.
func (b Brief) Seen() Seen { return Seen{ID: b.ID, Version: b.Version} }

// Upcoming reports whether it still stands and has not begun.
func (b Brief) Upcoming(now time.Time) bool { return b.whole().Upcoming(now) }

// Steps returns the states that can follow now, as Appointment.Steps does.
func (b Brief) Steps(now time.Time) (next []State, back State) { return b.whole().Steps(now) }

// CanSayDelay reports whether it is time to say that the staff run late.
func (b Brief) CanSayDelay(now time.Time) bool { return b.whole().CanSayDelay(now) }

// Behind is how late the staff will be, while a client waits for them.
func (b Brief) Behind(now time.Time) (time.Duration, bool) { return b.whole().Behind(now) }

// whole is as much of the appointment as the rules about its state ask for.
func (b Brief) whole() Appointment {
	return Appointment{ID: b.ID, State: b.State, Starts: b.Starts, Ends: b.Ends, Arrived: b.Arrived, Begun: b.Begun, Ended: b.Ended, Delay: b.Delay}
}

// A ScheduleFilter narrows a schedule. Zero fields do not narrow.
type ScheduleFilter struct {
	// StaffID is whose schedule it is; empty means everybody's.
	StaffID string
	// LocationID asks for what is held at a branch, and for the calls of those
	// who work there.
	LocationID string
	ServiceID  string
	States     []State
	// Text is looked for in the client's name, e-mail address and telephone number.
	Text string
	// Skip leaves out so many from the beginning; Limit is how many are read, and
	// none when negative. Zero reads as many as anybody can look at.
	Skip, Limit int

	// beside are appointments of others to which the one whose schedule it is was
	// invited.
	beside []string
}

// briefsMost is more than anybody can look at.
const briefsMost = 5000

// The texts of a schedule. What is asked for is added to one of them: the first
// two differ in the index that finds the rows.
const (
	briefs = `SELECT {columns} FROM appointments a
LEFT JOIN people c ON c.org_id = a.org_id AND c.id = a.client_id
LEFT JOIN meetings m ON a.method = 'video' AND m.org_id = a.org_id AND m.id = a.meeting_id
WHERE a.org_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3`
	countBriefs = `SELECT COUNT(*) FROM appointments a
LEFT JOIN people c ON c.org_id = a.org_id AND c.id = a.client_id
WHERE a.org_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3`
	nextBrief = `SELECT {columns} FROM appointments a
LEFT JOIN people c ON c.org_id = a.org_id AND c.id = a.client_id
LEFT JOIN meetings m ON a.method = 'video' AND m.org_id = a.org_id AND m.id = a.meeting_id
WHERE a.org_id = $1 AND a.ends_at > $2 AND a.starts_at < $3 AND a.starts_at >= $2 - 86400000000 AND a.state IN ('confirmed', 'arrived', 'in_progress')`
)

// Diary returns what begins within a window, in order of time, as far as the
// actor may see it: a member their own, the contact center everybody's, a
// scheduler of some branches what is held there or by those who work there.
func (a *Appointments) Diary(ctx context.Context, q db.Q, by org.Actor, f ScheduleFilter, window calendar.Span) ([]Brief, error) {
	f, err := a.withInvitations(ctx, q, by, f, window)
	if err != nil {
		return nil, err
	}
	s := f.diary(by, window)
	return db.All[Brief](ctx, q, s.String(), s.args...)
}

func (f ScheduleFilter) diary(by org.Actor, window calendar.Span) *search {
	s := f.search(by, briefs, db.Time(window.Start), db.Time(window.End))
	s.add(" ORDER BY a.starts_at, a.id LIMIT " + s.arg(limitOf(f)) + " OFFSET " + s.arg(f.Skip))
	return s
}

// CountDiary counts what Diary would return without a limit.
func (a *Appointments) CountDiary(ctx context.Context, q db.Q, by org.Actor, f ScheduleFilter, window calendar.Span) (int, error) {
	f, err := a.withInvitations(ctx, q, by, f, window)
	if err != nil {
		return 0, err
	}
	s := f.search(by, countBriefs, db.Time(window.Start), db.Time(window.End))
	n, err := db.Value[int64](ctx, q, s.String(), s.args...)
	return int(n), err
}

// UpNext returns what goes on now or comes next within a year and still stands.
func (a *Appointments) UpNext(ctx context.Context, q db.Q, by org.Actor, f ScheduleFilter, now time.Time) (b Brief, found bool, err error) {
	f.States = nil
	if f, err = a.withInvitations(ctx, q, by, f, calendar.Span{Start: now.AddDate(0, 0, -1), End: now.AddDate(1, 0, 0)}); err != nil {
		return b, false, err
	}
	s := f.search(by, nextBrief, db.Time(now), db.Time(now.AddDate(1, 0, 0)))
	s.add(" ORDER BY a.starts_at, a.id LIMIT 1")
	all, err := db.All[Brief](ctx, q, s.String(), s.args...)
	if err != nil || len(all) == 0 {
		return b, false, err
	}
	return all[0], true, nil
}

func limitOf(f ScheduleFilter) int {
	if f.Limit <= 0 {
		return briefsMost
	}
	return min(f.Limit, briefsMost)
}

// A search is a text that grows by conditions, with their arguments.
type search struct {
	strings.Builder
	args []any
}

func (s *search) add(text string) { s.WriteString(text) }

// arg keeps an argument and returns its placeholder.
func (s *search) arg(value any) string {
	s.args = append(s.args, value)
	return "$" + strconv.Itoa(len(s.args))
}

// list keeps arguments and returns their placeholders.
func (s *search) list(values []string) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = s.arg(v)
	}
	return strings.Join(marks, ", ")
}

// search begins with a text about the actor's organization and two moments, and
// adds what is asked for and what the actor may see.
func (f ScheduleFilter) search(by org.Actor, text string, from, to db.Time) *search {
	s := &search{args: []any{by.OrgID, from, to}}
	s.add(text)
	f.bound(by, s)
	if f.StaffID != "" {
		f.held(s, f.StaffID)
	}
	if f.LocationID != "" {
		at := s.arg(f.LocationID)
		s.add(" AND (a.location_id = " + at + " OR (a.location_id = '' AND a.staff_id IN (" + thoseAt + at + "))))")
	}
	if f.ServiceID != "" {
		s.add(" AND a.service_id = " + s.arg(f.ServiceID))
	}
	if len(f.States) > 0 {
		s.add(" AND a.state IN (" + s.list(statesText(f.States)) + ")")
	}
	if f.Text != "" {
		s.add(" AND c.folded LIKE " + s.arg(holding(f.Text)) + ` ESCAPE '\'`)
	}
	return s
}

// thoseAt begins a list of the members at branches.
const thoseAt = `SELECT person_id FROM location_staff WHERE org_id = $1 AND location_id IN (`

// bound leaves what the actor may see.
func (f ScheduleFilter) bound(by org.Actor, s *search) {
	if f.StaffID != "" && f.StaffID == by.PersonID {
		return
	}
	everywhere, scopes := by.Scopes(org.UseContactCenter)
	switch {
	case everywhere:
	case len(scopes) == 0:
		if f.StaffID != "" { // beside is then what the other was invited to
			f.beside = nil
		}
		f.held(s, by.PersonID)
	default:
		in := s.list(scopes)
		s.add(" AND (a.location_id IN (" + in + ") OR a.staff_id IN (" + thoseAt + in + ")))")
	}
}

func statesText(states []State) []string {
	texts := make([]string, len(states))
	for i, s := range states {
		texts[i] = string(s)
	}
	return texts
}

// holding writes a LIKE pattern for text that may itself hold wildcards.
func holding(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(db.Fold(text)) + "%"
}

// Watchable are the active members whose schedules the actor may look at beside
// their own, by name; nobody for who sees only their own.
func (a *Appointments) Watchable(ctx context.Context, q db.Q, by org.Actor) ([]org.Person, error) {
	everybody, staff, err := a.Watched(ctx, q, by)
	if err != nil || !everybody && len(staff) == 0 {
		return nil, err
	}
	people, err := a.orgs.People(ctx, q, by.OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: watchableMost})
	if everybody {
		return people, err
	}
	return slices.DeleteFunc(people, func(p org.Person) bool { return p.ID != by.PersonID && !slices.Contains(staff, p.ID) }), err
}

// watchableMost is how many people a schedule can be chosen of.
const watchableMost = 5000
