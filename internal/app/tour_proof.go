package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/sandbox"
)

func (t *tour) meetingHeld(ctx context.Context) (proof string, err error) {
	// The link is there as soon as the meeting is; its settings follow.
	err = until(ctx, func() (err error) {
		proof, err = t.checkMeeting()
		return err
	})
	return proof, err
}

func (t *tour) checkMeeting() (string, error) {
	live := t.liveMeetings()
	if len(live) != 1 {
		return "", fmt.Errorf("%d meetings are held at Microsoft, want 1", len(live))
	}
	m := live[0]
	if !m.Start.Equal(t.starts) {
		return "", fmt.Errorf("it begins at %s, want %s", m.Start, t.starts)
	}
	if len(m.Attendees) != 1 || m.Attendees[0].Role != "coorganizer" || m.Lobby != "organizer" && m.Lobby != "invited" {
		return "", fmt.Errorf("attendees %+v, lobby %s", m.Attendees, m.Lobby)
	}
	t.meetingID, t.vendorURL, t.hostUPN = m.ID, m.JoinWebURL, m.Attendees[0].UPN
	return fmt.Sprintf("%q, co-organizer %s, lobby %q", m.Subject, t.hostUPN, m.Lobby), nil
}

func (t *tour) liveMeetings() []sandbox.Meeting {
	return slices.DeleteFunc(t.vendors.Meetings(), func(m sandbox.Meeting) bool { return m.Deleted != nil })
}

// mailTo waits for the n-th mail to somebody about the tour's appointment.
func (t *tour) mailTo(ctx context.Context, to string, n int) (m sandbox.Message, err error) {
	err = until(ctx, func() error {
		mails := slices.DeleteFunc(t.vendors.Messages(to), func(m sandbox.Message) bool { return !strings.Contains(m.Raw, tourClient) && to != tourEmail })
		if len(mails) != n {
			return fmt.Errorf("%d mails to %s, want %d", len(mails), to, n)
		}
		m = mails[n-1]
		return nil
	})
	return m, err
}

func (t *tour) mailed(ctx context.Context) (string, error) {
	client, err := t.checkMails(ctx, 1, "REQUEST", 0)
	if err != nil {
		return "", err
	}
	if strings.Contains(client.Raw, "meetup-join") {
		return "", errors.New("the mail carries Microsoft's own link")
	}
	return fmt.Sprintf("%q to %s, UID %s, SEQUENCE 0", client.Subject, tourEmail, client.Calendar.UID), nil
}

// checkMails proves that client and staff each have their n-th mail, with the
// permanent link and the calendar entry as it should be.
func (t *tour) checkMails(ctx context.Context, n int, method string, sequence int) (sandbox.Message, error) {
	var client sandbox.Message
	for _, to := range []string{tourEmail, t.hostUPN} {
		m, err := t.mailTo(ctx, to, n)
		if err != nil {
			return m, err
		}
		if m.Calendar == nil || m.Calendar.Method != method || m.Calendar.Sequence != sequence {
			return m, fmt.Errorf("the calendar part to %s is %+v, want %s with sequence %d", to, m.Calendar, method, sequence)
		}
		if method == "REQUEST" && !strings.Contains(m.Text, t.joinURL) {
			return m, fmt.Errorf("the mail to %s lacks %s", to, t.joinURL)
		}
		if to == tourEmail {
			client = m
		}
	}
	return client, nil
}

// door asks the sandbox whether somebody would get in through the vendor's link.
func (t *tour) door(ctx context.Context, as string) (string, error) {
	u, err := url.Parse(t.vendorURL)
	if err != nil {
		return "", err
	}
	q := u.Query()
	q.Set("as", as)
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept", "application/json")
	answer, err := t.client.http.Do(req)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var said struct{ Outcome, Reason string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return "", err
	}
	return said.Outcome + " (" + said.Reason + ")", nil
}

func (t *tour) movedAtVendor(ctx context.Context) (string, error) {
	err := until(ctx, func() error {
		live := t.liveMeetings()
		if len(live) != 1 || live[0].ID != t.meetingID {
			return fmt.Errorf("%d meetings are held at Microsoft, want the same one", len(live))
		}
		if !live[0].Start.Equal(t.starts) {
			return fmt.Errorf("it begins at %s, want %s", live[0].Start, t.starts)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if _, err := t.checkMails(ctx, 2, "REQUEST", 1); err != nil {
		return "", err
	}
	return "Microsoft moved the same meeting; both were told, SEQUENCE 1", nil
}

func (t *tour) goneAtVendor(ctx context.Context) (string, error) {
	err := until(ctx, func() error {
		if n := len(t.liveMeetings()); n != 0 {
			return fmt.Errorf("%d meetings are still held at Microsoft", n)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	outcome, err := t.door(ctx, "anonymous")
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(outcome, "in ") || strings.HasPrefix(outcome, "admitted") || strings.HasPrefix(outcome, "entered") {
		return "", fmt.Errorf("the old link let a client in: %s", outcome)
	}
	visitor := newWalker()
	if err := visitor.open(ctx, t.joinURL); err != nil {
		return "", err
	}
	if !visitor.shows("cancelled") {
		return "", fmt.Errorf("the join page does not say so: %s", visitor.said())
	}
	return "deleted at Microsoft; through the old link a client gets: " + outcome + "; the join page says that it was cancelled", nil
}
