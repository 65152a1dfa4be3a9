package vault

import (
	"time"

	"parley/internal/connector"
	"parley/internal/db"
)

// grant is the tokens of a connection and who is busy with them.
type grant struct {
	orgID, connectionID string
	sealed              []byte
	sealedWith          string
	version             int64
	renewAt, expiresAt  time.Time
	renewedAt           time.Time
	heldUntil           time.Time
	retryAt             time.Time
	failures, spent     int64
	stopped             bool
	flying              int64
	flyingUntil         time.Time
	pulseAt, examinedAt time.Time
	// trial is the key of an examination's meeting that may be at the vendor.
	trial       string
	suspectedAt time.Time
	// askedBy wants the next examination; empty when nobody asked.
	askedBy, askedName string
}

// Columns maps the grant to its table.
func (g *grant) Columns(c *db.Columns) {
	c.Col("org_id", &g.orgID)
	c.Col("connection_id", &g.connectionID)
	c.Col("sealed", &g.sealed)
	c.Col("sealed_with", &g.sealedWith)
	c.Col("version", &g.version)
	c.Col("renew_at", (*db.Time)(&g.renewAt))
	c.Col("expires_at", (*db.Time)(&g.expiresAt))
	c.Col("renewed_at", (*db.Time)(&g.renewedAt))
	c.Col("held_until", (*db.Time)(&g.heldUntil))
	c.Col("retry_at", (*db.Time)(&g.retryAt))
	c.Col("failures", &g.failures)
	c.Col("spent", &g.spent)
	c.Col("stopped", &g.stopped)
	c.Col("flying", &g.flying)
	c.Col("flying_until", (*db.Time)(&g.flyingUntil))
	c.Col("pulse_at", (*db.Time)(&g.pulseAt))
	c.Col("examined_at", (*db.Time)(&g.examinedAt))
	c.Col("trial", &g.trial)
	c.Col("suspected_at", (*db.Time)(&g.suspectedAt))
	c.Col("asked_by", &g.askedBy)
	c.Col("asked_name", &g.askedName)
}

// tokens is the sealed form of a grant. It is the one place where tokens are
// written in clear, and it only goes through Keys.seal.
type tokens struct {
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
}

// early is how long before its end a token is renewed.
const early = 5 * time.Minute

// fill puts new tokens into the grant, as of now. A vendor that sends no new
// refresh token means the old one.
func (v *Vault) fill(g *grant, t connector.Tokens, old tokens, now time.Time) (err error) {
	kept := tokens{Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal()}
	if kept.Refresh == "" {
		kept.Refresh = old.Refresh
	}
	g.renewedAt, g.expiresAt, g.renewAt = now, now.Add(t.Lifetime), renewAt(now, t.Lifetime)
	g.pulseAt, g.examinedAt = now, now
	g.sealed, err = v.cfg.Keys.seal(kept, g.orgID, g.connectionID, "tokens")
	g.sealedWith = v.cfg.Keys.newest
	return err
}

// renewAt is the earlier of 80 percent of the lifetime and five minutes before
// its end; a token that lives for less than that is used for 80 percent of it.
func renewAt(now time.Time, life time.Duration) time.Time {
	at := life / 10 * 8
	if life > 2*early && life-early < at {
		at = life - early
	}
	return now.Add(at)
}

func (v *Vault) openTokens(g grant) (t tokens, err error) {
	err = v.cfg.Keys.open(g.sealed, &t, g.orgID, g.connectionID, "tokens")
	return t, err
}
