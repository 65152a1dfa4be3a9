package app

import (
	"context"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/vault"
)

// videoName is the name of a connection for video calls.
func (h *house) videoName(ctx context.Context, q db.Q, orgID, connectionID string) (string, error) {
	c, err := h.vault.Connection(ctx, q, orgID, connectionID)
	if err == nil && c.Kind != connector.Video {
		err = fault.New(fault.NotFound, "")
	}
	return c.Name, err
}

// videoOff reports whether a connection was switched off, or is not there.
func (h *house) videoOff(ctx context.Context, q db.Q, orgID, connectionID string) (bool, error) {
	c, err := h.vault.Connection(ctx, q, orgID, connectionID)
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	return c.State == vault.Disconnected, err
}

// ringRescues has calls without a link looked at when a connection works or not.
func (h *house) ringRescues(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	return h.appointments.RingRescues(ctx, tx, c.OrgID)
}
