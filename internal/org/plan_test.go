package org_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// TestReadingsHaveTheirIndex asks both engines how they would read when there is
// much that is not asked for.
func TestReadingsHaveTheirIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.crowd(3000)
		bare := strings.NewReplacer("{columns}", "1")
		plans := map[string]struct {
			text string
			args []any
			want string
		}{
			"sign-in": {org.MembersByMail, []any{"c7@client.example"}, "people_email"},
			"clients by name": {org.PeopleText(org.PeopleFilter{Kind: org.KindClient}),
				[]any{h.org.ID, org.KindClient, "%%", "", false, "client 2", "x", 50}, "people_folded"},
			"journal": {org.JournalText(org.JournalFilter{}),
				[]any{h.org.ID, "", "", "", "", int64(0), int64(0), int64(1) << 60, "~", 50, "%%"}, "journal_at"},
			"one object": {org.JournalText(org.JournalFilter{ObjectID: "7"}),
				[]any{h.org.ID, "", "", "", "7", int64(0), int64(0), int64(1) << 60, "~", 50, "%%"}, "journal_object"},
			"one verb": {org.JournalText(org.JournalFilter{Verb: "test.rare"}),
				[]any{h.org.ID, "", "test.rare", "", "", int64(0), int64(0), int64(1) << 60, "~", 50, "%%"}, "journal_verb"},
			"one kind": {org.JournalText(org.JournalFilter{Object: "rarity"}),
				[]any{h.org.ID, "", "", "rarity", "", int64(0), int64(0), int64(1) << 60, "~", 50, "%%"}, "journal_kind"},
			"the program": {org.JournalText(org.JournalFilter{Itself: true}),
				[]any{h.org.ID, "", "", "", "", int64(0), int64(0), int64(1) << 60, "~", 50, "%%"}, "journal_actor"},
			"some actors": {org.JournalText(org.JournalFilter{Actors: []string{"p1", "p2"}}),
				[]any{h.org.ID, "", "", "", "", int64(0), int64(0), int64(1) << 60, "~", 50, "%%", "p1", "p2"}, "journal_a"},
			"a text in a month": {org.JournalText(org.JournalFilter{Text: "amelia", From: time.UnixMicro(5), To: time.UnixMicro(9)}),
				[]any{h.org.ID, "", "", "", "", int64(5), int64(9), int64(9), "~", 50, "%amelia%"}, "journal_at"},
			"a month": {org.JournalText(org.JournalFilter{From: time.UnixMicro(5), To: time.UnixMicro(9)}),
				[]any{h.org.ID, "", "", "", "", int64(5), int64(9), int64(9), "~", 50, "%%"}, "journal_at"},
			"one actor": {org.JournalText(org.JournalFilter{ActorID: "x"}),
				[]any{h.org.ID, "x", "", "", "", int64(0), int64(0), int64(1) << 60, "~", 50, "%%"}, "journal_actor"},
		}
		for name, p := range plans {
			plan := dbtest.Plan(t, d, bare.Replace(p.text), p.args...)
			if !strings.Contains(plan, p.want) {
				t.Errorf("%s does not read by %s:\n%s", name, p.want, plan)
			}
		}
		plan := dbtest.Plan(t, d, strings.ReplaceAll(org.SessionByHash, "{columns}", "1"), h.org.ID, "x", int64(0), int64(0))
		for _, scan := range []string{"Seq Scan on sessions", "Seq Scan on people", "SCAN s", "SCAN p"} {
			if strings.Contains(plan, scan) {
				t.Errorf("a session is looked for everywhere:\n%s", plan)
			}
		}
	})
}

// crowd fills people and journal with so many, and some sessions.
func (h *house) crowd(n int) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			_, err := h.AddOrFindClient(ctx, tx, h.org.ID, fmt.Sprint("Client ", i), fmt.Sprintf("c%d@client.example", i), "", "", "")
			if err != nil {
				return err
			}
			e := org.Actor{OrgID: h.org.ID, PersonID: fmt.Sprint("p", i%300)}.Entry("test.do", "thing", fmt.Sprint(i%500))
			if i%300 == 7 {
				e.Verb, e.Object = "test.rare", "rarity"
			}
			if err := org.Record(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 300 {
		dbtest.Exec(h.t, h.d, "INSERT INTO sessions (org_id, hash, id, person_id, created_at, seen_at, agent) VALUES ($1, $2, $2, 'p', 1, 1, '')", h.org.ID, fmt.Sprint("h", i))
	}
}

// TestACircleOfAdministratorsLeavesOne has each of twenty take the next one's
// role away, all at once, in several rounds because a race is a matter of luck.
func TestACircleOfAdministratorsLeavesOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for round := range 5 {
			at := h.organization(fmt.Sprint("Bank ", round))
			h.revokeInACircle(at, 20)
			left, err := h.People(t.Context(), d, at.ID, org.PeopleFilter{Role: org.Administrator})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "administrators left", len(left), 1)
		}
	})
}

func (h *house) revokeInACircle(at org.Organization, n int) {
	var circle []org.Actor
	for i := range n {
		p := h.member(at.ID, fmt.Sprint("Administrator ", i), fmt.Sprintf("a%d@harbourbank.example", i), org.Administrator)
		circle = append(circle, org.Actor{OrgID: at.ID, PersonID: p.ID, Name: p.Name, Roles: []org.Role{org.Administrator}})
	}
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i, by := range circle {
		all.Go(func() {
			<-gate
			err := h.Revoke(h.t.Context(), by, circle[(i+1)%n].PersonID, org.Administrator, "")
			if err != nil && !fault.Is(err, fault.Conflict) {
				h.t.Error(err)
			}
		})
	}
	close(gate)
	all.Wait()
}

func TestTheSetupCodeIsSpentByOneOfMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := org.Open(d, nil)
		code, err := o.NewSetupCode(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				_, _ = o.Begin(t.Context(), org.FirstRun{Code: code, Name: "Sam", Email: "sam@harbourbank.example",
					Organization: org.Organization{Name: fmt.Sprint("Bank ", i), Lang: "en", Zone: "Europe/London"}}, "")
			})
		}
		all.Wait()
		n, err := db.Value[int64](t.Context(), d, "SELECT COUNT(*) FROM organizations")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "organizations", n, 1)
	})
}

func TestAnAdministratorCannotBecomeASuperuserByAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		sam := h.member(h.org.ID, "Sam Whitfield", "sam@harbourbank.example", org.Superuser)
		taken := sam
		taken.Email = "mine@harbourbank.example"
		if err := h.SaveMember(t.Context(), h.boss, taken); !fault.Is(err, fault.Denied) {
			t.Errorf("changing the address: %v", err)
		}
		if err := h.Revoke(t.Context(), h.boss, sam.ID, org.Administrator, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("changing the roles: %v", err)
		}
		if err := h.SaveMember(t.Context(), h.actor(sam), taken); err != nil {
			t.Errorf("a superuser changes their own: %v", err)
		}
	})
}

func TestTheLastAdministratorStaysActive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		me, err := h.Person(t.Context(), d, h.org.ID, h.boss.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		me.Active = false
		err = h.SaveMember(t.Context(), h.boss, me)
		same(t, "the last one leaves", fault.As(err).Key, "org.role.last")
	})
}
