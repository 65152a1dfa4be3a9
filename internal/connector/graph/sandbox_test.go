package graph_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/contract"
	"parley/internal/fault"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

const callback = "http://127.0.0.1:8080/connect/callback"

// signedIn connects the service account at the sandbox. Every request and every
// answer is held against Microsoft's own description.
func signedIn(t *testing.T) (*sandboxtest.Sandbox, connector.Vendor, *http.Client) {
	t.Helper()
	s := sandboxtest.Start(t)
	s.AllowRedirect(callback)
	wire := contract.Graph(t).Tolerate(func(r *http.Response) bool { return r.StatusCode >= 500 }).Transport(http.DefaultTransport)
	v := graph.Vendor(graph.Config{LoginURL: s.LoginURL(), GraphURL: s.GraphURL(), Transport: wire,
		Clock: func(context.Context) (time.Time, error) { return s.Now(), nil }})
	r := connector.Registration{ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret)}
	ask := connector.Ask{State: connector.NewSecret("s"), Nonce: "n", Verifier: connector.NewSecret("0123456789012345678901234567890123456789012"),
		RedirectURL: callback, Settings: map[string]string{"tenant": sandbox.TenantID}}
	address, err := v.Authorizer.AuthURL(t.Context(), r, ask)
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(sandboxtest.SignIn(t, address, sandbox.Service))
	if err != nil {
		t.Fatal(err)
	}
	tokens, _, err := v.Authorizer.Exchange(t.Context(), r, ask, back.Query())
	if err != nil {
		t.Fatal(err)
	}
	if tokens, err = v.Authorizer.Renew(t.Context(), r, ask.Settings, tokens.Refresh); err != nil {
		t.Fatal(err)
	}
	return s, v, &http.Client{Transport: bearer{wire, tokens.Access}}
}

type bearer struct {
	base  http.RoundTripper
	token connector.Secret
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token.Reveal())
	return b.base.RoundTrip(r)
}

func TestTheLifeOfAMeeting(t *testing.T) {
	s, v, client := signedIn(t)
	amelia, _ := s.User("amelia.hart@harbourbank.example")
	w := wish()
	w.Starts = s.Now().Add(time.Hour)
	w.Ends, w.Hosts = w.Starts.Add(30*time.Minute), []string{amelia.ID}
	made, err := v.Conference(nil).Make(t.Context(), client, w)
	if err != nil {
		t.Fatal(err)
	}
	again, err := v.Conference(nil).Make(t.Context(), client, w)
	if err != nil || again != made {
		t.Errorf("the same key gave %+v, %v", again, err)
	}
	if err := v.Conference(nil).Fit(t.Context(), client, made.VendorID, w); err != nil {
		t.Fatal(err)
	}
	for as, want := range map[string]string{"anonymous": "lobby", amelia.UPN: "meeting"} {
		if got := sandboxtest.WouldEnter(t, made.JoinURL, as); got.Meeting.Subject != w.Subject || (got.Outcome == "lobby") != (want == "lobby") {
			t.Errorf("%s: %+v, want %s", as, got, want)
		}
	}
	w.Lobby = connector.EveryoneEnters
	if err := v.Conference(nil).Fit(t.Context(), client, made.VendorID, w); err != nil {
		t.Fatal(err)
	}
	if err := v.Conference(nil).Check(t.Context(), client, made.VendorID); err != nil {
		t.Error(err)
	}
	for range 2 { // ending twice is ending once
		if err := v.Conference(nil).End(t.Context(), client, made.VendorID); err != nil {
			t.Fatal(err)
		}
	}
	for _, as := range []string{"anonymous", amelia.UPN} { // the link still opens, nobody gets in
		if got := sandboxtest.WouldEnter(t, made.JoinURL, as); got.Outcome != "lobby" || !got.Meeting.Deleted {
			t.Errorf("%s after the end: %+v", as, got)
		}
	}
	if len(s.LiveMeetings()) != 0 {
		t.Errorf("left over: %+v", s.LiveMeetings())
	}
	if err := v.Conference(nil).Fit(t.Context(), client, made.VendorID, w); !fault.Is(err, fault.NotFound) {
		t.Errorf("changing what is gone: %v", err)
	}
}

func TestATimeOutAfterTheMeetingWasMadeMakesNoSecond(t *testing.T) {
	s, v, client := signedIn(t)
	w := wish()
	w.Starts = s.Now().Add(time.Hour)
	w.Ends, w.Hosts = w.Starts.Add(30*time.Minute), nil
	s.Fault(sandbox.Fault{Vendor: "graph", Call: "createOrGet", After: true, Hangup: true, Times: 1})
	if _, err := v.Conference(nil).Make(t.Context(), client, w); !fault.Is(err, fault.Unsure) {
		t.Errorf("err = %v, want unsure", err)
	}
	if _, err := v.Conference(nil).Make(t.Context(), client, w); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Meetings()); n != 1 {
		t.Errorf("%d meetings, want 1", n)
	}
}

func TestTheSandboxDirectory(t *testing.T) {
	s, v, client := signedIn(t)
	found := 0
	for page, err := range v.Directory.Pages(t.Context(), client, connector.Basic, "") {
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if u, ok := s.User(e.ID); !ok || u.UPN != e.SignInName {
				t.Errorf("%+v is not %+v", e, u)
			}
			found++
		}
	}
	if want := len(s.Users(sandbox.TenantID)); found != want {
		t.Errorf("%d people, want %d", found, want)
	}
}
