package org

import (
	"context"
	"encoding/json"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// LinkJob is the kind of job that sends sign-in links; app gives it to SendLinks.
const LinkJob = "org.link"

const (
	linkLife = 15 * time.Minute
	// linksAtOnce bounds the unspent links of one address, so that nobody's
	// inbox can be filled by somebody who knows their address.
	linksAtOnce = 5
	// purposeSignIn is what a link is good for; a link made for anything else
	// does not sign in.
	purposeSignIn = "sign-in"
)

// linkArgs are the arguments of LinkJob.
type linkArgs struct{ Email, Next string }

// AskLink asks for a sign-in link by e-mail. The answer and the time it takes
// are the same whether or not the address is anybody's: finding out is the
// job's. The job's key is the address, so that a hundred impatient clicks are
// one mail.
func (o *Orgs) AskLink(ctx context.Context, email, next string) error {
	if err := checkEmail(email); err != nil {
		return err.At("email")
	}
	args, err := json.Marshal(linkArgs{Email: email, Next: next})
	if err != nil {
		return err
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return job.Add(ctx, tx, job.Job{Key: "sign-in:" + hash(foldEmail(email)), Kind: LinkJob, Args: args})
	})
}

// SendLinks makes the link that was asked for and has it sent, if the address
// is a member's. Who is in several organizations gets one link and chooses there.
func (o *Orgs) SendLinks(ctx context.Context, j job.Job) error {
	var args linkArgs
	if err := json.Unmarshal(j.Args, &args); err != nil {
		return err
	}
	email := foldEmail(args.Email)
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, err := db.All[Person](ctx, tx, membersByEmail, email)
		if err != nil || len(people) == 0 {
			return err
		}
		token := newToken()
		made, err := o.saveLink(ctx, tx, token, email)
		if err != nil || !made {
			return err
		}
		return o.SendLink(ctx, tx, people[0], o.LinkURL(token, args.Next))
	})
}

// LinkNow makes a link for the member with that e-mail and returns it instead of
// sending it. It is for the command line, which proves itself by being on the
// machine.
func (o *Orgs) LinkNow(ctx context.Context, email string) (link string, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		token := newToken()
		made, err := o.saveLink(ctx, tx, token, foldEmail(email))
		if err == nil && !made {
			err = fault.New(fault.Limited, "org.link.many")
		}
		link = o.LinkURL(token, "/")
		return err
	})
	return link, err
}

// saveLink stores a link unless the address has enough of them. Only one job
// runs for an address, so the count cannot be overtaken.
func (o *Orgs) saveLink(ctx context.Context, tx *db.Tx, token, email string) (bool, error) {
	now := tx.Now()
	if _, err := tx.Exec(ctx, dropDeadLinks, db.Time(now)); err != nil {
		return false, err
	}
	open, err := db.Value[int64](ctx, tx, countLinks, email, db.Time(now))
	if err != nil || open >= linksAtOnce {
		return false, err
	}
	_, err = tx.Exec(ctx, addLink, hash(token), purposeSignIn, email, db.Time(now.Add(linkLife)))
	return err == nil, err
}

// A Choice is one organization that a link can sign in to.
type Choice struct {
	Organization Organization
	Person       Person
}

// Choices says where a link leads without spending it: mail scanners follow
// links, people press buttons.
func (o *Orgs) Choices(ctx context.Context, token string) ([]Choice, error) {
	now, err := o.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	email, err := db.Value[string](ctx, o.db, openLink, hash(token), purposeSignIn, db.Time(now))
	if err != nil {
		return nil, staleLink(err)
	}
	people, err := db.All[Person](ctx, o.db, membersByEmail, email)
	if err != nil {
		return nil, err
	}
	var choices []Choice
	for _, p := range people {
		at, err := o.Organization(ctx, o.db, p.OrgID)
		if err != nil {
			return nil, err
		}
		choices = append(choices, Choice{Organization: at, Person: p})
	}
	return choices, nil
}

// Redeem spends a link and opens a session in the chosen organization. The
// session that the browser had before, if any, ends.
func (o *Orgs) Redeem(ctx context.Context, token, orgID, before, agent string) (session string, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		email, err := db.Value[string](ctx, tx, spendLink, hash(token), purposeSignIn, db.Time(tx.Now()))
		if err != nil {
			return staleLink(err)
		}
		p, err := db.One[Person](ctx, tx, memberByEmail, orgID, email)
		if err != nil {
			return staleLink(err)
		}
		session, err = open(ctx, tx, p, before, agent)
		return err
	})
	return session, err
}

func staleLink(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.SignIn, err, "org.link.stale")
	}
	return err
}
