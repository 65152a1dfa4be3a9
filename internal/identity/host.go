package identity

import (
	"context"
	"slices"
	"strings"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
)

// Why a person cannot hold a video meeting, besides the reasons of a miss. These
// sentences speak of no value, so that they can stand in a list of people.
const (
	whyNone    = "identity.why.none"
	whyOff     = "identity.why.off"
	whyUnknown = "identity.why.unmatched"
)

// A choice is the connection that a person chose for their video calls.
type choice struct {
	PersonID     string
	ConnectionID string
}

// Columns maps the choice to its table.
func (p *choice) Columns(c *db.Columns) {
	c.Col("person_id", &p.PersonID)
	c.Col("connection_id", &p.ConnectionID)
}

// CanHost returns who of these people can hold a video meeting, with the
// connection that would give its link: their Video Calls Platform, else the
// organization's default; between connections of one vendor, the one at which
// they are matched.
func (is *Identities) CanHost(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]string, error) {
	can, _, err := is.hosts(ctx, q, orgID, personIDs)
	return can, err
}

// WhyNot returns, for each of these people who cannot hold a video meeting, the
// catalogue key of the reason.
func (is *Identities) WhyNot(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]string, error) {
	_, why, err := is.hosts(ctx, q, orgID, personIDs)
	return why, err
}

func (is *Identities) hosts(ctx context.Context, q db.Q, orgID string, personIDs []string) (can, why map[string]string, err error) {
	can, why = map[string]string{}, map[string]string{}
	connections, err := is.vault.Connections(ctx, q, orgID)
	if err != nil {
		return nil, nil, err
	}
	connections = slices.DeleteFunc(connections, func(c vault.Connection) bool {
		return !live(c)
	})
	def, err := is.vault.Default(ctx, q, orgID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, nil, err
	}
	chosen, known, err := theirs(ctx, q, orgID, personIDs)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range personIDs {
		wanted := chosen[id]
		if !slices.ContainsFunc(connections, func(c vault.Connection) bool { return c.ID == wanted }) {
			wanted = def.ID
		}
		if c, reason := choose(connections, wanted, known[id]); reason == "" {
			can[id] = c
		} else {
			why[id] = reason
		}
	}
	return can, why, nil
}

// theirs is what people chose and where they are known, by person.
func theirs(ctx context.Context, q db.Q, orgID string, personIDs []string) (chosen map[string]string, known map[string]map[string]Identity, err error) {
	chosen, known = map[string]string{}, map[string]map[string]Identity{}
	err = chunked(distinct(personIDs), func(ids []string) error {
		args := appendTexts([]any{orgID}, ids)
		platforms, err := db.All[choice](ctx, q, platformsOf+db.Params(2, len(ids))+")", args...)
		if err != nil {
			return err
		}
		for _, p := range platforms {
			chosen[p.PersonID] = p.ConnectionID
		}
		all, err := db.All[Identity](ctx, q, byPeople+db.Params(2, len(ids))+")", args...)
		for _, i := range all {
			if known[i.PersonID] == nil {
				known[i.PersonID] = map[string]Identity{}
			}
			known[i.PersonID][i.ConnectionID] = i
		}
		return err
	})
	return chosen, known, err
}

// choose is the connection that gives the link, or the reason why none does: the
// wanted one first, then others of its vendor. One that needs reauthorization
// still takes meetings: their links are pending until somebody has signed in
// again, which is better than a booking page without video calls.
func choose(connections []vault.Connection, wanted string, known map[string]Identity) (id, why string) {
	at := slices.IndexFunc(connections, func(c vault.Connection) bool { return c.ID == wanted })
	if at < 0 {
		return "", whyNone
	}
	first := connections[at]
	order := []vault.Connection{first}
	for _, c := range connections {
		if c.Vendor == first.Vendor && c.ID != first.ID {
			order = append(order, c)
		}
	}
	for _, state := range []vault.State{vault.Connected, vault.NeedsReauthorization} {
		for _, c := range order {
			if c.State == state && barred(c, known) == "" {
				return c.ID, ""
			}
		}
	}
	return "", barred(first, known)
}

// barred is empty when the person is known to the connection and may use it.
func barred(c vault.Connection, known map[string]Identity) (why string) {
	i, ok := known[c.ID]
	switch {
	case !ok:
		return whyUnknown
	case i.State != Matched:
		return "identity.why." + strings.TrimPrefix(i.Reason, "identity.reason.")
	case !i.Enabled:
		return whyOff
	}
	return ""
}

// SetPlatform sets a person's Video Calls Platform; the empty connection goes
// back to the organization's default. Everyone may set their own.
func (is *Identities) SetPlatform(ctx context.Context, actor org.Actor, personID, connectionID string) error {
	step := is.PlatformStep(actor, connectionID)
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := is.orgs.Person(ctx, tx, actor.OrgID, personID)
		if err != nil {
			return err
		}
		return step(ctx, tx, p)
	})
}

// PlatformStep is SetPlatform as a part of saving the member. It tells of nothing
// when the platform is as it was.
func (is *Identities) PlatformStep(actor org.Actor, connectionID string) org.Step {
	return func(ctx context.Context, tx *db.Tx, p org.Person) error {
		if actor.PersonID != p.ID && !actor.May(org.ManageStaff) {
			return fault.New(fault.Denied, "")
		}
		was, err := is.PlatformOf(ctx, tx, p.OrgID, p.ID)
		if err != nil || was == connectionID {
			return err
		}
		name := ""
		if connectionID == "" {
			_, err = tx.Exec(ctx, dropPlatform, actor.OrgID, p.ID)
		} else {
			var c vault.Connection
			if c, err = is.vault.Connection(ctx, tx, actor.OrgID, connectionID); err != nil {
				return err
			}
			if c.Kind != connector.Video {
				return fault.New(fault.NotFound, "")
			}
			name = c.Name
			_, err = tx.Exec(ctx, putPlatform, actor.OrgID, p.ID, connectionID)
		}
		if err != nil {
			return err
		}
		return org.Record(ctx, tx, actor.Entry("identity.platform", "person", p.ID, "name", p.Name, "platform", name))
	}
}

// PlatformOf is the connection that a person chose, or empty for the default.
func (is *Identities) PlatformOf(ctx context.Context, q db.Q, orgID, personID string) (string, error) {
	chosen, _, err := theirs(ctx, q, orgID, []string{personID})
	return chosen[personID], err
}

// A Platform is the connection that gives a person's video calls their link.
type Platform struct {
	// ConnectionID is empty when none can.
	ConnectionID string
	// Chosen says that somebody chose the platform for this person; else it is the
	// organization's default.
	Chosen bool
	// Why is the catalogue key of the reason why there is none.
	Why string
}

// Effective says which connection gives a person's video calls their link, and
// whether it comes from their own choice or the organization's default. What was
// chosen and is switched off counts no more.
func (is *Identities) Effective(ctx context.Context, q db.Q, orgID, personID string) (p Platform, err error) {
	can, why, err := is.hosts(ctx, q, orgID, []string{personID})
	if err != nil {
		return p, err
	}
	p = Platform{ConnectionID: can[personID], Why: why[personID]}
	wanted, err := is.PlatformOf(ctx, q, orgID, personID)
	if err != nil || wanted == "" {
		return p, err
	}
	c, err := is.vault.Connection(ctx, q, orgID, wanted)
	p.Chosen = err == nil && live(c)
	return p, unlessGone(err)
}

// live reports whether video calls can be held with a connection now or as soon
// as it is reauthorized.
func live(c vault.Connection) bool {
	return c.Kind == connector.Video && (c.State == vault.Connected || c.State == vault.NeedsReauthorization)
}
