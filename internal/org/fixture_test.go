package org_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/org"
)

// house is a database with one organization and its administrator.
type house struct {
	*org.Orgs
	t     testing.TB
	d     *db.DB
	org   org.Organization
	boss  org.Actor
	links []string // that were sent, oldest first
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{Orgs: org.Open(d, slog.New(slog.DiscardHandler)), t: t, d: d}
	h.LinkURL = func(token, next string) string {
		return "https://parley.example/signin/link/" + token + "?next=" + url.QueryEscape(next)
	}
	h.SendLink = func(_ context.Context, _ *db.Tx, _ org.Person, link string) error {
		h.links = append(h.links, link)
		return nil
	}
	h.org = h.organization("Harbour Bank")
	h.boss = h.actor(h.member(h.org.ID, "Eleanor Price", "eleanor.price@harbourbank.example", org.Administrator))
	return h
}

func (h *house) tx(do func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Tx(h.t.Context(), do); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) organization(name string) (n org.Organization) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = h.Create(ctx, tx, org.Organization{Name: name, Lang: "en", Zone: "Europe/London"})
		return err
	})
	return n
}

func (h *house) member(orgID, name, email string, roles ...org.Role) (p org.Person) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.AddMember(ctx, tx, org.System(orgID), org.Person{Name: name, Email: email}, roles...)
		return err
	})
	return p
}

// actor signs a member in by a link.
func (h *house) actor(p org.Person) org.Actor {
	h.t.Helper()
	a, err := h.Session(h.t.Context(), h.signIn(p, ""))
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *house) signIn(p org.Person, before string) string {
	h.t.Helper()
	token, err := h.Redeem(h.t.Context(), h.ask(p.Email), p.OrgID, before, "Firefox")
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

// ask asks for a link and returns its token, empty if none was sent.
func (h *house) ask(email string) string {
	h.t.Helper()
	h.links = nil
	if err := h.AskLink(h.t.Context(), email, "/schedule"); err != nil {
		h.t.Fatal(err)
	}
	run := job.New(h.d, slog.New(slog.DiscardHandler))
	run.Handle(org.LinkJob, h.SendLinks)
	if _, err := run.RunDue(h.t.Context(), 10); err != nil {
		h.t.Fatal(err)
	}
	if len(h.links) == 0 {
		return ""
	}
	link, _, _ := strings.Cut(h.links[len(h.links)-1], "?")
	return link[strings.LastIndex(link, "/")+1:]
}

func same[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
