// Package appointment owns what a client can book (services, the locations where
// they are had, who of the staff offers them and works there) and the bookings:
// slots, booking, moving, handing over, cancelling, how far each has come, who
// comes along, notes and follow-ups, the waiting list and feedback, and what
// people are told of it all.
//
// Its rules are pure functions over nouns. Its verbs are one transaction each:
// touch the calendar, judge, save, record, tell. Time itself is calendar's, the
// agreed meeting and its video link are meeting's, sending is notify's. Who
// matches at a video vendor it is told by the functions in Config, since it may
// not look there itself.
package appointment

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/org"
)

// Config is what Appointments are built from.
type Config struct {
	DB     *db.DB
	Orgs   *org.Orgs
	Notify *notify.Notify
	// Host ends the UID of calendar entries: the host of the installation's
	// public address. It must never change, or calendars would see new entries.
	Host string
	// CanHost returns who of these people can hold a video meeting, with the
	// connection that would give its link.
	CanHost func(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]string, error)
	// WhyNot returns, for each of these people who cannot, the catalogue key of the reason.
	WhyNot func(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]string, error)
	// CanHostAt returns who of these people can hold a video meeting over one
	// connection that works now; nil means nobody.
	CanHostAt func(ctx context.Context, q db.Q, orgID, connectionID string, personIDs []string) (map[string]bool, error)
	// VideoName is the name of a connection for video calls, or NotFound; nil means
	// that there are none.
	VideoName func(ctx context.Context, q db.Q, orgID, connectionID string) (string, error)
	// VideoOff reports whether a connection was switched off: what the vendor shows
	// of its meetings stays as it is. Nil means never.
	VideoOff func(ctx context.Context, q db.Q, orgID, connectionID string) (bool, error)
	// LostAt returns who of these people was looked for at a connection and is not
	// known there; nil means nobody.
	LostAt func(ctx context.Context, q db.Q, orgID, connectionID string, personIDs []string) ([]string, error)
	// OnStaff is called, in the transaction, with members who began or ceased to
	// offer a service; nil means that nobody cares.
	OnStaff func(ctx context.Context, tx *db.Tx, orgID string, personIDs ...string) error
	// Refresh reads a person's calendars elsewhere again, within the given time;
	// nil means that there are none. See calendar.Busy.Refresh.
	Refresh func(ctx context.Context, orgID, personID string, within time.Duration) error
}

// Appointments is the room's door. It is safe for use by many goroutines.
type Appointments struct {
	cfg   Config
	db    *db.DB
	orgs  *org.Orgs
	shelf shelf
}

// New builds the room.
func New(c Config) *Appointments { return &Appointments{cfg: c, db: c.DB, orgs: c.Orgs} }
