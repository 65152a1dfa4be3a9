package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"parley/internal/sandbox"
)

// tourist is who the tour books for.
const (
	tourClient = "Nadia Brunner"
	tourEmail  = "nadia.brunner@mail.example"
	tourLate   = 10 * time.Second
)

// A tour walks the main job over HTTP, as the administrator and as a client,
// and asks the sandbox what really arrived.
type tour struct {
	h       *house
	vendors *sandbox.Server
	out     io.Writer
	admin   *walker
	client  *walker

	// what earlier steps found, for later ones
	joinURL   string
	vendorURL string
	meetingID string
	starts    time.Time
	manage    string
	hostUPN   string
}

// A tourStep is one thing that has to happen, and the proof that it did.
type tourStep struct {
	name string
	do   func(*tour, context.Context) (proof string, err error)
}

var tourSteps = []tourStep{
	{"The administrator signs in", (*tour).signIn},
	{"+ New, Microsoft Teams: which field holds the sign-in name", (*tour).chooseField},
	{"The tenant, by its domain", (*tour).giveTenant},
	{"Microsoft: sign in with the service account, accept", (*tour).consent},
	{"Back in Parley: who would match", (*tour).preview},
	{"Finish", (*tour).finish},
	{"The service offers Video Call", (*tour).offerVideo},
	{"A client books a video appointment", (*tour).book},
	{"The Teams link arrives", (*tour).linkArrives},
	{"Microsoft holds one meeting, with the staff as co-organizer", (*tour).meetingHeld},
	{"One e-mail each, with the permanent link and a calendar entry", (*tour).mailed},
	{"The join link leads to the meeting", (*tour).joined},
	{"The staff member sees it in the Schedule", (*tour).scheduled},
	{"The client moves the appointment", (*tour).moved},
	{"The same link, the same meeting, another time", (*tour).movedAtVendor},
	{"The client cancels", (*tour).cancelled},
	{"The meeting is gone, and its old link lets no client in", (*tour).goneAtVendor},
}

// tour runs the steps and ends at the first that did not really happen.
func (h *house) tour(ctx context.Context, vendors *sandbox.Server, out io.Writer) error {
	t := &tour{h: h, vendors: vendors, out: out, admin: newWalker(), client: newWalker()}
	began := time.Now()
	for i, s := range tourSteps {
		proof, err := s.do(t, ctx)
		if err != nil {
			fmt.Fprintf(out, "%2d. %s\n    FAILED: %v\n", i+1, s.name, err)
			return fmt.Errorf("the tour ended at step %d of %d", i+1, len(tourSteps))
		}
		fmt.Fprintf(out, "%2d. %s\n    %s\n", i+1, s.name, proof)
	}
	fmt.Fprintf(out, "\nAll %d steps happened, in %s.\n", len(tourSteps), time.Since(began).Round(10*time.Millisecond))
	return nil
}

// until asks again until it is so, or too late: work behind a page takes a moment.
func until(ctx context.Context, ask func() error) error {
	ctx, stop := context.WithTimeout(ctx, tourLate)
	defer stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", tourLate, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

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
	for !t.admin.offers("field") { // steps that are only read
		if err := t.admin.follow(ctx, "Continue"); err != nil {
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
		for _, said := range []string{"9 of 12", "10 of 12", "msilva@" + demoDomain} {
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
	return fmt.Sprintf("9 of 12 by e-mail, 10 by username; Maria Silva signs in as msilva@%s; the directory came in %d page(s)", demoDomain, pages), nil
}

func (t *tour) finish(ctx context.Context) (string, error) {
	if err := t.admin.press(ctx, "Finish"); err != nil {
		return "", err
	}
	if !strings.Contains(wordsOf(t.admin.page), "9 of 12 staff can take video calls") {
		return "", fmt.Errorf("no success: %s", t.admin.said())
	}
	return "connected: 9 of 12 staff can take video calls, as the preview said", nil
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
	if !strings.Contains(wordsOf(t.admin.page), "9 of 12") {
		if err := t.admin.open(ctx, "/services"); err != nil {
			return "", err
		}
	}
	if !strings.Contains(wordsOf(t.admin.page), "9 of 12") {
		return "", fmt.Errorf("the page does not say who can: %s", t.admin.said())
	}
	return "9 of 12 can take video appointments", nil
}

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

func (t *tour) meetingHeld(context.Context) (string, error) {
	live := t.liveMeetings()
	if len(live) != 1 {
		return "", fmt.Errorf("Microsoft holds %d meetings, want 1", len(live))
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
	answer, err := http.DefaultClient.Do(req)
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

func (t *tour) movedAtVendor(ctx context.Context) (string, error) {
	err := until(ctx, func() error {
		live := t.liveMeetings()
		if len(live) != 1 || live[0].ID != t.meetingID {
			return fmt.Errorf("Microsoft holds %d meetings, want the same one", len(live))
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

func (t *tour) goneAtVendor(ctx context.Context) (string, error) {
	err := until(ctx, func() error {
		if n := len(t.liveMeetings()); n != 0 {
			return fmt.Errorf("Microsoft still holds %d meetings", n)
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

// offers reports whether the page asks for a field of this name.
func (w *walker) offers(name string) bool {
	return w.find(func(n *html.Node) bool { return attr(n, "name") == name && n.DataAtom != atom.Meta }) != nil
}

// fieldStarting is the name of the first field of a kind whose name begins so.
func (w *walker) fieldStarting(prefix string, kind atom.Atom) string {
	n := w.find(func(n *html.Node) bool { return n.DataAtom == kind && strings.HasPrefix(attr(n, "name"), prefix) })
	if n == nil {
		return prefix
	}
	return attr(n, "name")
}

// copied is the value of a box to copy from that contains the text.
func (w *walker) copied(part string) string {
	n := w.find(func(n *html.Node) bool { return n.DataAtom == atom.Input && strings.Contains(attr(n, "value"), part) })
	if n == nil {
		return ""
	}
	return attr(n, "value")
}
