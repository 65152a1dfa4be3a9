package org

import (
	"context"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Persona is an invented member whom a visitor of the demo can be.
type Persona struct {
	Organization Organization
	Person       Person
	// Role is the widest the person holds.
	Role Role
}

// Personas lists everybody a visitor of the demo can be, by organization and
// name. Outside the demo there are none.
func (o *Orgs) Personas(ctx context.Context) ([]Persona, error) {
	if !o.Demo {
		return nil, nil
	}
	all, err := db.All[Organization](ctx, o.db, organizations)
	if err != nil {
		return nil, err
	}
	var personas []Persona
	for _, n := range all {
		here, err := o.personasOf(ctx, n)
		if err != nil {
			return nil, err
		}
		personas = append(personas, here...)
	}
	return personas, nil
}

func (o *Orgs) personasOf(ctx context.Context, n Organization) ([]Persona, error) {
	people, err := o.People(ctx, o.db, n.ID, PeopleFilter{Kind: KindMember, Active: true, Limit: peopleMax})
	if err != nil {
		return nil, err
	}
	held, err := o.RolesOfAll(ctx, o.db, n.ID)
	if err != nil {
		return nil, err
	}
	var personas []Persona
	for _, p := range people {
		personas = append(personas, Persona{Organization: n, Person: p, Role: widest(held, p.ID)})
	}
	return personas, nil
}

// widest is the first of Roles that the person holds.
func widest(held []Held, personID string) Role {
	for _, r := range Roles {
		for _, h := range held {
			if h.PersonID == personID && h.Role == r {
				return r
			}
		}
	}
	return Member
}

// SignInAs opens a session for anybody, without proof. It works in the demo
// only, whose people are invented.
func (o *Orgs) SignInAs(ctx context.Context, orgID, personID, before, agent string) (session string, err error) {
	if !o.Demo {
		return "", fault.New(fault.NotFound, "")
	}
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := db.One[Person](ctx, tx, activeMember, orgID, personID)
		if err != nil {
			return err
		}
		session, err = open(ctx, tx, p, before, agent)
		return err
	})
	return session, err
}
