package support_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/support"
)

// A house is a bank with a member and somebody who administers it.
type house struct {
	t       *testing.T
	d       *db.DB
	orgs    *org.Orgs
	notify  *notify.Notify
	support *support.Support
	amelia  org.Actor
	boss    org.Actor
	super   org.Actor

	mu    sync.Mutex
	mails []connector.Message
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, d: d, orgs: org.Open(d, quiet)}
	n, err := notify.New(notify.Config{DB: d, Orgs: h.orgs, Log: quiet, BaseURL: "https://parley.example", Mail: h.mailer,
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	h.ok(err)
	h.notify, h.support = n, support.New(support.Config{DB: d, Orgs: h.orgs, Notify: n})
	h.ok(d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		bank, err := h.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"})
		if err != nil {
			return err
		}
		h.amelia = h.member(ctx, tx, bank, "Amelia Hart", org.Member)
		h.boss = h.member(ctx, tx, bank, "Eleanor Price", org.Administrator)
		h.super = h.member(ctx, tx, bank, "Sam Root", org.Superuser)
		return nil
	}))
	return h
}

func (h *house) member(ctx context.Context, tx *db.Tx, o org.Organization, name string, role org.Role) org.Actor {
	p, err := h.orgs.AddMember(ctx, tx, org.System(o.ID), org.Person{Name: name, Email: strings.ToLower(name[:3]) + "@harbourbank.example"}, role)
	h.ok(err)
	return org.Actor{OrgID: o.ID, PersonID: p.ID, Name: name, Roles: []org.Role{role}, Organization: o}
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) mailer(context.Context, string) (notify.Mailer, error) {
	send := func(_ context.Context, m connector.Message) (string, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.mails = append(h.mails, m)
		return "250", nil
	}
	return notify.Mailer{From: connector.Address{Mailbox: "bookings@harbourbank.example"},
		Open: func(context.Context) (notify.Session, error) { return notify.Session{Send: send}, nil }}, nil
}

func (h *house) contact() support.Contact {
	h.t.Helper()
	c, err := h.support.Contact(h.t.Context(), h.d, h.amelia.OrgID)
	h.ok(err)
	return c
}

func TestTheContactComesFromWhereItWasSet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), t.Context()
		if c := h.contact(); c.Known() || c.Origin != org.Default {
			t.Fatalf("nobody set %+v", c)
		}
		h.ok(h.support.Save(ctx, h.super, org.Installation, support.Contact{Address: "https://desk.example/new", Hours: "Always", Zone: "UTC", Phone: "1"}))
		if c := h.contact(); c.Address != "https://desk.example/new" || c.Hours != "Always" || c.Origin != org.Installation || c.ByMail() {
			t.Errorf("of the installation: %+v", c)
		}
		h.ok(h.support.Save(ctx, h.boss, org.WholeOrganization, support.Contact{Address: " desk@harbourbank.example "}))
		if c := h.contact(); c.Address != "desk@harbourbank.example" || c.Hours != "" || c.Phone != "" || c.Origin != org.WholeOrganization || !c.ByMail() {
			t.Errorf("of the organization, without the installation's hours: %+v", c)
		}
		h.ok(h.support.Clear(ctx, h.boss, org.WholeOrganization))
		if c := h.contact(); c.Origin != org.Installation {
			t.Errorf("after it was taken back: %+v", c)
		}
		for _, at := range []org.Scope{org.Installation, org.WholeOrganization} {
			if err := h.support.Save(ctx, h.amelia, at, support.Contact{Address: "me@evil.example"}); !fault.Is(err, fault.Denied) {
				t.Errorf("a member sets it for the %s: %v", at, err)
			}
		}
		if err := h.support.Save(ctx, h.boss, org.Installation, support.Contact{Address: "me@evil.example"}); !fault.Is(err, fault.Denied) {
			t.Errorf("an administrator sets it for the installation: %v", err)
		}
	})
}

func TestWhatCanBeAContact(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	for address, field := range map[string]string{
		"": "address", "desk": "address", "http://desk.example": "address", "javascript:alert(1)": "address", "https://user:pw@desk.example": "address",
		"https:///x": "address", "a b@x.example": "address", "desk@x.example\r\nBcc: all@x.example": "address",
		"desk@x.example": "", "https://desk.example/new?project=parley": "",
	} {
		err := h.support.Save(t.Context(), h.boss, org.WholeOrganization, support.Contact{Address: address})
		if got := fault.As(err); err == nil != (field == "") || err != nil && got.Field != field {
			t.Errorf("%q: %v, want a fault at %q", address, err, field)
		}
	}
	err := h.support.Save(t.Context(), h.boss, org.WholeOrganization, support.Contact{Address: "desk@x.example", Hours: "9 to 5"})
	if fault.As(err).Field != "zone" {
		t.Errorf("hours without a zone: %v", err)
	}
}

func TestAQuestionIsSentWithoutSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), t.Context()
		q := support.Question{Key: "k1", Page: "/settings/video/x?state=abc", Title: "Video calls", Reference: "REQ12345",
			Message: "It says no.\nMy password is hunter2", Reply: true}
		if _, err := h.support.Ask(ctx, h.amelia, q); fault.As(err).Key != "support.nowhere" {
			t.Fatalf("with nobody to ask: %v", err)
		}
		h.ok(h.support.Save(ctx, h.boss, org.WholeOrganization, support.Contact{Address: "desk@harbourbank.example"}))
		sent, err := h.support.Ask(ctx, h.amelia, q)
		h.ok(err)
		if sent != (support.Sent{To: "desk@harbourbank.example", Reference: "REQ12345", Removed: 1}) {
			t.Errorf("sent %+v", sent)
		}
		_, err = h.support.Ask(ctx, h.amelia, q) // the form, sent twice
		h.ok(err)
		h.ok(h.notify.Drain(ctx))
		if len(h.mails) != 1 {
			t.Fatalf("%d mails left, want 1", len(h.mails))
		}
		m := h.mails[0]
		text := m.Drawn.Subject + strings.Join(m.Drawn.Paragraphs, "|")
		for _, f := range m.Drawn.Facts {
			text += "|" + f.Value
		}
		for _, want := range []string{"Amelia Hart", "REQ12345", "It says no.|My password is …", "Video calls (/settings/video/x)"} {
			if !strings.Contains(text, want) {
				t.Errorf("the mail does not say %q: %s", want, text)
			}
		}
		if strings.Contains(text, "hunter2") || strings.Contains(text, "state=") || m.ReplyTo.Mailbox != "ame@harbourbank.example" {
			t.Errorf("the mail, with answers to %q: %s", m.ReplyTo.Mailbox, text)
		}
		for _, kept := range []string{"SELECT card FROM notices", "SELECT data FROM journal"} {
			rows, err := db.Values[string](ctx, d, kept)
			h.ok(err)
			if slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(row, "It says no.") || strings.Contains(row, "hunter2") }) {
				t.Errorf("%s still has what was sent", kept)
			}
		}
	})
}

func TestWhoWantsNoAnswerIsNotNamedByAddress(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.ok(h.support.Save(t.Context(), h.boss, org.WholeOrganization, support.Contact{Address: "desk@harbourbank.example"}))
	sent, err := h.support.Ask(t.Context(), h.amelia, support.Question{Key: "k", Page: "/schedule", Message: "Hello"})
	h.ok(err)
	h.ok(h.notify.Drain(t.Context()))
	if len(sent.Reference) < 8 || len(h.mails) != 1 || h.mails[0].ReplyTo.Mailbox != "" {
		t.Errorf("%+v, %+v", sent, h.mails)
	}
	for _, f := range h.mails[0].Drawn.Facts {
		if strings.Contains(f.Value, "ame@") {
			t.Errorf("the mail names the address: %+v", f)
		}
	}
	for message, field := range map[string]string{"": "message", " \n ": "message", strings.Repeat("é", support.MessageMax+1): "message"} {
		if _, err := h.support.Ask(t.Context(), h.amelia, support.Question{Message: message}); fault.As(err).Field != field {
			t.Errorf("%.10q: %v", message, err)
		}
	}
	if _, err := h.support.Ask(t.Context(), h.amelia, support.Question{Message: "x", Reference: "a\r\nBcc: b"}); fault.As(err).Field != "reference" {
		t.Errorf("a reference of two lines: %v", err)
	}
}
