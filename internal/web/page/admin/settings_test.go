package admin_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/notify"
)

func TestTheOrganizationIsChanged(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	const path = "/settings/organization"
	b.open(path).on(path).shows("Harbour Bank", "harbour-bank", h.url+"/book/harbour-bank")
	form := url.Values{"organization": {"Harbour & Co"}, "slug": {"harbour"}, "zone": {"Europe/Paris"}, "lang": {"en"}}
	b.post(path, form).on(path).shows("Your organization is saved.", "Harbour & Co", "/book/harbour")
	form.Set("slug", "No Address")
	form.Set("organization", "")
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("Use only small letters", "No Address", "Enter the name of your organization")
	h.organization("Fjord Credit")
	form = url.Values{"organization": {"Harbour & Co"}, "slug": {"fjord-credit"}, "zone": {"Europe/Paris"}, "lang": {"en"}}
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("The address “fjord-credit” is another organization’s.")
	form = url.Values{"organization": {"Harbour Mine"}, "slug": {"mine"}, "zone": {"Europe/Paris"}, "lang": {"en"}, "version": {"1"}}
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("Somebody else changed these settings", "Harbour Mine")
	form = url.Values{"organization": {"Harbour Mine"}, "accent": {"#123456"}, "version": {"1"}}
	b.post(branding, form).is(http.StatusUnprocessableEntity).shows("Somebody else changed these settings", "Harbour Mine", "#123456")
	b.post(branding+"/reset", form).on(branding).shows("Somebody else changed these settings")
}

func TestTheAuditLog(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.open("/settings/audit").on("/settings/audit").shows("Parley added Omar Farouk as a member.", "Parley itself")
	h.connected()
	b.open("/settings/audit?verb=connection.complete").shows("Eleanor Price finished connecting appointments@harbourbank.example.").lacks("added Omar Farouk")
	b.open("/settings/audit?verb=setting.set").shows("set the default for video calls to “Microsoft Teams (appointments@harbourbank.example)”")
	b.open("/settings/audit?verb=identity.field").shows("the field “E-mail”")
	b.open("/settings/audit?person=" + h.eleanor.ID).lacks("added Omar Farouk")
	b.open("/settings/audit?from=2999-01-01").shows("Nothing matches your search")
	b.open("/settings/audit?from=yesterday").is(http.StatusUnprocessableEntity).shows("“yesterday” is not a date.")
	b.open("/settings/audit?at=nonsense").is(http.StatusBadRequest)
	for range 30 {
		b.post("/settings/organization", url.Values{"organization": {"Harbour Bank"}, "slug": {"harbour-bank"}, "zone": {"Europe/London"}, "lang": {"en"}})
	}
	first := b.open("/settings/audit?rows=25").lacks("added Omar Farouk")
	_, next, _ := strings.Cut(first.between(`class="page-steps"`, `</nav>`), `href="`)
	next, _, _ = strings.Cut(next, `"`)
	b.open(next).on(next).shows("added Omar Farouk", `href="/settings/audit?rows=25"`)
}

func TestPagesSpeakFrench(t *testing.T) {
	h := build(t, registered)
	h.service("Mortgage review")
	b, connection := h.connected()
	b.open("/language?lang=fr&next=/settings").is(http.StatusOK)
	for path, text := range map[string]string{
		"/settings": "Paramètres", "/settings/integrations": "Intégrations et API", "/settings/video": "Compte connecté", connection: "Réautoriser",
		"/services": "Services", "/staff": "Personnel", "/settings/audit": "Journal d’audit", setup + "/field": "identifiant",
	} {
		b.open(path).on(path).shows(text)
	}
}

// TestMailThatIsRefusedIsTold: a mail server that is set up is not one that works.
func TestMailThatIsRefusedIsTold(t *testing.T) {
	h := build(t, nil, connector.Relay{Host: "mail.harbourbank.example", Port: 587, From: connector.Address{Name: "Harbour Bank", Mailbox: "bookings@harbourbank.example"}})
	b := h.as(h.eleanor)
	b.open("/settings/integrations").shows("E-mail", "Set up", "mail.harbourbank.example").lacks("Cannot be delivered")
	h.relayFault = fault.New(fault.Limited, "smtp.later", "Host", "mail.harbourbank.example", "Answer", "421 come back later")
	now, err := h.d.Now(t.Context())
	h.ok(err)
	h.ok(h.d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return h.notify.Tell(ctx, tx, notify.Notice{OrgID: h.bank.ID, Key: "n1", Kind: "appointment.confirmed", Urgency: notify.Personal,
			To: []string{h.eleanor.ID}, Card: card.Trial("Harbour Bank", "Eleanor Price", now, "Europe/London")})
	}))
	h.ok(h.notify.Drain(t.Context()))
	b.open("/settings/integrations").lacks("Set up").shows("Cannot be delivered", "E-mail cannot be delivered since", "421 come back later",
		"1 e-mail waits", "tell the people who run this Parley")
}
