package org_test

import (
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// desk is somebody of the Contact Center of an organization.
func desk(orgID string) org.Actor {
	return org.Actor{OrgID: orgID, PersonID: db.NewID(), Name: "Ruth Adeyemi", Roles: []org.Role{org.Scheduler}}
}

func TestClientsAreFoundByNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ruth := desk(h.org.ID)
		ada, err := h.NewClient(t.Context(), ruth, org.Person{Name: "Ada Byron", Phone: "+44 117 496 0101"})
		h.ok(err)
		_, err = h.NewClient(t.Context(), ruth, org.Person{Name: "Bob Hale", Email: "bob@client.example", Phone: "+44 117 496 0202"})
		h.ok(err)
		for text, want := range map[string]int{"0117 496 0101": 1, "+44 (117) 4960101": 1, "4960": 2, "bob@": 1, "bÖb": 1, "0999 999": 0, "ada": 1} {
			found, err := h.People(t.Context(), d, h.org.ID, org.PeopleFilter{Kind: org.KindClient, Text: text})
			h.ok(err)
			same(t, text, len(found), want)
		}
		ada.Phone = "+44 117 496 0303"
		h.ok(h.SaveClient(t.Context(), ruth, ada))
		found, err := h.People(t.Context(), d, h.org.ID, org.PeopleFilter{Kind: org.KindClient, Text: "0303"})
		h.ok(err)
		same(t, "after the change", len(found), 1)
	})
}

func TestAClientIsChangedOnceSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ruth := desk(h.org.ID)
		ada, err := h.NewClient(t.Context(), ruth, org.Person{Name: "Ada Byron", Email: "ada@client.example"})
		h.ok(err)
		bob, err := h.NewClient(t.Context(), ruth, org.Person{Name: "Bob Hale", Email: "bob@client.example"})
		h.ok(err)
		first, second := ada, ada
		first.Phone, second.Phone = "+44 117 496 0101", "+44 117 496 0202"
		h.ok(h.SaveClient(t.Context(), ruth, first))
		if err := h.SaveClient(t.Context(), ruth, second); !fault.Is(err, fault.Conflict) {
			t.Errorf("the second of two: %v, want a conflict", err)
		}
		bob.Name, bob.Email = ada.Name, ada.Email
		if err := h.SaveClient(t.Context(), ruth, bob); !fault.Is(err, fault.Conflict) || fault.As(err).Field != "email" {
			t.Errorf("another client's name and address: %v, want a conflict at email", err)
		}
	})
}

func TestStrangersChangeNoClient(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ada, err := h.NewClient(t.Context(), desk(h.org.ID), org.Person{Name: "Ada Byron", Email: "ada@client.example"})
		h.ok(err)
		ada.Name = "Eve"
		member := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Roles: []org.Role{org.Member}}
		if err := h.SaveClient(t.Context(), member, ada); !fault.Is(err, fault.Denied) {
			t.Errorf("a member: %v, want denied", err)
		}
		if _, err := h.NewClient(t.Context(), member, ada); !fault.Is(err, fault.Denied) {
			t.Errorf("a member adds: %v, want denied", err)
		}
		if err := h.SaveClient(t.Context(), desk(h.organization("Other Bank").ID), ada); !fault.Is(err, fault.NotFound) {
			t.Errorf("another organization: %v, want not found", err)
		}
		staff := h.member(h.org.ID, "Tomás Herrera", "tomas.herrera@harbourbank.example")
		staff.Name = "Eve"
		if err := h.SaveClient(t.Context(), desk(h.org.ID), staff); !fault.Is(err, fault.NotFound) {
			t.Errorf("a member of staff is no client: %v, want not found", err)
		}
		if _, err := h.Client(t.Context(), d, h.org.ID, staff.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("reading one as a client: %v, want not found", err)
		}
	})
}
