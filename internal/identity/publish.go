package identity

import (
	"context"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/org"
)

// A Platform is the connection that gives a person's video calls their link.
type Platform struct {
	// ConnectionID is empty when none can.
	ConnectionID string
	// Chosen says that the person, or somebody for them, chose it; else it is
	// the organization's default.
	Chosen bool
	// Why is the catalogue key of the reason why there is none.
	Why string
}

// Effective says which connection gives a person's video calls their link, and
// whether they chose it.
func (is *Identities) Effective(ctx context.Context, q db.Q, orgID, personID string) (p Platform, err error) {
	can, why, err := is.hosts(ctx, q, orgID, []string{personID})
	if err != nil {
		return p, err
	}
	wanted, err := is.PlatformOf(ctx, q, orgID, personID)
	return Platform{ConnectionID: can[personID], Why: why[personID], Chosen: wanted != "" && wanted == can[personID]}, err
}

// ToggleAll switches Video Calls on or off for everybody whom the filter leaves.
// More than bulkAtOnce go on in a job; the directory's Bulk says how far it is.
func (is *Identities) ToggleAll(ctx context.Context, actor org.Actor, connectionID string, on bool, f Filter) (n int, err error) {
	p, err := is.List(ctx, is.db, actor.OrgID, connectionID, f)
	if err != nil {
		return 0, err
	}
	var ids []string
	for _, l := range p.Lines {
		ids = append(ids, l.Person.ID)
	}
	return len(ids), is.Toggle(ctx, actor, connectionID, on, ids...)
}

// Candidates searches the vendor's directory for people whom an administrator
// may choose for one of ours.
func (is *Identities) Candidates(ctx context.Context, actor org.Actor, connectionID, text string) ([]Candidate, error) {
	return nil, nil
}

// MatchByHand matches a person with the account that an administrator chose.
func (is *Identities) MatchByHand(ctx context.Context, actor org.Actor, connectionID, personID, vendorID string) error {
	return nil
}

// UndoHand lets the rule decide again about a person who was matched by hand.
func (is *Identities) UndoHand(ctx context.Context, actor org.Actor, connectionID, personID string) error {
	return nil
}

// ApplyInbound does what a vendor's event asks for, once it has proved that it
// comes from a subscription of ours.
func (is *Identities) ApplyInbound(ctx context.Context, in connector.Inbound) error { return nil }
