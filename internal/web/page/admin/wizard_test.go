package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

const setup = "/settings/connect/teams"

// toMicrosoft walks the set-up up to the vendor's sign-in page.
func (b *browser) toMicrosoft(field, tenant string) string {
	b.h.t.Helper()
	b.post(setup+"/field", url.Values{"field": {field}}).on(setup + "/tenant?field=" + field)
	consent := b.post(setup+"/tenant", url.Values{"field": {field}, "tenant": {tenant}}).shows("OnlineMeetings.ReadWrite")
	return b.post(setup+"/consent", hiddenIn(consent)).away
}

// hiddenIn are the hidden answers of a wizard's form.
func hiddenIn(s seen) url.Values {
	form := url.Values{}
	for _, part := range strings.Split(s.main(), `<input type="hidden" name="`)[1:] {
		name, rest, _ := strings.Cut(part, `" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		form.Set(name, value)
	}
	return form
}

// reauthorize starts the sign-in of a connection that is there already, and
// returns the vendor's address.
func (b *browser) reauthorize(connection string) string {
	b.h.t.Helper()
	return b.post(connection+"/reauthorize", url.Values{"tenant": {"harbourbank.example"}, "consent": {"basic"}}).away
}

// connected is an administrator's browser after a whole set-up, and the address
// of the connection.
func (h *house) connected() (*browser, string) {
	h.t.Helper()
	b := h.as(h.eleanor)
	preview := b.open(sandboxtest.SignIn(h.t, b.toMicrosoft("email", "harbourbank.example"), sandbox.Service))
	h.work()
	b.post(preview.path, url.Values{"field": {"email"}}).is(http.StatusOK)
	return b, strings.TrimSuffix(preview.path, "/preview")
}

func TestAnAdministratorConnectsTeams(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.open("/settings").on("/settings").shows("Integrations & API", "Audit log")
	b.open("/settings/integrations").on("/settings/integrations").shows("Video Calls", "Not connected", "No mail server is set up")
	b.open("/settings/video").on("/settings/video").shows("No video calls yet", `href="/settings/video/new"`)
	b.open("/settings/video/new").shows("Microsoft Teams", `href="`+setup+`"`)
	b.open(setup).on(setup+"/prepare").shows("Before you begin", "Why a service account?", setup+"/way")
	b.open(setup+"/field").on(setup+"/field").shows("12 of 12 look like a sign-in name", "0 of 12 look like a sign-in name", "What is a User Principal Name?")
	b.post(setup+"/field", nil).is(http.StatusUnprocessableEntity).shows("Choose the field that holds the sign-in name.")
	b.post(setup+"/field", url.Values{"field": {"email"}}).on(setup+"/tenant?field=email").
		shows("Directory (tenant) ID or domain", "Microsoft Entra admin center → Identity → Overview")
	b.post(setup+"/tenant", url.Values{"field": {"email"}, "tenant": {strings.Repeat("x", 10_000)}}).is(http.StatusUnprocessableEntity).
		shows(`href="#tenant"`, `id="tenant-error"`, "That is more text than any of these answers needs.")
	b.post(setup+"/tenant", url.Values{"field": {"email"}, "tenant": {"no tenant <b>"}}).is(http.StatusUnprocessableEntity).
		shows("This is neither a tenant ID nor a domain.", "no tenant <b>", `href="#tenant"`)
	consent := b.post(setup+"/tenant", url.Values{"field": {"email"}, "tenant": {"harbourbank.example"}})
	consent.shows("OnlineMeetings.ReadWrite", "User.ReadBasic.All", "will be seen as the organizer in every meeting", "Approval link", sandbox.TenantID)
	if policy := consent.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+strings.TrimSuffix(h.sandbox.LoginURL(), "/entra")) {
		t.Errorf("the form may not lead to Microsoft: %s", policy)
	}
	back := sandboxtest.SignIn(t, b.post(setup+"/consent", hiddenIn(consent)).away, sandbox.Service)
	preview := b.open(back).is(http.StatusOK).lacks("Parley has read the directory").shows("Reading the directory", `http-equiv="refresh"`, "You signed in as appointments@harbourbank.example")
	b.post(preview.path, url.Values{"field": {"email"}}).shows("has not been read to its end yet")
	h.work()
	preview = b.open(preview.path).on(preview.path).lacks(`http-equiv="refresh"`).
		shows("Parley has read the directory", "10 of 12 match", "0 of 12 match", "Omar Farouk", "Julia Novak")
	b.open("/settings/video").shows("Connecting", preview.path)
	list := b.post(preview.path, url.Values{"field": {"username"}}).shows("10 of 12 staff can take video calls.", "Microsoft Teams is connected",
		"Connected", "appointments@harbourbank.example", "Eleanor Price", "Default for your organization")
	if !strings.HasPrefix(list.path, "/settings/video?done=") {
		t.Errorf("finished at %s", list.path)
	}
	b.post(preview.path, url.Values{"field": {"username"}}).shows("Microsoft Teams is connected")
}

func TestASignInThatFailedIsToldWhereItCanBeRepeated(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	ways := []struct {
		name, account string
		choice        sandboxtest.Choice
		says          string
	}{
		{"declined", sandbox.Service, sandboxtest.Choice{Decline: true}, "The permissions were declined at Microsoft"},
		{"cancelled", sandbox.Service, sandboxtest.Choice{Cancel: true}, "The sign-in at Microsoft was left before it was complete"},
		{"an account nobody has", "nobody@harbourbank.example", sandboxtest.Choice{}, "The sign-in at Microsoft was left before it was complete"},
		{"another organization's account", "service@fjordcredit.example", sandboxtest.Choice{}, "choose an account of the organization you named"},
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			back := sandboxtest.SignIn(t, b.toMicrosoft("email", "harbourbank.example"), way.account, way.choice)
			again := b.open(back).is(http.StatusOK).shows(way.says, "Continue to Microsoft Teams")
			if !strings.HasPrefix(again.path, setup+"/consent?") {
				t.Errorf("told at %s", again.path)
			}
			if b.post(setup+"/consent", hiddenIn(again)).away == "" {
				t.Error("it cannot be repeated there")
			}
		})
	}
	t.Run("replayed", func(t *testing.T) {
		back := sandboxtest.SignIn(t, b.toMicrosoft("email", "harbourbank.example"), sandbox.Service)
		b.open(back).shows("Reading the directory")
		b.open(back).on("/settings/video").shows("This sign-in was completed already.")
	})
	t.Run("never begun", func(t *testing.T) {
		b.open("/connect/callback?state=made-up&code=x").on("/settings/video").shows("does not belong to a sign-in that was begun here")
	})
	t.Run("somebody else's", func(t *testing.T) {
		back := sandboxtest.SignIn(t, b.toMicrosoft("email", "harbourbank.example"), sandbox.Service)
		other := h.as(h.member(h.bank, org.Person{Name: "Sam Whitfield", Email: "sam.whitfield@harbourbank.example"}, org.Administrator))
		other.open(back).on("/settings/video").shows("was begun by somebody else")
	})
	t.Run("nobody's", func(t *testing.T) {
		back := sandboxtest.SignIn(t, b.toMicrosoft("email", "harbourbank.example"), sandbox.Service)
		code, _ := url.Parse(back)
		h.as(org.Person{}).open(back).shows("Your session ended while you were away.", "Sign in").lacks(code.Query().Get("code"))
		h.as(h.staff["Amelia Hart"]).open(back).is(http.StatusForbidden)
	})
	t.Run("another tenant's account", func(t *testing.T) {
		_, connection := h.connected()
		away := b.reauthorize(connection)
		back := sandboxtest.SignIn(t, away, sandbox.Admin)
		b.open(back).on(connection+"/other").shows("Expected was appointments@harbourbank.example, not it.admin@harbourbank.example", "Nothing was changed.", "Go on with it.admin@harbourbank.example")
		b.post(connection+"/other", url.Values{"account": {"made up"}}).on(connection + "/reauthorize").shows("appointments@harbourbank.example")
		sure := b.open(connection + "/other")
		b.post(connection+"/other", hiddenIn(sure)).on(connection).shows("it.admin@harbourbank.example is reauthorized.")
		b.open(connection + "/other").on(connection + "/reauthorize")
	})
}

// What was typed stays, and so does the reader.
func TestAVendorThatCannotBeAskedIsToldOnTheStep(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	form := url.Values{"field": {"username"}, "tenant": {"harbourbank.example"}}
	for name, f := range map[string]sandbox.Fault{
		"away": {Status: 503}, "limited": {Status: 429, Headers: map[string]string{"Retry-After": "60"}},
		"nonsense": {Status: 200, Body: "{"}, "redirect": {Status: 302}, "closed": {Status: 401}, "hung up": {Hangup: true},
	} {
		t.Run(name, func(t *testing.T) {
			f.Vendor, f.Call = "entra", "discovery"
			h.sandbox.Fault(f)
			s := b.post(setup+"/tenant", form).is(http.StatusServiceUnavailable).lacks("Too many tries", "Go to the start page").
				shows("Microsoft Teams cannot be asked right now", "Nothing was changed; try again", "Try again", `value="harbourbank.example"`)
			if got := hiddenIn(s).Get("field"); got != "username" {
				t.Errorf("the field chosen before became %q", got)
			}
			h.sandbox.ClearFaults()
		})
	}
	b.post(setup+"/tenant", form).shows("OnlineMeetings.ReadWrite")
}

func TestTheApprovalLinkNeedsNoAccount(t *testing.T) {
	h := build(t, registered)
	stranger := h.as(org.Person{})
	stranger.open("/connect/callback?admin_consent=True&tenant=x").is(http.StatusOK).shows("Thank you: Parley is allowed in your organization now.")
	stranger.open("/connect/callback?error=access_denied").is(http.StatusOK).shows("Nothing was approved")
	stranger.open("/connect/callback").is(http.StatusBadRequest)
}

func TestWithoutARegistrationItSaysWhoCanHelp(t *testing.T) {
	h := build(t, nil)
	b := h.as(h.eleanor)
	b.open("/settings/video/new").shows("Microsoft Teams cannot be connected yet", "The person who runs this installation has to register it there", h.url+"/connect/callback")
	b.open(setup).on("/settings/video/new")
	b.open(setup + "/no-such-step").is(http.StatusNotFound)
	b.open("/settings/connect/no-such-vendor").is(http.StatusNotFound)
}

func TestAStepCannotBeSkipped(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.open(setup + "/consent").on(setup + "/field")
	b.open(setup + "/consent?field=email").on(setup + "/tenant?field=email")
	b.open(setup + "/tenant?field=made-up").on(setup + "/field?field=made-up")
	b.open(setup + "/finish").on("/settings/video")
	b.post(setup+"/consent", url.Values{"field": {"email"}}).on(setup + "/tenant?field=email")
	b.post(setup+"/consent", url.Values{"field": {"email"}, "tenant": {"made up"}}).shows("Enter your Directory (tenant) ID")
}
