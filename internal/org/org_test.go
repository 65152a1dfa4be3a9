package org_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func TestWhoMayDoWhat(t *testing.T) {
	// The table of the design, a row a permission: superuser, administrator,
	// program administrator, group lead, scheduler, member.
	table := map[org.Permission]string{
		org.ManageInstallation: "x.....",
		org.ManageIntegrations: ".x....",
		org.ManageStaff:        ".x....",
		org.ManageServices:     ".x....",
		org.ManageLocations:    ".x....",
		org.ManageOrganization: ".x....",
		org.ReadJournal:        ".x....",
		org.ManagePrograms:     ".xxx..",
		org.UseContactCenter:   ".x..x.",
		org.Own:                "xxxxxx",
	}
	for _, p := range org.Permissions() {
		row, ok := table[p]
		if !ok {
			t.Errorf("permission %q is not in the table of this test", p)
			continue
		}
		for i, r := range org.Roles {
			same(t, fmt.Sprintf("%s may %s", r, p), org.Actor{PersonID: "p", Roles: []org.Role{r}}.May(p), row[i] == 'x')
		}
		same(t, fmt.Sprintf("nobody may %s", p), org.Actor{}.May(p), false)
	}
	same(t, "permissions", len(org.Permissions()), len(table))
	same(t, "anybody may what is public", org.Actor{}.May(org.Public), true)
	same(t, "a permission nobody knows", org.Actor{Roles: org.Roles}.May("launch rockets"), false)
}

func TestScopes(t *testing.T) {
	a := org.Actor{Held: []org.Held{{Role: org.Scheduler, Scope: "leeds"}, {Role: org.Scheduler, Scope: "york"}, {Role: org.Member}}}
	everywhere, scopes := a.Scopes(org.UseContactCenter)
	if everywhere || !cmp.Equal(scopes, []string{"leeds", "york"}) {
		t.Errorf("scopes = %v, %v", everywhere, scopes)
	}
	if everywhere, _ := a.Scopes(org.Own); !everywhere {
		t.Error("own things are not everywhere")
	}
}

func TestRolesAreHandedOutFromAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		p := h.member(h.org.ID, "Amelia Hart", "amelia.hart@harbourbank.example")
		amelia := h.actor(p)
		if err := h.Grant(t.Context(), amelia, p.ID, org.Administrator, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("a member made herself administrator: %v", err)
		}
		if err := h.Grant(t.Context(), h.boss, p.ID, org.Superuser, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("an administrator made a superuser: %v", err)
		}
		if err := h.Revoke(t.Context(), h.boss, h.boss.PersonID, org.Administrator, ""); fault.As(err).Key != "org.role.last" {
			t.Errorf("the last administrator went: %v", err)
		}
		if err := h.Grant(t.Context(), h.boss, p.ID, org.Administrator, ""); err != nil {
			t.Fatal(err)
		}
		if err := h.Revoke(t.Context(), h.boss, h.boss.PersonID, org.Administrator, ""); err != nil {
			t.Errorf("one of two administrators: %v", err)
		}
		if err := h.MakeSuperuser(t.Context(), "Amelia.Hart@harbourbank.example"); err != nil {
			t.Fatal(err)
		}
		held, err := h.RolesOf(t.Context(), d, h.org.ID, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		var roles []org.Role
		for _, r := range held {
			roles = append(roles, r.Role)
		}
		if diff := cmp.Diff([]org.Role{org.Administrator, org.Member, org.Superuser}, roles); diff != "" {
			t.Error(diff)
		}
	})
}

var (
	testText = org.DefineSetting("test.text", org.SettingText, "plain")
	testBool = org.DefineSetting("test.yes", org.SettingBool, "false")
)

func TestASettingSaysWhereItComesFrom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		program, person := org.In("program", "p1"), org.In("person", "x1")
		check := func(want string, origin org.Scope, scopes ...org.Scope) {
			t.Helper()
			v, err := h.Setting(t.Context(), d, h.org.ID, testText, scopes...)
			if err != nil {
				t.Fatal(err)
			}
			if v.Text != want || v.Origin != origin {
				t.Errorf("got %q from %s, want %q from %s", v.Text, v.Origin, want, origin)
			}
		}
		set := func(at org.Scope, text string) {
			t.Helper()
			if err := h.SaveSetting(t.Context(), h.boss, testText, at, text); err != nil {
				t.Fatal(err)
			}
		}
		check("plain", org.Default, person, program)
		set(org.Installation, "all")
		check("all", org.Installation, person, program)
		set(org.WholeOrganization, "ours")
		check("ours", org.WholeOrganization, person, program)
		set(program, "program")
		set(person, "mine")
		check("mine", person, person, program)
		check("program", program, program)
		check("ours", org.WholeOrganization)
		h.tx(func(ctx context.Context, tx *db.Tx) error { return org.ClearSetting(ctx, tx, h.boss, testText, person) })
		check("program", program, person, program)

		other := h.organization("Other Bank")
		v, err := h.Setting(t.Context(), d, other.ID, testText, program)
		if err != nil || v.Origin != org.Installation {
			t.Errorf("another organization sees %v, %v", v, err)
		}
		if err := h.SaveSetting(t.Context(), h.boss, testBool, org.WholeOrganization, "perhaps"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a switch set to perhaps: %v", err)
		}
		if _, err := h.Setting(t.Context(), d, h.org.ID, "test.unknown"); !fault.Is(err, fault.Internal) {
			t.Errorf("an unknown setting: %v", err)
		}
	})
}

// TestSeveralSettingsAreSetTogether: one that cannot be set leaves the other as it
// was, and one that says the same already is not told of.
func TestSeveralSettingsAreSetTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		save := func(text, flag string) error {
			return h.SaveSettings(t.Context(), h.boss, org.WholeOrganization, map[string]string{testText: text, testBool: flag})
		}
		if err := save("ours", "perhaps"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a switch set to perhaps: %v", err)
		}
		for range 2 {
			if err := save("ours", "false"); err != nil {
				t.Fatal(err)
			}
		}
		if err := save("theirs", "perhaps"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a switch set to perhaps: %v", err)
		}
		v, err := h.Setting(t.Context(), d, h.org.ID, testText)
		if err != nil || v.Text != "ours" {
			t.Errorf("the text is %q, %v", v.Text, err)
		}
		entries, err := h.Journal(t.Context(), d, h.org.ID, org.JournalFilter{Verb: "setting.set"}, org.Page{})
		if err != nil || len(entries) != 1 {
			t.Errorf("the journal has %d entries, %v; want one", len(entries), err)
		}
	})
}

func TestTheJournalIsReadBackwardsPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		other := h.organization("Other Bank")
		for i := range 10 {
			h.tx(func(ctx context.Context, tx *db.Tx) error {
				for _, e := range []org.Entry{
					h.boss.Entry("test.do", "thing", fmt.Sprint(i%2), "number", fmt.Sprint(i)),
					org.System(other.ID).Entry("test.do", "thing", "0"),
				} {
					if err := org.Record(ctx, tx, e); err != nil {
						return err
					}
				}
				return nil
			})
			dbtest.ClockOf(d).Advance(time.Minute)
		}
		read := func(f org.JournalFilter, limit int) (numbers []string) {
			page := org.Page{Limit: limit}
			for {
				entries, err := h.Journal(t.Context(), d, h.org.ID, f, page)
				if err != nil {
					t.Fatal(err)
				}
				if len(entries) == 0 {
					return numbers
				}
				for _, e := range entries {
					numbers = append(numbers, e.Data["number"])
				}
				page.Before = entries[len(entries)-1].Cursor()
			}
		}
		all := read(org.JournalFilter{Verb: "test.do"}, 3)
		same(t, "order", strings.Join(all, ""), "9876543210")
		same(t, "one object", strings.Join(read(org.JournalFilter{Object: "thing", ObjectID: "1"}, 2), ""), "97531")
		same(t, "one actor", strings.Join(read(org.JournalFilter{ActorID: h.boss.PersonID, Verb: "test.do"}, 100), ""), "9876543210")
		now, err := d.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f := org.JournalFilter{Verb: "test.do", From: now.Add(-5*time.Minute - time.Second*30), To: now.Add(-2*time.Minute - time.Second*30)}
		same(t, "from and to", strings.Join(read(f, 100), ""), "765")
		_, err = h.Journal(t.Context(), d, h.org.ID, org.JournalFilter{}, org.Page{Before: "nonsense"})
		same(t, "a cursor from nowhere", fault.As(err).Field, "before")
	})
}

func TestTheFirstRunNeedsTheCodeAndHappensOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := org.Open(d, nil)
		old, err := o.NewSetupCode(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		code, err := o.NewSetupCode(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		form := org.FirstRun{Code: old, Name: "Sam Whitfield", Email: "sam@harbourbank.example",
			Organization: org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"}}
		_, err = o.Begin(t.Context(), form, "")
		same(t, "the code of an earlier start", fault.As(err).Key, "org.setup.code")

		form.Code, form.Email = strings.ToLower(strings.ReplaceAll(code, "-", " ")), "bad"
		_, err = o.Begin(t.Context(), form, "")
		same(t, "a slip in the form", fault.As(err).Field, "email")

		form.Email = "sam@harbourbank.example"
		session, err := o.Begin(t.Context(), form, "")
		if err != nil {
			t.Fatalf("the slip spent the code: %v", err)
		}
		a, err := o.Session(t.Context(), session)
		if err != nil || !a.Is(org.Superuser) || !a.Is(org.Administrator) {
			t.Errorf("first member = %+v, %v", a, err)
		}
		if _, err = o.Begin(t.Context(), form, ""); err == nil {
			t.Error("the code was used twice")
		}
		if code, err := o.NewSetupCode(t.Context()); err != nil || code != "" {
			t.Errorf("a code after set-up: %q, %v", code, err)
		}
	})
}

func TestASetupCodeLastsADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := org.Open(d, nil)
		code, err := o.NewSetupCode(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		dbtest.ClockOf(d).Advance(24*time.Hour + time.Second)
		_, err = o.Begin(t.Context(), org.FirstRun{Code: code}, "")
		same(t, "after a day", fault.As(err).Key, "org.setup.code")
	})
}

func TestSlugs(t *testing.T) {
	for name, want := range map[string]string{
		"Harbour Bank": "harbour-bank", "Café  Nord & Söhne!": "cafe-nord-sohne", "株式会社": "organization",
		strings.Repeat("long ", 40): "long-long-long-long-long-long-long-long-long-long-long-long",
	} {
		same(t, name, org.Slug(name), want)
	}
	h := build(t, dbtest.SQLite(t))
	err := h.d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := h.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"})
		return err
	})
	same(t, "taken", fault.As(err).Field, "slug")
	if !slices.Contains(org.Roles, org.Member) {
		t.Error("members are not listed")
	}
}

func TestAnAddressIsOneOrganizations(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.organization("Other Bank")
	at := h.org
	at.Slug = "other-bank"
	same(t, "another's address", fault.As(h.SaveOrganization(t.Context(), h.boss, at)).Key, "org.slug.taken")
}

func TestAMemberIsAddedByWhoMay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		other := h.organization("Other Bank")
		p, err := h.NewMember(t.Context(), h.boss, org.Person{OrgID: other.ID, Name: "Grace Kim", Email: "grace.kim@harbourbank.example"}, org.Scheduler)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the adder's organization", p.OrgID, h.org.ID)
		_, err = h.NewMember(t.Context(), h.boss, org.Person{Name: "Eve", Email: "eve@harbourbank.example"}, org.Superuser)
		same(t, "a superuser by an administrator", fault.Is(err, fault.Denied), true)
		_, err = h.NewMember(t.Context(), h.actor(p), org.Person{Name: "Eve", Email: "eve@harbourbank.example"}, org.Administrator)
		same(t, "an administrator by a scheduler", fault.Is(err, fault.Denied), true)
	})
}
