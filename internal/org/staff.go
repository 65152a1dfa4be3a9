package org

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Step is what another room does while a member is saved, in the same
// transaction, so that a form about one person is saved as a whole or not at all.
type Step func(ctx context.Context, tx *db.Tx, p Person) error

// At points what is wrong with the step to a field of the form, unless it points
// to one already.
func (s Step) At(field string) Step {
	return func(ctx context.Context, tx *db.Tx, p Person) error {
		err := s(ctx, tx, p)
		if f := fault.As(err); err != nil && f.Field == "" && f.Kind != fault.Internal {
			return f.At(field)
		}
		return err
	}
}

func steps(ctx context.Context, tx *db.Tx, p Person, all []Step) error {
	for _, step := range all {
		if err := step(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// AddStaff gives a person an account together with what the steps say of them.
func (o *Orgs) AddStaff(ctx context.Context, by Actor, p Person, more ...Step) (added Person, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if added, err = o.AddMember(ctx, tx, by, p); err != nil {
			return err
		}
		return steps(ctx, tx, added, more)
	})
	return added, err
}

// HandedRoles are the roles that the actor hands out for the whole organization
// or for locations; those of a program or a group are given there.
func HandedRoles(by Actor) []Role {
	roles := []Role{Administrator, Scheduler}
	if by.Is(Superuser) {
		roles = append([]Role{Superuser}, roles...)
	}
	return roles
}

// RolesStep makes the roles of a member exactly these, among those that the
// actor hands out.
func (o *Orgs) RolesStep(by Actor, wanted []Held) Step {
	return func(ctx context.Context, tx *db.Tx, p Person) error {
		for _, h := range wanted {
			if err := mayHand(by, h.Role); err != nil {
				return err
			}
		}
		held, err := o.RolesOf(ctx, tx, p.OrgID, p.ID)
		if err != nil {
			return err
		}
		same := func(a Held) func(Held) bool {
			return func(b Held) bool { return a.Role == b.Role && a.Scope == b.Scope }
		}
		for _, h := range held {
			if slices.Contains(HandedRoles(by), h.Role) && !slices.ContainsFunc(wanted, same(h)) {
				if err := o.takeRole(ctx, tx, by, p, h); err != nil {
					return err
				}
			}
		}
		for _, h := range wanted {
			if !slices.ContainsFunc(held, same(h)) {
				if err := o.giveRole(ctx, tx, by, p, h); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func (o *Orgs) takeRole(ctx context.Context, tx *db.Tx, by Actor, p Person, h Held) error {
	if _, err := tx.Exec(ctx, revokeRole, p.OrgID, p.ID, string(h.Role), h.Scope); err != nil {
		return err
	}
	return Record(ctx, tx, by.Entry("role.revoke", "person", p.ID, "name", p.Name, "role", string(h.Role)))
}

func (o *Orgs) giveRole(ctx context.Context, tx *db.Tx, by Actor, p Person, h Held) error {
	if err := grant(ctx, tx, p.OrgID, p.ID, h.Role, h.Scope); err != nil {
		return err
	}
	return Record(ctx, tx, by.Entry("role.grant", "person", p.ID, "name", p.Name, "role", string(h.Role)))
}

// changed is a member with what is said of them now.
func (p Person) changed(n Person) Person {
	p.Name, p.Email, p.Phone, p.Username, p.EmployeeNo, p.Active = n.Name, n.Email, n.Phone, n.Username, n.EmployeeNo, n.Active
	p.Lang, p.Zone = n.Lang, n.Zone
	return p.tidy()
}

// stale refuses a change of a member by somebody who has not seen the last one.
// A version of 0 is whatever it is now.
func stale(seen, touched int64) error {
	if seen != 0 && seen != touched-1 {
		return fault.New(fault.Conflict, "org.member.stale")
	}
	return nil
}

const raiseMember = `UPDATE people SET version = version + 1 WHERE org_id = $1 AND id = $2`

// RaiseMembers makes members new to whoever has their page open, when another
// room changed what stands on it. Give the ids in order.
func RaiseMembers(ctx context.Context, tx *db.Tx, orgID string, ids ...string) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, raiseMember, orgID, id); err != nil {
			return err
		}
	}
	return nil
}
