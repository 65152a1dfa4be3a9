package org_test

import (
	"context"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

// TestRoomsAboveHearOfMembers keeps the promise behind automatic rematching: an
// added member, a changed one and a changed profile are each told of, in the
// same transaction.
func TestRoomsAboveHearOfMembers(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	heard := 0
	h.OnMember = append(h.OnMember, func(context.Context, *db.Tx, string, ...string) error {
		heard++
		return nil
	})
	p := h.member(h.org.ID, "Amelia Hart", "amelia.hart@harbourbank.example")
	p.Email = "a.hart@harbourbank.example"
	if err := h.SaveMember(t.Context(), h.boss, p); err != nil {
		t.Fatal(err)
	}
	if err := h.SaveProfile(t.Context(), h.actor(p), org.Profile{Name: p.Name, Zone: "Europe/Paris"}); err != nil {
		t.Fatal(err)
	}
	if heard != 3 {
		t.Errorf("told %d times, want 3", heard)
	}
}
