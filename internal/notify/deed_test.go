package notify

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// accept is a verb whose outcome tells who did it and in which run.
func (h *house) accept(runs *int64) map[string]Verb {
	return map[string]Verb{"request.accept": func(ctx context.Context, tx *db.Tx, d Deed) (card.Card, error) {
		if d.Args["refuse"] != "" {
			return card.Card{}, fault.New(fault.Conflict, "")
		}
		if _, err := tx.Exec(ctx, "UPDATE organizations SET version = version + 1 WHERE id = $1", d.OrgID); err != nil {
			return card.Card{}, err
		}
		var err error
		*runs, err = db.Value[int64](ctx, tx, "SELECT version FROM organizations WHERE id = $1", d.OrgID)
		return card.Card{Title: card.Value(card.String("", fmt.Sprintf("done in %d", *runs)))}, err
	}}
}

func TestDeedIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		var last int64
		h.n.AddVerbs(h.accept(&last))
		h.tell(h.notice("ask", h.people[0]))
		deed := Deed{Key: "ask/p/accept", OrgID: h.org.ID, Verb: "request.accept", Object: "r1", Notice: "ask"}
		outcomes := make([]card.Card, 50)
		for _, err := range dbtest.Race(50, func(i int) (err error) {
			outcomes[i], err = h.n.Do(context.Background(), deed)
			return err
		}) {
			h.ok(err)
		}
		for _, o := range outcomes {
			if diff := cmp.Diff(outcomes[0], o); diff != "" {
				t.Fatal(diff)
			}
		}
		if last != h.org.Version+1 {
			t.Errorf("the verb ran %d times", last-h.org.Version)
		}
		h.drain()
		if got := h.post.accepted[0].Drawn.Title; got != fmt.Sprintf("done in %d", last) {
			t.Errorf("the copy says %q", got)
		}
	})
}

func TestDeedThatFailsGivesItsKeyBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		var last int64
		h.n.AddVerbs(h.accept(&last))
		ctx := context.Background()
		deed := Deed{Key: "k", OrgID: h.org.ID, Verb: "request.accept", Object: "r1", Args: map[string]string{"refuse": "yes"}}
		if _, err := h.n.Do(ctx, deed); !fault.Is(err, fault.Conflict) {
			t.Fatalf("error %v", err)
		}
		deed.Args = nil
		if _, err := h.n.Do(ctx, deed); err != nil || last != h.org.Version+1 {
			t.Errorf("the second try: %v, run %d", err, last)
		}
		deed.Actor = org.Actor{PersonID: "somebody else"}
		if _, err := h.n.Do(ctx, deed); !fault.Is(err, fault.Conflict) {
			t.Errorf("another's deed under the key: %v", err)
		}
		deed.Verb = "request.unknown"
		if _, err := h.n.Do(ctx, deed); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown verb: %v", err)
		}
	})
}

func TestDoubleVerbPanics(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 0)
	h.n.AddVerbs(h.accept(new(int64)))
	defer func() {
		if recover() == nil {
			t.Error("a verb was replaced in silence")
		}
	}()
	h.n.AddVerbs(h.accept(new(int64)))
}

func TestLinks(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	claim := Claim{Purpose: "/manage", OrgID: db.NewID(), Object: "a", PersonID: "", Expires: now.Add(time.Hour)}
	token := linkKeys.Sign(claim)
	got, err := linkKeys.Verify(token, "/manage", now)
	if diff := cmp.Diff(claim, got); diff != "" || err != nil {
		t.Fatal(err, diff)
	}
	if _, err := linkKeys.Verify(token, "/cancel", now); !fault.Is(err, fault.NotFound) {
		t.Errorf("another purpose: %v", err)
	}
	if _, err := linkKeys.Verify(token, "/manage", claim.Expires); !fault.Is(err, fault.Denied) {
		t.Errorf("expired: %v", err)
	}
	for i := range len(token) {
		b := []byte(token)
		b[i] ^= 1
		if _, err := linkKeys.Verify(string(b), "/manage", now); err == nil {
			t.Errorf("changed at %d, and accepted", i)
		}
	}
	turned := LinkKeys{Current: "k2", Keys: map[string][]byte{"k1": linkKeys.Keys["k1"], "k2": []byte("fedcba9876543210fedcba9876543210")}}
	if _, err := turned.Verify(token, "/manage", now); err != nil {
		t.Errorf("after a change of keys: %v", err)
	}
	if _, err := linkKeys.Verify(turned.Sign(claim), "/manage", now); err == nil {
		t.Error("signed with an unknown key, and accepted")
	}
	if (LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("short")}}).Check() == nil {
		t.Error("a short key was accepted")
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(linkKeys.Sign(Claim{Purpose: "p", Object: "o"}))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		if c, err := linkKeys.open(token); err == nil && linkKeys.Sign(c) != token {
			t.Errorf("%q opens to %+v, which signs otherwise", token, c)
		}
	})
}

// TestMailLinks asks for the addresses of a card in a mail.
func TestMailLinks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		var last int64
		h.n.AddVerbs(h.accept(&last))
		n := h.notice("a", h.people[0])
		n.Card.Actions = []card.Action{
			{Label: card.Say("card.trial.open"), Path: "/manage", Object: "apt", Signed: true},
			{Label: card.Say("card.trial.open"), Verb: "request.accept", Object: "r1"},
			{Label: card.Say("card.trial.open"), Path: "/j/abc"},
		}
		h.tell(n)
		h.drain()
		buttons := h.post.accepted[0].Drawn.Buttons
		ctx := context.Background()
		manage, err := h.n.Verify(ctx, buttons[0].URL[len("https://parley.example/manage/"):], "/manage")
		if err != nil || manage.Object != "apt" || manage.PersonID != h.people[0] || manage.OrgID != h.org.ID {
			t.Errorf("manage link: %v %+v", err, manage)
		}
		do, verb, err := h.n.VerifyVerb(ctx, buttons[1].URL[len("https://parley.example/do/"):])
		if err != nil || verb != "request.accept" || do.Object != "r1" {
			t.Errorf("verb link: %v %q %+v", err, verb, do)
		}
		if buttons[2].URL != "https://parley.example/j/abc" {
			t.Errorf("page link %q", buttons[2].URL)
		}
	})
}
