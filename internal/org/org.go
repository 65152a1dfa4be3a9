// Package org keeps who is who inside Parley: organizations, their people and
// roles, what each role may do, how a member signs in, the settings with their
// origin, and the journal of what happened.
//
// It does not know vendors (vault), who a person is at a vendor (identity), how
// anybody is told anything (notify), or anything a feature owns. The mail that
// carries a sign-in link goes out through SendLink, which app fills.
package org

import (
	"context"
	"log/slog"
	"time"

	"parley/internal/db"
)

// Orgs is the room with its database. The exported fields are filled by app
// before the first request and not changed afterwards.
type Orgs struct {
	// SendLink tells a member the address that signs them in. It is called in
	// the transaction that stores the link.
	SendLink func(ctx context.Context, tx *db.Tx, p Person, link string) error
	// LinkURL writes the public address of a sign-in link.
	LinkURL func(token, next string) string
	// OnMember is called when members were added, or when what is known of them
	// changed, so that rooms that match or plan by it look again in the same
	// transaction. An import tells of all its people at once.
	OnMember []func(ctx context.Context, tx *db.Tx, orgID string, personIDs ...string) error
	// OnErase is called when a person is erased, so that each room that keeps
	// something about people forgets it in the same transaction.
	OnErase []func(ctx context.Context, tx *db.Tx, orgID, personID string) error
	// ImportParts are what rooms above take from an imported file of staff.
	ImportParts []ImportPart
	// Demo opens sign-in without proof, as a persona. Only the demo command,
	// whose people are invented, sets it.
	Demo bool

	db  *db.DB
	log *slog.Logger
}

// Open returns the room on an open, migrated database.
func Open(d *db.DB, log *slog.Logger) *Orgs { return &Orgs{db: d, log: log} }

// Read is the last committed state, for callers that hold no transaction.
func (o *Orgs) Read() db.Q { return o.db }

// Now is the database's clock, for pages that write how things stand now.
func (o *Orgs) Now(ctx context.Context) (time.Time, error) { return o.db.Now(ctx) }
