package calendar

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/vault"
)

const (
	// MaxSources is how many calendars a person may add.
	MaxSources = 5
	// busyEvery is how often a calendar is read.
	busyEvery = 15 * time.Minute
	// busyFresh is how old a reading may be when somebody books.
	busyFresh = time.Minute
	// busyPatience is how long a booking waits for calendars to be read again.
	busyPatience = 2 * time.Second
	// busyFails is how long a calendar fails before its owner is told.
	busyFails = day
	// busyAhead and busyBehind are how far around today busy times are kept: as
	// far as anything can be booked, and what went on yesterday.
	busyAhead, busyBehind = 102 * day, day
	// maxBusy is how many busy times of one calendar are kept; it is more than
	// twenty a day.
	maxBusy = 2000

	day = 24 * time.Hour
)

// Settings of an organization, made by its administrator.
var (
	busyEnabled = org.DefineSetting("busy.enabled", org.SettingBool, "false")
	busyStale   = org.DefineSetting("busy.stale", org.SettingText, string(KeepOpen))
	// BusyAfter is after how many minutes without a reading a calendar is stale.
	BusyAfter = org.DefineSetting("busy.after", org.SettingText, "60")
)

// A StalePolicy says what becomes of free time while a calendar cannot be read.
type StalePolicy string

// The two policies.
const (
	// KeepOpen offers what was free when the calendar could last be read.
	KeepOpen StalePolicy = "open"
	// CloseSlots offers nothing until the calendar can be read again.
	CloseSlots StalePolicy = "close"
)

// StaleAfter lists after how long without a reading a calendar may count as stale.
func StaleAfter() []time.Duration {
	return []time.Duration{30 * time.Minute, time.Hour, 4 * time.Hour, day}
}

// BusyRules are what an administrator decided about calendars elsewhere.
type BusyRules struct {
	// On lets members add calendars, and takes what is in them from free time.
	On    bool
	Stale StalePolicy
	// After is how long a calendar may go unread before it is stale.
	After time.Duration
}

// A Source is a calendar that a person published elsewhere.
type Source struct {
	OrgID, PersonID, ID string
	// Host and Tail are all that is shown of its address.
	Host, Tail string
	Added      time.Time
	// Read is when it could last be read, and Tried when that was last tried.
	Read, Tried time.Time
	// Fault is the catalogue key of why it cannot be read, and Failing since when;
	// empty and zero while it can.
	Fault   string
	Failing time.Time
	// Stale says that it has not been read for longer than the administrator allows.
	Stale bool

	address  []byte
	full     time.Time
	zone     string
	etag     string
	modified string
	failures int64
	version  int64
}

// Busy times are kept without what they are.
type busyRow struct {
	org, person, source string
	closes              bool
	Stretch
}

// An Elsewhere is a span in which a person has something on in another calendar.
type Elsewhere struct {
	Span
	SourceID string
	// Read is when its calendar was last read.
	Read time.Time
	// Unknown says that the span stands for a stale calendar, of which nobody
	// knows what is on.
	Unknown bool
}

// BusyConfig is what the door to calendars elsewhere is built from.
type BusyConfig struct {
	DB    *db.DB
	Orgs  *org.Orgs
	Vault *vault.Vault
	Log   *slog.Logger
	// Read reads a published calendar.
	Read connector.ReadBusy
}

// Busy is the room's door to calendars elsewhere: who published which, how they
// are read, and what the administrator decided about them.
type Busy struct {
	// OnFailing is called in the transaction that keeps a reading, for a calendar
	// that has failed for a day, and again with every failure until it works. Who
	// tells its owner does so once for each Failing.
	OnFailing []func(ctx context.Context, tx *db.Tx, s Source) error

	cfg     BusyConfig
	db      *db.DB
	reading singleflight.Group
}

// OpenBusy returns the door.
func OpenBusy(c BusyConfig) *Busy { return &Busy{cfg: c, db: c.DB} }

// busyWindow is what is kept around a moment: whole days, so that two readings of
// one day can be compared.
func busyWindow(now time.Time) Span {
	today := now.UTC().Truncate(day)
	return Span{Start: today.Add(-busyBehind), End: today.Add(busyAhead)}
}

// whole reports whether the calendar has to be read in full: an answer that
// nothing has changed is of no use when the days or the zone have.
func (s Source) whole(now time.Time, zone string) bool {
	return s.full.IsZero() || s.zone != zone || busyWindow(s.full) != busyWindow(now)
}

// stale reports whether the calendar has gone unread for too long.
func (s Source) stale(r BusyRules, now time.Time) bool { return now.Sub(s.Read) > r.After }

// place is where its address is sealed.
func (s Source) place() []string { return []string{"busy_sources", s.OrgID, s.ID} }

// next is when the calendar is to be read after now: regularly, later and later
// while it fails, and in the moment in which it turns stale.
func (s Source) next(r BusyRules, now time.Time, asked time.Duration) time.Duration {
	if s.Fault == "" {
		return busyEvery
	}
	in := max(asked, min(time.Hour, time.Minute<<min(s.failures, 10)))
	if turns := s.Read.Add(r.After + time.Second).Sub(now); turns > 0 {
		in = min(in, turns)
	}
	return in
}

// shown is what people see of an address that is a secret: the host, and four
// characters to tell two apart. They are not taken from the name of a file, which
// is "calendar.ics" or "basic.ics" for everybody.
func shown(address *url.URL) (host, tail string) {
	parts := strings.Split(strings.Trim(address.EscapedPath(), "/"), "/")
	last := strings.TrimSuffix(parts[len(parts)-1], ".ics")
	switch {
	case address.RawQuery != "":
		last = address.RawQuery
	case len(parts) > 1 && (last == "calendar" || last == "basic"):
		last = parts[len(parts)-2]
	}
	return address.Hostname(), last[max(0, len(last)-4):]
}

// rowsOf are the rows of a calendar's busy times, in order.
func (s Source) rowsOf(line Line) []busyRow {
	rows := make([]busyRow, len(line))
	for i, b := range line {
		rows[i] = busyRow{s.OrgID, s.PersonID, s.ID, false, b}
	}
	return rows
}

// closed is the row that stands for a calendar of which nobody knows what is on.
func (s Source) closed(now time.Time) busyRow {
	from := At(now.UTC().Truncate(day))
	return busyRow{s.OrgID, s.PersonID, s.ID, true, Stretch{from, from.Add(10 * 366 * day)}}
}

// sameBusy reports whether two lists of rows say the same of the time to come. A
// row that closes is the same whenever it began.
func sameBusy(a, b []busyRow, now time.Time) bool {
	past := At(now)
	over := func(r busyRow) bool { return r.To <= past }
	a, b = slices.DeleteFunc(slices.Clone(a), over), slices.DeleteFunc(slices.Clone(b), over)
	return slices.EqualFunc(a, b, func(x, y busyRow) bool {
		return x.closes == y.closes && (x.closes || x.Stretch == y.Stretch)
	})
}

// lineOf is what a reading found, as the arithmetic holds it.
func lineOf(b connector.Busy) Line {
	line := make([]Stretch, len(b.Spans))
	for i, s := range b.Spans {
		line[i] = Stretch{At(s[0]), At(s[1])}
	}
	return merge(line)
}

// minutes writes a length as a setting holds it.
func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }
