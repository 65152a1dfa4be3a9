package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/vault"
	"parley/internal/web/page/installation"
)

// registrations are our applications at vendors that the operator set here.
func (c Config) registrations() map[string]connector.Registration {
	return map[string]connector.Registration{
		graph.Name: {ClientID: c.MicrosoftClientID, Secret: c.MicrosoftClientSecret, Certificate: c.MicrosoftCertificate},
	}
}

// sources say where they were set.
func (c Config) sources() map[string]vault.Source {
	const microsoft = prefix + "MICROSOFT_CLIENT_ID"
	return map[string]vault.Source{
		graph.Name: {Name: microsoft, From: c.origins[microsoft], Expires: c.MicrosoftSecretExpires.Time},
	}
}

// tellExpiring mails everybody who runs the installation, once a warning, that a
// registration ends.
func (h *house) tellExpiring(ctx context.Context, tx *db.Tx, e vault.Expiring) error {
	r := e.Registration
	return h.tellSuperusers(ctx, tx, fmt.Sprintf("expiring:%s:%s:%d:%d", r.Vendor, r.OrgID, r.Expires.Unix(), e.Days), h.expiring(e), r.Vendor)
}

func (h *house) expiring(e vault.Expiring) card.Card {
	r := e.Registration
	title := card.Say("app.expiring.title", h.vendorName(r.Vendor), card.Date("When", r.Expires.Year(), r.Expires.Month(), r.Expires.Day()))
	if e.Days == 0 {
		title = card.Say("app.expiring.ended", h.vendorName(r.Vendor))
	}
	return card.Card{
		Kind: "vault.expiring", Title: title,
		Lead:    []card.Text{card.Say("app.expiring.text"), card.Say("app.expiring.live")},
		Facts:   []card.Fact{{Label: card.Say("app.expiring.client"), Value: card.Value(card.String("", r.ClientID))}},
		Actions: []card.Action{{Label: card.Say("app.expiring.go"), Path: installation.AppPath(r.Vendor, r.OrgID), Style: card.Primary}},
	}
}

// checkRegistrations says which registration counts at each vendor, where it was
// set, when it ends, and what the vendor has against it.
func checkRegistrations(ctx context.Context, h *house) (string, error) {
	all, err := h.vault.Registrations(ctx, h.db)
	if err != nil {
		return "", err
	}
	now, err := h.db.Now(ctx)
	if err != nil {
		return "", err
	}
	faults, err := h.vault.OperatorFaults(ctx, h.db)
	if err != nil {
		return "", err
	}
	var said, wrong []string
	for _, vendor := range h.vault.AppVendors() {
		line, bad := describeApps(vendor, all, now)
		if h.unseen && len(line)+len(bad) == 1 && len(all) == 0 {
			line, bad = []string{vendor + ": nothing in the environment; what is entered on the page Vendor apps cannot be looked at now"}, nil
		}
		said, wrong = append(said, line...), append(wrong, bad...)
	}
	for _, f := range faults {
		wrong = append(wrong, fmt.Sprintf("%s since %s: %s", ofWhom(f.Vendor, f.OrgID), f.Since.Format(time.RFC3339), f.Said))
	}
	if len(wrong) > 0 {
		return "", errors.New(strings.Join(append(wrong, said...), "; "))
	}
	return "ok (" + strings.Join(said, "; ") + ")", nil
}

// describeApps describes all registrations at one vendor. What was set outside
// stands above what was entered for the installation.
func describeApps(vendor string, all []vault.Registration, now time.Time) (said, wrong []string) {
	outside, served := false, false
	for _, r := range all {
		outside = outside || r.Vendor == vendor && r.Origin == vault.FromEnvironment
	}
	for _, r := range all {
		if r.Vendor != vendor {
			continue
		}
		served = served || r.OrgID == ""
		text := ofWhom(vendor, r.OrgID) + ": " + r.ClientID + " from " + originOf(r, outside)
		switch {
		case !r.Complete():
			wrong = append(wrong, text+": the id, or what proves it, is missing or cannot be read")
			continue
		case !r.Expires.IsZero():
			text += ", ends " + r.Expires.Format(time.DateOnly)
		}
		if r.Urgency(now) > 1 {
			wrong = append(wrong, text+": renew it at the vendor and enter the new one")
			continue
		}
		if r.Urgency(now) == 1 {
			text += " (soon)"
		}
		said = append(said, text)
	}
	if !served {
		wrong = append(wrong, fmt.Sprintf("no application at %s: enter it on the page Vendor apps, or set PARLEY_MICROSOFT_CLIENT_ID and PARLEY_MICROSOFT_CLIENT_SECRET; see docs/microsoft.md", vendor))
	}
	return said, wrong
}

func originOf(r vault.Registration, outside bool) string {
	switch {
	case r.Origin == vault.FromEnvironment:
		return r.Source.Name + " (" + r.Source.From + ")"
	case r.Origin == vault.FromInstallation && outside:
		return "the page Vendor apps (not used: the environment stands above it)"
	}
	return "the page Vendor apps"
}

func ofWhom(vendor, orgID string) string {
	if orgID == "" {
		return vendor
	}
	return vendor + " of organization " + orgID
}

// demoSecretEnds is how long the demo's secret still lasts: near enough that the
// page has something to warn of.
const demoSecretEnds = 47 * 24 * time.Hour

// furnishApps enters the sandbox's registration, as a superuser does.
func (h *house) furnishApps(ctx context.Context, o org.Organization) error {
	if !h.cfg.MicrosoftClientSecret.Empty() {
		return nil
	}
	now, err := h.db.Now(ctx)
	if err != nil {
		return err
	}
	all, err := h.orgs.Superusers(ctx, h.db)
	if err != nil || len(all) == 0 {
		return err
	}
	actor := org.Actor{OrgID: o.ID, PersonID: all[0].ID, Name: all[0].Name, Roles: []org.Role{org.Superuser}}
	return h.vault.SaveRegistration(ctx, actor, vault.Draft{
		Vendor: graph.Name, ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret), Expires: now.Add(demoSecretEnds).Truncate(24 * time.Hour),
	})
}
