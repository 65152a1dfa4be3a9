package notify

import (
	"context"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// A Deed is one asking for a verb, through whatever door.
type Deed struct {
	// Key makes the deed one: notice, person and verb for buttons and links; the
	// caller's own key for messages and programs.
	Key   string
	OrgID string
	Actor org.Actor
	// Verb is its name in the table of verbs, such as "request.accept".
	Verb   string
	Object string
	Args   map[string]string
	// Notice is the key of the notice whose button it was: it then says what came
	// of it. Empty when there was none.
	Notice string
}

// A Verb does a deed inside its transaction and returns the card that says what
// came of it. An error takes everything back, the deed's key included.
type Verb func(ctx context.Context, tx *db.Tx, d Deed) (card.Card, error)

// done is a deed that was done.
type done struct {
	Verb, ActorID, Object string
	Outcome               card.Card
}

// Columns maps the deed to its table.
func (d *done) Columns(c *db.Columns) {
	c.Col("verb", &d.Verb)
	c.Col("actor_id", &d.ActorID)
	c.Col("object", &d.Object)
	c.Col("outcome", db.JSON[card.Card]{To: &d.Outcome})
}

// Do does the deed, once: whoever is first to insert its key does it, and every
// other gets the stored outcome.
func (n *Notify) Do(ctx context.Context, d Deed) (outcome card.Card, err error) {
	err = n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		outcome, err = n.DoIn(ctx, tx, d)
		return err
	})
	return outcome, err
}

// DoIn is Do for a caller that holds a transaction already.
func (n *Notify) DoIn(ctx context.Context, tx *db.Tx, d Deed) (outcome card.Card, err error) {
	defer fault.Op(&err, "do %s", d.Verb)
	verb := n.verbs[d.Verb]
	if verb == nil || d.Key == "" {
		return card.Card{}, fault.New(fault.NotFound, "notify.verb.unknown")
	}
	first, err := tx.Exec(ctx, addDeed, d.OrgID, d.Key, d.Verb, d.Actor.PersonID, d.Object, db.Time(tx.Now()))
	if err != nil {
		return card.Card{}, err
	}
	if first == 0 {
		return again(ctx, tx, d)
	}
	if outcome, err = verb(ctx, tx, d); err != nil {
		return card.Card{}, err
	}
	if _, err := tx.Exec(ctx, saveOutcome, d.OrgID, d.Key, db.JSON[card.Card]{To: &outcome}); err != nil {
		return card.Card{}, err
	}
	if d.Notice != "" {
		err = n.Retell(ctx, tx, d.OrgID, d.Notice, outcome)
	}
	return outcome, err
}

// again returns what came of the deed when it was done. A key that was used for
// something else, or by somebody else, is not this deed's.
func again(ctx context.Context, tx *db.Tx, d Deed) (card.Card, error) {
	before, err := db.One[done](ctx, tx, deedOutcome, d.OrgID, d.Key)
	if err != nil {
		return card.Card{}, err
	}
	if before.Verb != d.Verb || before.Object != d.Object || before.ActorID != d.Actor.PersonID {
		return card.Card{}, fault.New(fault.Conflict, "notify.deed.other")
	}
	return before.Outcome, nil
}

// LinkLife is how long a signed link is good for: longer than an appointment can
// be booked ahead, so that the link of a confirmation outlives what it confirms.
const LinkLife = 2 * 365 * 24 * time.Hour

// Verify returns the claim of a token for the purpose, if it is good now.
func (n *Notify) Verify(ctx context.Context, token, purpose string) (Claim, error) {
	now, err := n.db.Now(ctx)
	if err != nil {
		return Claim{}, err
	}
	return n.cfg.Keys.Verify(token, purpose, now)
}

// VerifyVerb returns the claim of a token for any verb, and the verb.
func (n *Notify) VerifyVerb(ctx context.Context, token string) (c Claim, verb string, err error) {
	c, err = n.cfg.Keys.open(token)
	verb, is := verbOf(c.Purpose)
	if err != nil || !is {
		return Claim{}, "", fault.Wrap(fault.NotFound, err, "notify.link.wrong")
	}
	c, err = n.Verify(ctx, token, c.Purpose)
	return c, verb, err
}
