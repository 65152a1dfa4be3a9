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

// RolesOfAll returns every role that anybody of the organization holds, for lists.
func (o *Orgs) RolesOfAll(ctx context.Context, q db.Q, orgID string) ([]Held, error) {
	return db.All[Held](ctx, q, rolesOfAll, orgID)
}

// Grant gives a member a role in a scope. Giving it twice is no error.
func (o *Orgs) Grant(ctx context.Context, by Actor, personID string, r Role, scope string) error {
	if err := mayHand(by, r); err != nil {
		return err
	}
	return o.changeMember(ctx, by, personID, func(ctx context.Context, tx *db.Tx, p Person) error {
		if err := grant(ctx, tx, p.OrgID, p.ID, r, scope); err != nil {
			return err
		}
		return Record(ctx, tx, by.Entry("role.grant", "person", p.ID, "name", p.Name, "role", string(r)))
	})
}

// Revoke takes a role away. The last one who holds it keeps the role of an
// administrator or superuser: an organization that nobody can run helps nobody.
func (o *Orgs) Revoke(ctx context.Context, by Actor, personID string, r Role, scope string) error {
	if err := mayHand(by, r); err != nil {
		return err
	}
	return o.changeMember(ctx, by, personID, func(ctx context.Context, tx *db.Tx, p Person) error {
		if _, err := tx.Exec(ctx, revokeRole, p.OrgID, p.ID, string(r), scope); err != nil {
			return err
		}
		return Record(ctx, tx, by.Entry("role.revoke", "person", p.ID, "name", p.Name, "role", string(r)))
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
