package org

import (
	"context"
	"errors"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

const setupLife = 24 * time.Hour

// NeedsSetup reports whether the installation has no organization yet.
func (o *Orgs) NeedsSetup(ctx context.Context) (bool, error) {
	n, err := db.Value[int64](ctx, o.db, countOrganizations)
	return n == 0, err
}

// NewSetupCode makes the one-time code that lets whoever can see the program's
// standard output, and nobody else, create the first organization. It replaces
// an older unused one, and is empty once there is an organization. The caller
// prints it and must not log it.
func (o *Orgs) NewSetupCode(ctx context.Context) (code string, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if n, err := db.Value[int64](ctx, tx, countOrganizations); err != nil || n > 0 {
			return err
		}
		if _, err := tx.Exec(ctx, dropSetupCodes); err != nil {
			return err
		}
		code = newCode()
		_, err := tx.Exec(ctx, addSetupCode, hash(plainCode(code)), db.Time(tx.Now().Add(setupLife)))
		return err
	})
	return code, err
}

// A FirstRun is the form that starts an installation.
type FirstRun struct {
	Code         string
	Organization Organization
	// Name and Email are those of the first member, who becomes superuser and
	// administrator.
	Name  string
	Email string
}

// Begin spends the set-up code, creates the organization and its first member,
// and signs them in, since no mail server is connected yet that could carry a
// link.
func (o *Orgs) Begin(ctx context.Context, f FirstRun, agent string) (session string, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := spendCode(ctx, tx, f.Code); err != nil {
			return err
		}
		p := Person{Name: f.Name, Email: f.Email, Lang: f.Organization.Lang, Zone: f.Organization.Zone, Kind: KindMember}.tidy()
		_, bad := f.Organization.check()
		if bad = errors.Join(bad, p.check()); bad != nil {
			return bad // the code is not spent: the transaction is rolled back
		}
		n, err := o.Create(ctx, tx, f.Organization)
		if err != nil {
			return err
		}
		p.OrgID = n.ID
		if p, err = o.AddMember(ctx, tx, System(n.ID), p, Superuser, Administrator); err != nil {
			return err
		}
		session, err = open(ctx, tx, p, "", agent)
		return err
	})
	return session, err
}

// spendCode refuses a code that is wrong, old or used, and any code once there
// is an organization.
func spendCode(ctx context.Context, tx *db.Tx, code string) error {
	spent, err := tx.Exec(ctx, spendSetupCode, hash(plainCode(code)), db.Time(tx.Now()))
	if err != nil {
		return err
	}
	if spent == 0 {
		return fault.New(fault.Invalid, "org.setup.code").At("code")
	}
	if n, err := db.Value[int64](ctx, tx, countOrganizations); err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Conflict, "org.setup.done")
}

// MakeSuperuser gives the role to the member with that e-mail in every
// organization they belong to. It is for the command line, which proves itself
// by being on the machine.
func (o *Orgs) MakeSuperuser(ctx context.Context, email string) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		people, err := db.All[Person](ctx, tx, membersByEmail, foldEmail(email))
		if err != nil {
			return err
		}
		if len(people) == 0 {
			return fault.New(fault.NotFound, "org.email.unknown", "Email", email)
		}
		for _, p := range people {
			if err := grant(ctx, tx, p.OrgID, p.ID, Superuser, ""); err != nil {
				return err
			}
			if err := Record(ctx, tx, System(p.OrgID).Entry("role.grant", "person", p.ID, "name", p.Name, "role", string(Superuser))); err != nil {
				return err
			}
		}
		return nil
	})
}
