package org_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func (h *house) client(name, email, phone string) (p org.Person, err error) {
	err = h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		p, err = h.AddOrFindClient(ctx, tx, h.org.ID, name, email, phone, "fr", "Europe/Paris")
		return err
	})
	return p, err
}

func TestAClientIsFoundAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		first, err := h.client("Zoë Martin", "zoe@client.example", "+33 1 23 45 67 89")
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.client(" zoe martin ", "ZOE@client.example", "")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the same client", again.ID, first.ID)
		same(t, "the name she gave first", again.Name, "Zoë Martin")
		same(t, "the telephone is kept", again.Phone, "+33 1 23 45 67 89")
		partner, err := h.client("Paul Martin", "zoe@client.example", "")
		if err != nil {
			t.Fatal(err)
		}
		if partner.ID == first.ID {
			t.Error("two people who share an address became one")
		}
		a, _ := h.client("John Smith", "", "1")
		b, _ := h.client("John Smith", "", "2")
		if a.ID == b.ID {
			t.Error("two clients without an address became one")
		}
	})
}

func TestAClientIsOneRowHoweverManyBookAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := h.client("Zoë Martin", "zoe@client.example", ""); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		people, err := h.People(t.Context(), d, h.org.ID, org.PeopleFilter{Kind: org.KindClient})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "clients", len(people), 1)
	})
}

func TestWhatAPersonMayNotBeCalled(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	tests := map[string]struct{ name, email, phone, field, key string }{
		"no name":          {"  ", "a@b.example", "", "name", "org.name.missing"},
		"10 kB":            {strings.Repeat("x", 10_000), "a@b.example", "", "name", "org.name.long"},
		"a header":         {"Eve\r\nBcc: all@b.example", "a@b.example", "", "name", "org.name.line"},
		"no way to reach":  {"Eve", "", "", "email", "org.contact.missing"},
		"no at":            {"Eve", "eve.example", "", "email", "org.email.shape"},
		"two":              {"Eve", "a@b.example, c@d.example", "", "email", "org.email.shape"},
		"named":            {"Eve", "Eve <a@b.example>", "", "email", "org.email.shape"},
		"no domain":        {"Eve", "eve@localhost", "", "email", "org.email.shape"},
		"no top level":     {"Eve", "eve@example.", "", "email", "org.email.shape"},
		"quoted":           {"Eve", `"eve;x"@b.example`, "", "email", "org.email.shape"},
		"an e-mail header": {"Eve", "a@b.example\nBcc: c@d.example", "", "email", "org.email.shape"},
		"a long e-mail":    {"Eve", strings.Repeat("x", 250) + "@b.example", "", "email", "org.email.shape"},
		"a long phone":     {"Eve", "a@b.example", strings.Repeat("1", 300), "phone", "org.field.long"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := h.client(test.name, test.email, test.phone)
			f := fault.As(err)
			if f == nil || f.Kind != fault.Invalid || f.Field != test.field || f.Key != test.key {
				t.Errorf("got %v, want %s at %s", err, test.key, test.field)
			}
		})
	}
}

func TestPeopleAreSearchedAndPaged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.member(h.org.ID, "Tomás Herrera", "tomas.herrera@harbourbank.example")
		h.member(h.organization("Other Bank").ID, "Tomás Elsewhere", "tomas@other.example")
		for i := range 7 {
			h.member(h.org.ID, fmt.Sprintf("Adviser %d", i), fmt.Sprintf("a%d@harbourbank.example", i), org.Scheduler)
		}
		names := func(f org.PeopleFilter) (all []string) {
			people, err := h.People(t.Context(), d, h.org.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				all = append(all, p.Name)
			}
			return all
		}
		if got := names(org.PeopleFilter{Text: "TOMAS"}); !cmp.Equal(got, []string{"Tomás Herrera"}) {
			t.Errorf("search = %v", got)
		}
		if got := names(org.PeopleFilter{Text: "%"}); len(got) != 0 {
			t.Errorf("a wildcard found %v", got)
		}
		if got := names(org.PeopleFilter{Role: org.Administrator, Active: true}); !cmp.Equal(got, []string{"Eleanor Price"}) {
			t.Errorf("administrators = %v", got)
		}
		var paged []string
		f := org.PeopleFilter{Kind: org.KindMember, Limit: 4}
		for {
			page, err := h.People(t.Context(), d, h.org.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, p := range page {
				paged = append(paged, p.Name)
			}
			f.After = page[len(page)-1]
		}
		if diff := cmp.Diff(names(org.PeopleFilter{Kind: org.KindMember}), paged); diff != "" {
			t.Errorf("pages differ from the list (-list +pages):\n%s", diff)
		}
	})
}

func TestAMembersAddressIsTheirs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := h.AddMember(ctx, tx, h.boss, org.Person{Name: "Double", Email: "ELEANOR.PRICE@harbourbank.example"})
			return err
		})
		f := fault.As(err)
		if f == nil || f.Kind != fault.Conflict || f.Field != "email" || f.Key != "org.email.taken" {
			t.Errorf("got %v", err)
		}
		h.member(h.organization("Other Bank").ID, "Eleanor Price", "eleanor.price@harbourbank.example")
	})
}

func TestAProfileIsOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		err := h.SaveProfile(t.Context(), h.boss, org.Profile{Name: "Eleanor P. Price", Lang: "fr", Zone: "Europe/Paris", Clock: "24"})
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.Person(t.Context(), d, h.org.ID, h.boss.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != "Eleanor P. Price" || p.Lang != "fr" || p.Zone != "Europe/Paris" || p.Email != "eleanor.price@harbourbank.example" {
			t.Errorf("profile = %+v", p)
		}
		err = h.SaveProfile(t.Context(), h.boss, org.Profile{Lang: "xx", Zone: "Mars/Olympus", Clock: "13"})
		same(t, "faults", len(fault.Of(err)), 4)
	})
}

func TestAnotherOrganizationsPersonIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		theirs := h.member(h.organization("Other Bank").ID, "Theirs", "theirs@other.example")
		if _, err := h.Person(t.Context(), d, h.org.ID, theirs.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("read: %v", err)
		}
		if err := h.SaveMember(t.Context(), h.boss, theirs); !fault.Is(err, fault.NotFound) {
			t.Errorf("change: %v", err)
		}
		if err := h.Grant(t.Context(), h.boss, theirs.ID, org.Administrator, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("grant: %v", err)
		}
		found, err := h.PeopleByID(t.Context(), d, h.org.ID, []string{theirs.ID, h.boss.PersonID})
		if err != nil || len(found) != 1 {
			t.Errorf("by id: %v, %v", found, err)
		}
	})
}

func TestFindingAClientIsOneProbe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for i := range 300 {
			if _, err := h.client(fmt.Sprintf("Client %d", i), fmt.Sprintf("c%d@client.example", i), ""); err != nil {
				t.Fatal(err)
			}
		}
		plan := dbtest.Plan(t, d, "SELECT id FROM people WHERE org_id = $1 AND kind = $2 AND known_by = $3", h.org.ID, "client", "x")
		if !strings.Contains(plan, "people_known_by") {
			t.Errorf("plan: %s", plan)
		}
	})
}

func TestAdministratorsAreWhoRunTheOrganization(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.member(h.org.ID, "Zoë Abara", "zoe@harbourbank.example", org.Administrator, org.Scheduler)
		gone := h.member(h.org.ID, "Aaron Gone", "aaron@harbourbank.example", org.Administrator)
		dbtest.Exec(t, d, "UPDATE people SET active = FALSE WHERE id = $1", gone.ID)
		h.member(h.org.ID, "Milo Lowe", "milo@harbourbank.example", org.Scheduler)
		h.member(h.organization("Fjord Credit").ID, "Astrid Berg", "astrid@fjord.example", org.Administrator)
		for most, want := range map[int][]string{100: {"Eleanor Price", "Zoë Abara"}, 1: {"Eleanor Price"}} {
			all, err := h.Administrators(t.Context(), d, h.org.ID, most)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range all {
				names = append(names, p.Name)
			}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("at most %d (-want +got):\n%s", most, diff)
			}
		}
	})
}
