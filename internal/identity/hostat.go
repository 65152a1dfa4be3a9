package identity

import (
	"context"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/vault"
)

// CanHostAt returns who of these people can hold a video meeting over one
// connection now: it works, and they are matched there and may use it.
func (is *Identities) CanHostAt(ctx context.Context, q db.Q, orgID, connectionID string, personIDs []string) (map[string]bool, error) {
	can := map[string]bool{}
	c, err := is.vault.Connection(ctx, q, orgID, connectionID)
	if fault.Is(err, fault.NotFound) {
		return can, nil
	}
	if err != nil || c.Kind != connector.Video || c.State != vault.Connected {
		return can, err
	}
	known, err := Of(ctx, q, orgID, connectionID, personIDs)
	for id, i := range known {
		can[id] = i.State == Matched && i.Enabled
	}
	return can, err
}

// LostAt returns who of these people was looked for at a connection and is not
// matched there. Who was never looked for is not lost.
func (is *Identities) LostAt(ctx context.Context, q db.Q, orgID, connectionID string, personIDs []string) (lost []string, err error) {
	known, err := Of(ctx, q, orgID, connectionID, personIDs)
	for _, id := range personIDs {
		if known[id].Lost() {
			lost = append(lost, id)
		}
	}
	return lost, err
}

// Lost reports whether somebody was looked for and is not matched, or not any
// more. Who was never looked for is not lost.
func (i Identity) Lost() bool { return i.State == Missed && i.Reason != reasonUnmatched }
