package org

import (
	"context"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// How long a session lives: unused, and at most. Use is noted every few
// minutes, since each note is a write.
const (
	sessionIdle = 12 * time.Hour
	sessionLife = 14 * 24 * time.Hour
	seenEvery   = 5 * time.Minute
	agentMax    = 200
)

// A Session is one browser signed in.
type Session struct {
	OrgID    string
	ID       string
	PersonID string
	Created  time.Time
	Seen     time.Time
	// Agent is what the browser called itself.
	Agent string

	hash string
}

// Columns maps the session to its table.
func (s *Session) Columns(c *db.Columns) {
	c.Col("org_id", &s.OrgID)
	c.Col("hash", &s.hash)
	c.Col("id", &s.ID)
	c.Col("person_id", &s.PersonID)
	c.Col("created_at", (*db.Time)(&s.Created))
	c.Col("seen_at", (*db.Time)(&s.Seen))
	c.Col("agent", &s.Agent)
}

// open starts a session and ends the one that the browser had, so that a token
// from before the sign-in is worth nothing after it. The token begins with the
// organization, so that looking it up names the organization like every query.
func open(ctx context.Context, tx *db.Tx, p Person, before, agent string) (string, error) {
	if err := end(ctx, tx, before); err != nil {
		return "", err
	}
	if len(agent) > agentMax {
		agent = strings.ToValidUTF8(agent[:agentMax], "")
	}
	token := p.OrgID + "." + newToken()
	now := tx.Now()
	s := Session{OrgID: p.OrgID, ID: db.NewID(), PersonID: p.ID, Created: now, Seen: now, Agent: agent, hash: hash(token)}
	if _, err := tx.Exec(ctx, dropDeadSessions, p.OrgID, p.ID, db.Time(now.Add(-sessionLife)), db.Time(now.Add(-sessionIdle))); err != nil {
		return "", err
	}
	if err := db.Insert(ctx, tx, "sessions", &s); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, seenPerson, p.OrgID, p.ID, db.Time(now)); err != nil {
		return "", err
	}
	return token, Record(ctx, tx, Actor{OrgID: p.OrgID, PersonID: p.ID, Name: p.Name}.Entry("member.sign-in", "person", p.ID))
}

func end(ctx context.Context, tx *db.Tx, token string) error {
	orgID, _, ok := strings.Cut(token, ".")
	if !ok {
		return nil
	}
	_, err := tx.Exec(ctx, endSession, orgID, hash(token))
	return err
}

// signedIn is a session with its person, their organization and roles, in one
// row a role.
type signedIn struct {
	Actor
	seen time.Time
	held Held
}

// Columns maps the row to the joined tables.
func (s *signedIn) Columns(c *db.Columns) {
	c.Col("s.org_id", &s.OrgID)
	c.Col("s.id", &s.Session)
	c.Col("s.seen_at", (*db.Time)(&s.seen))
	c.Col("p.id", &s.PersonID)
	c.Col("p.name", &s.Name)
	c.Col("p.lang", &s.Lang)
	c.Col("p.zone", &s.Zone)
	c.Col("p.clock", &s.Clock)
	c.Col("o.id", &s.Organization.ID)
	c.Col("o.slug", &s.Organization.Slug)
	c.Col("o.name", &s.Organization.Name)
	c.Col("o.lang", &s.Organization.Lang)
	c.Col("o.zone", &s.Organization.Zone)
	c.Col("o.accent", &s.Organization.Accent)
	c.Col("o.logo_type", &s.Organization.LogoType)
	c.Col("o.logo_plate", (*string)(&s.Organization.LogoPlate))
	c.Col("o.version", &s.Organization.Version)
	c.Col("r.role", (*string)(&s.held.Role))
	c.Col("r.scope", &s.held.Scope)
}

// Session returns who a token signs in, or a fault of kind SignIn.
func (o *Orgs) Session(ctx context.Context, token string) (Actor, error) {
	orgID, _, ok := strings.Cut(token, ".")
	if !ok {
		return Actor{}, fault.New(fault.SignIn, "org.session.over")
	}
	now, err := o.db.Now(ctx)
	if err != nil {
		return Actor{}, err
	}
	rows, err := db.All[signedIn](ctx, o.db, sessionByHash, orgID, hash(token),
		db.Time(now.Add(-sessionLife)), db.Time(now.Add(-sessionIdle)))
	if err != nil {
		return Actor{}, err
	}
	if len(rows) == 0 {
		return Actor{}, fault.New(fault.SignIn, "org.session.over")
	}
	a := rows[0].Actor
	for _, r := range rows {
		a.Roles = append(a.Roles, r.held.Role)
		a.Held = append(a.Held, Held{PersonID: a.PersonID, Role: r.held.Role, Scope: r.held.Scope})
	}
	return a, o.noteUse(ctx, a, hash(token), rows[0].seen, now)
}

// noteUse writes down now and then that the session and its person are in use.
func (o *Orgs) noteUse(ctx context.Context, a Actor, hashed string, seen, now time.Time) error {
	if now.Sub(seen) < seenEvery {
		return nil
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, seenSession, a.OrgID, hashed, db.Time(now)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, seenPerson, a.OrgID, a.PersonID, db.Time(now))
		return err
	})
}

// Sessions lists the live sessions of the actor, newest first.
func (o *Orgs) Sessions(ctx context.Context, by Actor) ([]Session, error) {
	now, err := o.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	return db.All[Session](ctx, o.db, sessionsOf, by.OrgID, by.PersonID,
		db.Time(now.Add(-sessionLife)), db.Time(now.Add(-sessionIdle)))
}

// EndSession ends one of the actor's own sessions, by its id.
func (o *Orgs) EndSession(ctx context.Context, by Actor, id string) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, endSessionByID, by.OrgID, by.PersonID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "")
		}
		return Record(ctx, tx, by.Entry("session.end", "person", by.PersonID))
	})
}

// EndOtherSessions ends every session of the actor but the one they use.
func (o *Orgs) EndOtherSessions(ctx context.Context, by Actor) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, endOtherSessions, by.OrgID, by.PersonID, by.Session); err != nil {
			return err
		}
		return Record(ctx, tx, by.Entry("session.end", "person", by.PersonID))
	})
}

// SignOut ends the session of a token. A token that is none is no error.
func (o *Orgs) SignOut(ctx context.Context, token string) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return end(ctx, tx, token) })
}
