package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html/atom"
)

func (t *tour) book(ctx context.Context) (string, error) {
	if err := t.client.open(ctx, t.h.cfg.BaseURL+"/book/"+demoSlug); err != nil {
		return "", err
	}
	for _, link := range []string{"Mortgage advice", "Video call", "Anyone available"} {
		if err := t.client.follow(ctx, link); err != nil {
			return "", err
		}
	}
	if err := t.chooseSlot(ctx, 2); err != nil {
		return "", err
	}
	answer := t.client.fieldStarting("answer.", atom.Select)
	if err := t.client.press(ctx, "Confirm", "name", tourClient, "email", tourEmail, answer, "Moving home"); err != nil {
		return "", err
	}
	if !t.client.shows("confirmed") {
		return "", fmt.Errorf("no confirmation: %s", t.client.said())
	}
	t.manage = t.client.at.String()
	t.joinURL = t.client.copied("/j/")
	if t.joinURL == "" {
		return "", errors.New("the confirmation shows no join link")
	}
	return "confirmed for " + t.starts.Format(time.RFC1123) + ", join link " + t.joinURL, nil
}

// chooseSlot takes the n-th free time on the page.
func (t *tour) chooseSlot(ctx context.Context, n int) error {
	var links []string
	for d := range t.client.page.Descendants() {
		if href := attr(d, "href"); d.DataAtom == atom.A && strings.Contains(href, "start=") {
			links = append(links, href)
		}
	}
	if len(links) == 0 {
		return t.client.missing("free time", "start=")
	}
	chosen := links[min(n, len(links)-1)]
	u, err := url.Parse(chosen)
	if err != nil {
		return err
	}
	if t.starts, err = time.Parse(time.RFC3339, u.Query().Get("start")); err != nil {
		return err
	}
	return t.client.open(ctx, chosen)
}

func (t *tour) linkArrives(ctx context.Context) (string, error) {
	began := time.Now()
	err := until(ctx, func() error {
		if err := t.client.open(ctx, t.manage); err != nil {
			return err
		}
		if !t.client.shows("The video call is ready") {
			return fmt.Errorf("not ready: %s", t.client.said())
		}
		return nil
	})
	return "ready on the client's page after " + time.Since(began).Round(time.Millisecond).String(), err
}

func (t *tour) joined(ctx context.Context) (string, error) {
	visitor := newWalker()
	if err := visitor.open(ctx, t.joinURL); err != nil {
		return "", err
	}
	if err := visitor.follow(ctx, "Join now"); err != nil {
		return "", err
	}
	if visitor.at.String() != t.vendorURL {
		return "", fmt.Errorf("it led to %s, want %s", visitor.at, t.vendorURL)
	}
	outcome, err := t.door(ctx, "anonymous")
	if err != nil {
		return "", err
	}
	return "the client comes to the Teams meeting: " + outcome, nil
}

func (t *tour) scheduled(ctx context.Context) (string, error) {
	staff := newWalker()
	if err := staff.open(ctx, t.h.cfg.BaseURL+"/signin"); err != nil {
		return "", err
	}
	name := ""
	for _, m := range demoStaff {
		if m.email() == t.hostUPN {
			name = m.name
		}
	}
	if err := staff.press(ctx, name); err != nil {
		return "", err
	}
	if err := staff.open(ctx, "/schedule?day="+t.starts.Format(time.DateOnly)); err != nil {
		return "", err
	}
	if err := staff.follow(ctx, tourClient); err != nil {
		return "", err
	}
	if !staff.shows(strings.TrimPrefix(t.joinURL, t.h.cfg.BaseURL)) && staff.copied("/j/") != t.joinURL {
		return "", fmt.Errorf("no join link: %s", staff.said())
	}
	return "in the Schedule of " + name + ", with the link", nil
}

func (t *tour) moved(ctx context.Context) (string, error) {
	if err := t.client.open(ctx, t.manage); err != nil {
		return "", err
	}
	if err := t.client.follow(ctx, "Reschedule"); err != nil {
		return "", err
	}
	before := t.starts
	if err := t.chooseSlot(ctx, 5); err != nil {
		return "", err
	}
	if t.starts.Equal(before) {
		return "", errors.New("the time that was taken is offered again")
	}
	if err := t.client.press(ctx, "Move the appointment"); err != nil {
		return "", err
	}
	if link := t.client.copied("/j/"); link != t.joinURL {
		return "", fmt.Errorf("the link is now %s, was %s", link, t.joinURL)
	}
	return "moved to " + t.starts.Format(time.RFC1123), nil
}

func (t *tour) cancelled(ctx context.Context) (string, error) {
	if err := t.client.open(ctx, t.manage); err != nil {
		return "", err
	}
	if err := t.client.follow(ctx, "Cancel appointment"); err != nil {
		return "", err
	}
	if err := t.client.press(ctx, "Cancel the appointment", "reason", "My plans changed."); err != nil {
		return "", err
	}
	if !t.client.shows("cancelled") {
		return "", fmt.Errorf("not cancelled: %s", t.client.said())
	}
	_, err := t.checkMails(ctx, 3, "CANCEL", 2)
	return "both were told, with METHOD:CANCEL", err
}
