package org

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Role is what a member may be in an organization, or in one place, program
// or group of it.
type Role string

// The roles.
const (
	// Superuser runs the installation.
	Superuser Role = "superuser"
	// Administrator runs the organization.
	Administrator Role = "administrator"
	// ProgramAdministrator runs a program.
	ProgramAdministrator Role = "program administrator"
	// GroupLead leads a group.
	GroupLead Role = "group lead"
	// Scheduler works in the Contact Center of their locations.
	Scheduler Role = "scheduler"
	// Member is everybody with an account.
	Member Role = "member"
)

// Roles lists every role, from the widest to the narrowest.
var Roles = []Role{Superuser, Administrator, ProgramAdministrator, GroupLead, Scheduler, Member}

// A Held role is a role with the scope it holds in: a location, program or
// group, or "" for the whole organization.
type Held struct {
	PersonID string
	Role     Role
	Scope    string
}

// Columns maps the role to its table.
func (h *Held) Columns(c *db.Columns) {
	c.Col("person_id", &h.PersonID)
	c.Col("role", (*string)(&h.Role))
	c.Col("scope", &h.Scope)
}

// RolesOf returns every role a person holds.
func (o *Orgs) RolesOf(ctx context.Context, q db.Q, orgID, personID string) ([]Held, error) {
	return db.All[Held](ctx, q, rolesOf, orgID, personID)
}

// Grant gives a member a role in a scope. Giving it twice is no error.
func (o *Orgs) Grant(ctx context.Context, by Actor, personID string, r Role, scope string) error {
	if err := mayHand(by, r); err != nil {
		return err
	}
	return o.changeRole(ctx, by, personID, "role.grant", r, func(ctx context.Context, tx *db.Tx) error {
		return grant(ctx, tx, by.OrgID, personID, r, scope)
	})
}

// Revoke takes a role away. The last one who holds it keeps the role of an
// administrator or superuser: an organization that nobody can run helps nobody.
func (o *Orgs) Revoke(ctx context.Context, by Actor, personID string, r Role, scope string) error {
	if err := mayHand(by, r); err != nil {
		return err
	}
	return o.changeRole(ctx, by, personID, "role.revoke", r, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, revokeRole, by.OrgID, personID, string(r), scope); err != nil {
			return err
		}
		left, err := db.Value[int64](ctx, tx, countRole, by.OrgID, string(r))
		if err == nil && left == 0 && (r == Administrator || r == Superuser) {
			err = fault.New(fault.Conflict, "org.role.last")
		}
		return err
	})
}

// changeRole locks the organization first, so that of two who each take the
// other's role away one is refused.
func (o *Orgs) changeRole(ctx context.Context, by Actor, personID, verb string, r Role, change func(context.Context, *db.Tx) error) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := db.One[Organization](ctx, tx, touchOrganization, by.OrgID); err != nil {
			return err
		}
		p, err := db.One[Person](ctx, tx, touchPerson, by.OrgID, personID)
		if err != nil {
			return err
		}
		if err := change(ctx, tx); err != nil {
			return err
		}
		return Record(ctx, tx, by.Entry(verb, "person", p.ID, "name", p.Name, "role", string(r)))
	})
}

// mayHand keeps a role from being handed out by somebody who stands below it.
func mayHand(by Actor, r Role) error {
	if !slices.Contains(Roles, r) {
		return fault.New(fault.Invalid, "org.role.unknown").At("role")
	}
	if r == Superuser && !by.Is(Superuser) {
		return fault.New(fault.Denied, "org.role.superuser")
	}
	if !by.May(ManageStaff) && !by.Is(Superuser) {
		return fault.New(fault.Denied, "")
	}
	return nil
}

func grant(ctx context.Context, tx *db.Tx, orgID, personID string, r Role, scope string) error {
	_, err := tx.Exec(ctx, grantRole, orgID, personID, string(r), scope)
	return err
}
