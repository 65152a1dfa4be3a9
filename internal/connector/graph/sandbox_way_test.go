package graph_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/contract"
	"parley/internal/fault"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

// client is what a vault would lend.
func (w *ward) client() *http.Client {
	w.t.Helper()
	w.lend()
	if w.patient.Refused != nil {
		w.t.Fatal(w.patient.Refused)
	}
	return w.patient.Client
}

// everybody reads the whole directory, by sign-in name.
func (w *ward) everybody(l connector.Level) map[string]connector.Entry {
	w.t.Helper()
	all := map[string]connector.Entry{}
	for page, err := range w.vendor.Directory.Pages(w.t.Context(), w.client(), l, "") {
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range page.Entries {
			all[strings.ToLower(e.SignInName)] = e
		}
	}
	return all
}

// Each level shows what it shows in both ways, held against Microsoft's own
// description.
func TestTheDirectoryAtBothLevelsInBothWays(t *testing.T) {
	for name, settings := range map[string]map[string]string{"basic account": basicAccount, "full account": fullAccount,
		"basic application": basicApplication, "full application": fullApplication} {
		t.Run(name, func(t *testing.T) {
			w := admit(t, settings)
			w.Alias(testPerson, "millie@harbourbank.example", true)
			client := w.client() // may tell the scopes
			l := w.vendor.Directory.Level(w.patient.Scopes)
			if want := connector.Level(settings[graph.AnswerConsent]); l != want {
				t.Fatalf("level %s of %v, want %s", l, w.patient.Scopes, want)
			}
			known := w.everybody(l)
			if n := len(w.Users(sandbox.TenantID)); len(known) != n {
				t.Errorf("%d people, want %d", len(known), n)
			}
			for _, e := range known {
				if full := l == connector.Full; full != (e.Guest != connector.Unknown) || full != (e.Disabled != connector.Unknown) || full != (e.Licensed != connector.Unknown) {
					t.Errorf("%+v is not of level %s", e, l)
				}
			}
			found, err := w.vendor.Directory.Find(t.Context(), client, l, []string{strings.ToUpper(testPerson), "millie@harbourbank.example", "o'nobody#&+@x.example"})
			if err != nil || len(found) != 1 || found[0].ID != w.patient.Probe {
				t.Errorf("found %+v, %v", found, err)
			}
			alone, err := w.vendor.Directory.Find(t.Context(), client, l, []string{"millie@harbourbank.example"})
			if err != nil || len(alone) != map[bool]int{true: 1}[l == connector.Full] {
				t.Errorf("by another address: %+v, %v", alone, err)
			}
			again, err := w.vendor.Directory.Reread(t.Context(), client, l, []string{w.patient.Probe, object})
			if diff := cmp.Diff([]connector.Entry{known[testPerson]}, again); diff != "" || err != nil {
				t.Errorf("read again (-want +got):\n%s%v", diff, err)
			}
			searched, err := w.vendor.Directory.Search(t.Context(), client, l, "amelia.h")
			if err != nil || len(searched) != 1 {
				t.Errorf("searched %+v, %v", searched, err)
			}
		})
	}
}

// A reading that was cut off goes on at its cursor, and starts again when
// Microsoft forgot it.
func TestTheSandboxDirectoryIsResumed(t *testing.T) {
	w := admit(t, basicAccount)
	w.Fill(sandbox.TenantID, 1500, "harbourbank.example")
	client, cursor, seen := w.client(), "", 0
	for page, err := range w.vendor.Directory.Pages(t.Context(), client, connector.Basic, "") {
		if err != nil {
			t.Fatal(err)
		}
		cursor, seen = page.Next, len(page.Entries)
		break
	}
	if cursor == "" || seen != 999 {
		t.Fatalf("first page of %d, then %q", seen, cursor)
	}
	for page, err := range w.vendor.Directory.Pages(t.Context(), client, connector.Basic, cursor) {
		if err != nil {
			t.Fatal(err)
		}
		seen += len(page.Entries)
	}
	if want := len(w.Users(sandbox.TenantID)); seen != want {
		t.Errorf("%d people in two goes, want %d", seen, want)
	}
	w.ExpirePageTokens()
	for _, err := range w.vendor.Directory.Pages(t.Context(), client, connector.Basic, cursor) {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("a forgotten cursor: %v", err)
		}
	}
}

// What happens at Microsoft is told, and followed to its end.
func TestChangesAtTheSandbox(t *testing.T) {
	for name, settings := range map[string]map[string]string{"account": fullAccount, "application": fullApplication} {
		t.Run(name, func(t *testing.T) {
			w := admit(t, settings)
			told := make(chan connector.Inbound, 100)
			address := w.hook(told)
			client, secret := w.client(), connector.NewSecret("of-this-connection")
			cursor, err := w.vendor.Changes.Now(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			sub, err := w.vendor.Changes.Subscribe(t.Context(), client, address, secret, time.Now().Add(w.vendor.Changes.Longest()))
			if err != nil {
				t.Fatal(err)
			}
			w.Rename(testPerson, "amelia.stone@harbourbank.example")
			if e := receive(t, told); e.Kind != connector.DirectoryChanged || e.Subject != sub.ID || !e.Secret.Equal(secret) {
				t.Errorf("told %+v", e)
			}
			w.Lifecycle(sub.ID, "reauthorizationRequired")
			for e := receive(t, told); e.Kind != connector.SubscriptionEnds; e = receive(t, told) {
				if e.Kind != connector.DirectoryChanged {
					t.Errorf("told %+v", e)
				}
			}
			w.DeleteUser("amelia.stone@harbourbank.example")
			if got := w.since(client, cursor); !slices.Contains(got, connector.Change{ID: w.patient.Probe, Gone: true}) {
				t.Errorf("changes %+v", got)
			}
			if _, err := w.vendor.Changes.Renew(t.Context(), client, sub.ID, time.Now().Add(24*time.Hour)); err != nil {
				t.Error(err)
			}
			for range 2 { // ending twice is ending once
				if err := w.vendor.Changes.Unsubscribe(t.Context(), client, sub.ID); err != nil {
					t.Error(err)
				}
			}
			if _, err := w.vendor.Changes.Renew(t.Context(), client, sub.ID, time.Now().Add(24*time.Hour)); !fault.Is(err, fault.NotFound) {
				t.Errorf("renewing what is gone: %v", err)
			}
			w.ExpireDeltaTokens()
			for _, err := range w.vendor.Changes.Since(t.Context(), client, cursor) {
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("a forgotten cursor: %v", err)
				}
			}
		})
	}
}

// hook is our address for notifications.
func (w *ward) hook(told chan<- connector.Inbound) string {
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		events, reply, err := w.vendor.Listener.Read(r.Context(), r, body)
		if err != nil {
			out.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, e := range events {
			told <- e
		}
		if reply != "" {
			out.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(out, reply)
			return
		}
		out.WriteHeader(http.StatusAccepted)
	}))
	w.t.Cleanup(s.Close)
	return s.URL + "/hook/" + w.vendor.Listener.Path()
}

func receive(t *testing.T, told <-chan connector.Inbound) connector.Inbound {
	t.Helper()
	select {
	case e := <-told:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was told")
		return connector.Inbound{}
	}
}

func (w *ward) since(client *http.Client, cursor string) (all []connector.Change) {
	w.t.Helper()
	for page, err := range w.vendor.Changes.Since(w.t.Context(), client, cursor) {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, page.Changes...)
	}
	return all
}

// The basic level is told of nothing, and that is said as what it is.
func TestTheBasicLevelIsToldNothing(t *testing.T) {
	w := admit(t, basicAccount)
	_, err := w.vendor.Changes.Now(t.Context(), w.client())
	_, subscribed := w.vendor.Changes.Subscribe(t.Context(), w.client(), w.patient.NotifyURL, connector.NewSecret("x"), time.Now().Add(time.Hour))
	for _, err := range []error{err, subscribed} {
		if f := fault.As(err); f == nil || f.Kind != fault.Denied || f.Key != "teams.changes.denied" {
			t.Errorf("err = %v", err)
		}
	}
}

// The application acts for a tenant whose administrator consented, proved by
// whoever signed in there.
func TestTheApplicationConnectsAtTheSandbox(t *testing.T) {
	w := admit(t, basicApplication)
	w.WithdrawConsent(sandbox.TenantID)
	exchange := func() (connector.Tokens, connector.Account, error) {
		a := connector.Ask{State: connector.NewSecret("s"), Nonce: "n", Verifier: connector.NewSecret("0123456789012345678901234567890123456789012"),
			RedirectURL: callback, Settings: fullApplication}
		address, err := w.vendor.Authorizer.AuthURL(t.Context(), w.patient.Registration, a)
		if err != nil {
			t.Fatal(err)
		}
		back, err := url.Parse(sandboxtest.SignIn(t, address, testPerson))
		if err != nil {
			t.Fatal(err)
		}
		return w.vendor.Authorizer.Exchange(t.Context(), w.patient.Registration, a, back.Query())
	}
	if _, _, err := exchange(); err == nil || fault.As(err).Key != "teams.admin.application" {
		t.Errorf("without consent: %v", err)
	}
	w.GrantPermissions(sandbox.TenantID, "OnlineMeetings.ReadWrite.All", "User.ReadBasic.All")
	tokens, who, err := exchange()
	if err != nil || who != (connector.Account{TenantID: sandbox.TenantID, ID: "application", Name: "harbourbank.example (application)"}) {
		t.Fatalf("%+v %v", who, err)
	}
	if need, want := w.vendor.Health.Lacking(fullApplication, tokens.Scopes); len(need) > 0 || len(want) != 2 {
		t.Errorf("of %v, %v and %v are lacking", tokens.Scopes, need, want)
	}
	if err := w.vendor.Health.Pulse(t.Context(), w.client(), fullApplication); err != nil {
		t.Error(err)
	}
}

// Staff organize, with their colleagues as co-organizers, and nobody else is there.
func TestTheLifeOfAMeetingOfAStaffMember(t *testing.T) {
	w := admit(t, basicApplication)
	client, conf := w.client(), w.vendor.Conference(basicApplication)
	ben, _ := w.User("benjamin.cole@harbourbank.example")
	if ben.ID == "" {
		all := w.Users(sandbox.TenantID)
		ben = all[slices.IndexFunc(all, func(u sandbox.User) bool { return u.ID != w.patient.Probe && u.Licensed && !u.Guest && !u.Disabled })]
	}
	wished := wish()
	wished.Starts, wished.Hosts = w.Now().Add(time.Hour), []string{w.patient.Probe, ben.ID}
	wished.Ends = wished.Starts.Add(time.Hour)
	made, err := conf.Make(t.Context(), client, wished)
	if err != nil {
		t.Fatal(err)
	}
	again, err := conf.Make(t.Context(), client, wished)
	if again != made || err != nil {
		t.Errorf("the same key gave %+v, %v", again, err)
	}
	for _, p := range []connector.Presenters{connector.HostsPresent, connector.OrganizationPresents, connector.EveryonePresents} {
		wished.Presenters = p
		if err := conf.Fit(t.Context(), client, made.VendorID, wished); err != nil {
			t.Fatal(err)
		}
	}
	if m := w.LiveMeetings(); len(m) != 1 || m[0].Organizer != w.patient.Probe {
		t.Errorf("meetings %+v", m)
	}
	for as, want := range map[string]string{testPerson: "meeting", ben.UPN: "meeting", "anonymous": "lobby"} {
		if got := sandboxtest.WouldEnter(t, made.JoinURL, as); (got.Outcome == "lobby") != (want == "lobby") {
			t.Errorf("%s: %+v, want %s", as, got, want)
		}
	}
	if err := errors.Join(conf.Check(t.Context(), client, made.VendorID), conf.End(t.Context(), client, made.VendorID), conf.End(t.Context(), client, made.VendorID)); err != nil {
		t.Error(err)
	}
	if n := len(w.LiveMeetings()); n != 0 {
		t.Errorf("%d left over", n)
	}
	wished.Key, wished.Hosts = "0192.2", []string{object}
	if _, err := conf.Make(t.Context(), client, wished); fault.As(err).Key != "teams.host.gone" || !fault.Is(err, fault.Denied) {
		t.Errorf("a host who is not there: %v", err)
	}
}

// The policy is missing, then on its way, then there.
func TestThePolicyArrives(t *testing.T) {
	w := admit(t, basicApplication)
	w.RemovePolicy(sandbox.TenantID, "", 0)
	ready := func() error {
		return w.vendor.Health.Ready(t.Context(), w.client(), basicApplication, w.patient.Probe)
	}
	if err := ready(); fault.As(err).Key != "teams.policy.missing" {
		t.Errorf("without a policy: %v", err)
	}
	w.GrantPolicy(sandbox.TenantID, 30*time.Minute)
	if err := ready(); fault.As(err).Key != "teams.policy.missing" {
		t.Errorf("on its way: %v", err)
	}
	w.AdvanceClock(31 * time.Minute)
	if err := ready(); err != nil {
		t.Errorf("arrived: %v", err)
	}
	if n := len(w.LiveMeetings()); n != 0 {
		t.Errorf("%d meetings are left of the check", n)
	}
}

// The month's meetings are used up: it is told as that, and other calls go on.
func TestTheMonthIsUsedUp(t *testing.T) {
	for key, settings := range map[string]map[string]string{"teams.month.account": basicAccount, "teams.month.host": basicApplication} {
		w := admit(t, settings)
		who := map[string]string{"teams.month.account": sandbox.Service, "teams.month.host": testPerson}[key]
		w.UseUpMeetings(who, 2000)
		client := w.client()
		wished := wish()
		wished.Hosts = []string{w.patient.Probe}
		_, err := w.vendor.Conference(settings).Make(t.Context(), client, wished)
		if f := fault.As(err); f == nil || f.Kind != fault.Limited || f.Key != key || f.After != connector.NextMonth {
			t.Errorf("%v for %v, want %s", err, fault.As(err).After, key)
		}
		if err := w.vendor.Health.Pulse(t.Context(), client, settings); err != nil {
			t.Errorf("other calls: %v", err)
		}
	}
}

// No licence is said where the consent shows it, and not guessed where not.
func TestAnOrganizerWithoutALicence(t *testing.T) {
	for _, c := range []struct {
		settings map[string]string
		who, key string
	}{
		{fullAccount, sandbox.Service, "teams.account.licence"}, {basicAccount, sandbox.Service, "teams.graph.denied"},
		{fullApplication, testPerson, "teams.host.licence"}, {basicApplication, testPerson, "teams.host.denied"},
	} {
		w := admit(t, c.settings)
		w.License(c.who, false)
		wished := wish()
		wished.Hosts = []string{w.patient.Probe}
		_, err := w.vendor.Conference(c.settings).Make(t.Context(), w.client(), wished)
		if f := fault.As(err); f == nil || f.Key != c.key {
			t.Errorf("%v: %v, want %s", c.settings, err, c.key)
		}
	}
}

// Every call that both ways and both levels make was held against Microsoft's own
// description, the parts of batches too.
func TestEveryCallIsDescribedByMicrosoft(t *testing.T) {
	contract.Require(t)
	for _, settings := range []map[string]string{fullAccount, fullApplication} {
		w := admit(t, settings)
		client, conf := w.client(), w.vendor.Conference(settings)
		w.everybody(connector.Full)
		_, found := w.vendor.Directory.Find(t.Context(), client, connector.Full, []string{testPerson})
		cursor, now := w.vendor.Changes.Now(t.Context(), client)
		w.since(client, cursor)
		wished := wish()
		wished.Hosts = []string{w.patient.Probe}
		made, err := conf.Make(t.Context(), client, wished)
		sub, subscribed := w.vendor.Changes.Subscribe(t.Context(), client, w.patient.NotifyURL, connector.NewSecret("x"), time.Now().Add(time.Hour))
		_, renewed := w.vendor.Changes.Renew(t.Context(), client, sub.ID, time.Now().Add(2*time.Hour))
		all := errors.Join(found, now, err, subscribed, renewed, w.vendor.Changes.Unsubscribe(t.Context(), client, sub.ID),
			conf.Fit(t.Context(), client, made.VendorID, wished), conf.Check(t.Context(), client, made.VendorID), conf.End(t.Context(), client, made.VendorID),
			w.vendor.Health.Pulse(t.Context(), client, settings))
		if all != nil {
			t.Fatal(all)
		}
	}
	validated := contract.Validated()
	for _, call := range []string{"POST /{tenant}/oauth2/v2.0/token", "POST /v1.0/$batch", "GET /me", "GET /users", "GET /users/delta()",
		"POST /subscriptions", "PATCH /subscriptions/{subscription-id}", "DELETE /subscriptions/{subscription-id}",
		"POST /me/onlineMeetings/createOrGet", "PATCH /me/onlineMeetings/{onlineMeeting-id}", "GET /me/onlineMeetings/{onlineMeeting-id}", "DELETE /me/onlineMeetings/{onlineMeeting-id}",
		"POST /users/{user-id}/onlineMeetings/createOrGet", "PATCH /users/{user-id}/onlineMeetings/{onlineMeeting-id}", "GET /users/{user-id}/onlineMeetings/{onlineMeeting-id}", "DELETE /users/{user-id}/onlineMeetings/{onlineMeeting-id}"} {
		if !slices.Contains(validated, call) {
			t.Errorf("%s was not validated: %v", call, validated)
		}
	}
}
