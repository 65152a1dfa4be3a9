package app

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/sandbox"
)

func (t *tour) signIn(ctx context.Context) (string, error) {
	if err := t.admin.open(ctx, t.h.cfg.BaseURL+"/signin"); err != nil {
		return "", err
	}
	if err := t.admin.press(ctx, demoAdministrator); err != nil {
		return "", err
	}
	return "signed in as " + demoAdministrator + ", on " + t.admin.at.Path, nil
}

func (t *tour) chooseField(ctx context.Context) (string, error) {
	for _, link := range []string{"Settings", "Integrations & API", "Video Calls", "New", "Microsoft Teams"} {
		if err := t.admin.follow(ctx, link); err != nil {
			return "", err
		}
	}
	for !t.admin.offers("field") { // steps that are only read, and the usual way
		onwards := func() error { return t.admin.follow(ctx, "Continue") }
		if t.admin.offers("way") {
			onwards = func() error { return t.admin.press(ctx, "Continue", "way", "account", "consent", "basic") }
		}
		if err := onwards(); err != nil {
			return "", err
		}
	}
	if !t.admin.shows("12 of 12 look like a sign-in name") {
		return "", fmt.Errorf("the page does not say for how many staff a field is filled in: %s", t.admin.said())
	}
	return "e-mail", t.admin.press(ctx, "Continue", "field", "email")
}

func (t *tour) giveTenant(ctx context.Context) (string, error) {
	if err := t.admin.press(ctx, "Continue", "tenant", demoDomain); err != nil {
		return "", err
	}
	if !t.admin.shows("OnlineMeetings.ReadWrite") {
		return "", fmt.Errorf("the permissions are not shown: %s", t.admin.said())
	}
	return demoDomain + " is " + sandbox.TenantID, nil
}

func (t *tour) consent(ctx context.Context) (string, error) {
	if err := t.admin.press(ctx, "Continue"); err != nil {
		return "", err
	}
	if err := t.admin.press(ctx, "Harbour Bank Appointments"); err != nil {
		return "", err
	}
	if err := t.admin.press(ctx, "Accept"); err != nil {
		return "", err
	}
	if !strings.HasPrefix(t.admin.at.String(), t.h.cfg.BaseURL) {
		return "", fmt.Errorf("the browser is at %s", t.admin.at)
	}
	return "back at " + t.admin.at.Path, nil
}

func (t *tour) preview(ctx context.Context) (string, error) {
	err := until(ctx, func() error {
		if err := t.admin.open(ctx, t.admin.at.String()); err != nil {
			return err
		}
		for _, said := range []string{"10 of 12", "0 of 12", "Omar Farouk"} {
			if !t.admin.shows(said) {
				return fmt.Errorf("the page does not say %q: %s", said, t.admin.said())
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	pages := len(t.vendors.Log(sandbox.Query{Vendor: "graph", Call: "listUsers"}))
	return fmt.Sprintf("10 of 12 by e-mail or username, none by employee number; nobody there has Omar Farouk's address; the directory came in %d page(s)", pages), nil
}

func (t *tour) finish(ctx context.Context) (string, error) {
	if err := t.admin.press(ctx, "Finish"); err != nil {
		return "", err
	}
	if !strings.Contains(wordsOf(t.admin.page), "10 of 12 staff can take video calls") {
		return "", fmt.Errorf("no success: %s", t.admin.said())
	}
	return "connected: 10 of 12 staff can take video calls, as the preview said", nil
}

func (t *tour) offerVideo(ctx context.Context) (string, error) {
	for _, link := range []string{"Services", "Mortgage advice"} {
		if err := t.admin.follow(ctx, link); err != nil {
			return "", err
		}
	}
	err := t.admin.press(ctx, "Save", "methods", "in_person", "methods", "phone", "methods", "video")
	if err != nil {
		return "", err
	}
	if !strings.Contains(wordsOf(t.admin.page), "10 of 12") {
		if err := t.admin.open(ctx, "/services"); err != nil {
			return "", err
		}
	}
	if !strings.Contains(wordsOf(t.admin.page), "10 of 12") {
		return "", fmt.Errorf("the page does not say who can: %s", t.admin.said())
	}
	return "10 of 12 can take video appointments", nil
}
