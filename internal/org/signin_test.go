package org_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func TestALinkSignsInOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.ask("Eleanor.Price@HarbourBank.example")
		for range 3 { // a mail scanner looks, and spends nothing
			choices, err := h.Choices(t.Context(), token)
			if err != nil || len(choices) != 1 || choices[0].Organization.ID != h.org.ID {
				t.Fatalf("choices = %v, %v", choices, err)
			}
		}
		if _, err := h.Redeem(t.Context(), token, h.org.ID, "", "Firefox"); err != nil {
			t.Fatal(err)
		}
		_, err := h.Redeem(t.Context(), token, h.org.ID, "", "Firefox")
		same(t, "a second use", fault.As(err).Key, "org.link.stale")
		_, err = h.Choices(t.Context(), token)
		same(t, "looking after use", fault.As(err).Key, "org.link.stale")
	})
}

func TestALinkIsSpentByOneOfManyAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.ask("eleanor.price@harbourbank.example")
		var won sync.Map
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if s, err := h.Redeem(t.Context(), token, h.org.ID, "", ""); err == nil {
					won.Store(i, s)
				}
			})
		}
		all.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		same(t, "sessions opened by one link", n, 1)
	})
}

func TestAnOldLinkIsWorthNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.ask("eleanor.price@harbourbank.example")
		dbtest.ClockOf(d).Advance(15*time.Minute + time.Second)
		_, err := h.Redeem(t.Context(), token, h.org.ID, "", "")
		same(t, "after 15 minutes", fault.As(err).Key, "org.link.stale")
	})
}

func TestALinkIsBoundToItsPurposeAndOrganization(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		other := h.organization("Other Bank")
		token := h.ask("eleanor.price@harbourbank.example")
		if _, err := h.Redeem(t.Context(), token, other.ID, "", ""); !fault.Is(err, fault.SignIn) {
			t.Errorf("another organization: %v", err)
		}
		dbtest.Exec(t, d, "UPDATE sign_in_links SET purpose = 'something else'")
		if _, err := h.Redeem(t.Context(), token, h.org.ID, "", ""); !fault.Is(err, fault.SignIn) {
			t.Errorf("another purpose: %v", err)
		}
	})
}

func TestAStrangersAddressGetsTheSameAnswerAndNoMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		same(t, "link for a stranger", h.ask("nobody@harbourbank.example"), "")
		p := h.member(h.org.ID, "Left Us", "left@harbourbank.example")
		p.Active = false
		if err := h.SaveMember(t.Context(), h.boss, p); err != nil {
			t.Fatal(err)
		}
		same(t, "link for one who left", h.ask(p.Email), "")
	})
}

func TestAnInboxCannotBeFilled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		p := h.member(h.org.ID, "Amelia Hart", "amelia.hart@harbourbank.example")
		sent := 0
		for range 12 {
			if h.ask(p.Email) != "" {
				sent++
			}
		}
		same(t, "links within 15 minutes", sent, 5)
		dbtest.ClockOf(d).Advance(16 * time.Minute)
		if h.ask(p.Email) == "" {
			t.Error("no link once the old ones are over")
		}
	})
}

func TestWhoIsInSeveralOrganizationsChooses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		other := h.organization("Other Bank")
		h.member(other.ID, "Eleanor Price", "eleanor.price@harbourbank.example")
		token := h.ask("eleanor.price@harbourbank.example")
		choices, err := h.Choices(t.Context(), token)
		if err != nil || len(choices) != 2 {
			t.Fatalf("choices = %v, %v", choices, err)
		}
		session, err := h.Redeem(t.Context(), token, other.ID, "", "")
		if err != nil {
			t.Fatal(err)
		}
		a, err := h.Session(t.Context(), session)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "organization", a.OrgID, other.ID)
		same(t, "administrator there", a.Is(org.Administrator), false)
	})
}

func TestASessionEndsIdleAndAtLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		p := h.member(h.org.ID, "Amelia Hart", "amelia.hart@harbourbank.example")
		clock := dbtest.ClockOf(d)
		token := h.signIn(p, "")
		for range 27 { // used every 12 hours less a minute, for nearly 14 days
			clock.Advance(12*time.Hour - time.Minute)
			if _, err := h.Session(t.Context(), token); err != nil {
				t.Fatalf("in use: %v", err)
			}
		}
		clock.Advance(11 * time.Hour)
		if _, err := h.Session(t.Context(), token); err != nil {
			t.Fatalf("before 14 days: %v", err)
		}
		clock.Advance(90 * time.Minute)
		_, err := h.Session(t.Context(), token)
		same(t, "after 14 days", fault.As(err).Key, "org.session.over")

		token = h.signIn(p, "")
		clock.Advance(12*time.Hour + time.Minute)
		_, err = h.Session(t.Context(), token)
		same(t, "after 12 idle hours", fault.As(err).Key, "org.session.over")
	})
}

func TestATokenFromBeforeSignInIsWorthNothingAfterIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		p := h.member(h.org.ID, "Amelia Hart", "amelia.hart@harbourbank.example")
		planted := h.signIn(p, "")
		fresh := h.signIn(p, planted)
		if planted == fresh {
			t.Error("the token was kept")
		}
		if _, err := h.Session(t.Context(), planted); !fault.Is(err, fault.SignIn) {
			t.Errorf("the old token: %v", err)
		}
		for _, forged := range []string{"", ".", "x", h.org.ID + ".", h.org.ID + ".guess", "other" + fresh[strings.Index(fresh, "."):]} {
			if _, err := h.Session(t.Context(), forged); !fault.Is(err, fault.SignIn) {
				t.Errorf("token %q: %v", forged, err)
			}
		}
	})
}

func TestOnlyHashesAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		link := h.ask("eleanor.price@harbourbank.example")
		session, err := h.Redeem(t.Context(), link, h.org.ID, "", "")
		if err != nil {
			t.Fatal(err)
		}
		var kept []string
		for _, text := range []string{"SELECT hash FROM sign_in_links", "SELECT hash FROM sessions", "SELECT data FROM journal"} {
			v, err := db.Values[string](t.Context(), d, text)
			if err != nil {
				t.Fatal(err)
			}
			kept = append(kept, v...)
		}
		_, secret, _ := strings.Cut(session, ".")
		if all := strings.Join(kept, "\n"); strings.Contains(all, link) || strings.Contains(all, secret) {
			t.Error("a token is in the database")
		}
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		p := h.member(h.org.ID, "Amelia Hart", "amelia.hart@harbourbank.example")
		phone, desk := h.signIn(p, ""), h.signIn(p, "")
		a, err := h.Session(t.Context(), desk)
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.Sessions(t.Context(), a)
		if err != nil || len(list) != 2 {
			t.Fatalf("sessions = %v, %v", list, err)
		}
		if err := h.EndSession(t.Context(), h.boss, list[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else ended it: %v", err)
		}
		if err := h.EndOtherSessions(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Session(t.Context(), phone); !fault.Is(err, fault.SignIn) {
			t.Errorf("the phone: %v", err)
		}
		if err := h.SignOut(t.Context(), desk); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Session(t.Context(), desk); !fault.Is(err, fault.SignIn) {
			t.Errorf("signed out: %v", err)
		}
	})
}

func TestAPersonaIsForTheDemoOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		if _, err := h.SignInAs(t.Context(), h.org.ID, h.boss.PersonID, "", ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("outside the demo: %v", err)
		}
		h.Demo = true
		if _, err := h.SignInAs(t.Context(), h.org.ID, h.boss.PersonID, "", ""); err != nil {
			t.Error(err)
		}
	})
}

func TestTheCommandLineMakesALinkThatSignsInOnce(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	link, err := h.LinkNow(t.Context(), "Eleanor.Price@harbourbank.example")
	if err != nil {
		t.Fatal(err)
	}
	token, _, _ := strings.Cut(strings.TrimPrefix(link, "https://parley.example/signin/link/"), "?")
	if _, err := h.Redeem(t.Context(), token, h.org.ID, "", "test"); err != nil {
		t.Fatalf("the link does not sign in: %v", err)
	}
	if _, err := h.Redeem(t.Context(), token, h.org.ID, "", "test"); err == nil {
		t.Error("it signed in twice")
	}
}
