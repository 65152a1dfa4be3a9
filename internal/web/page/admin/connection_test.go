package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

func TestTheConnectionsPage(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open(path).on(path).shows("Connected account", "appointments@harbourbank.example", "Eleanor Price", "Last successful call", "Microsoft Teams user",
		"Amelia Hart", "Matched", "Omar Farouk", "Not matched", "Reauthorize", "Rematch users", "Disconnect")
	b.open(path+"?match=missed").shows("Omar Farouk", "Julia Novak").lacks("Amelia Hart", "Maria Silva")
	b.open(path+"?match=matched&q=amelia").shows("Amelia Hart").lacks("Omar Farouk", "Daniel Okafor")
	b.open(path + "?q=nobody").shows("Nothing matches your search")
	b.open(path + "/preview").on(path)
}

func TestVideoCallsAreSwitched(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	amelia, daniel := h.staff["Amelia Hart"].ID, h.staff["Daniel Okafor"].ID
	staff := path + "/staff/"
	b.post(staff+amelia, url.Values{"video-" + amelia: {"false"}}).shows("Amelia Hart takes no more video calls.")
	b.open(path + "?toggle=off").shows("Amelia Hart").lacks("Daniel Okafor")
	b.post(staff+amelia, url.Values{"video-" + amelia: {"true"}}).shows("Amelia Hart takes video calls now.")
	b.post(path+"/staff", url.Values{"who": {amelia, daniel}, "on": {"false"}}).shows("Video calls are off for 2 people.")
	b.open(path+"?toggle=off").shows("Amelia Hart", "Daniel Okafor")
	b.post(path+"/staff", url.Values{"on": {"true"}}).shows("Tick the staff you mean first.")
	b.post(staff+h.eleanor.ID, url.Values{"video-" + h.eleanor.ID: {"true"}}).is(http.StatusNotFound)
	b.open("/settings/audit?verb=identity.disable").shows("Amelia Hart", "Daniel Okafor")
}

func TestReauthorizing(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	page := b.open(path+"/reauthorize").shows("The account appointments@harbourbank.example, and no other", "its second factor", "Directory (tenant) ID", "keep their links", "Start reauthorization")
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' http://127.0.0.1:") {
		t.Errorf("the form may not lead to Microsoft: %s", policy)
	}
	level := func(query string) string {
		return b.open(path+"/reauthorize"+query).between(`name="consent"`, " checked")
	}
	if basic, full := level(""), level("?level=full"); strings.Contains(basic, `value="full"`) || !strings.Contains(full, `value="full"`) {
		t.Errorf("the level that stands:\n%s\nand the one that the link chose:\n%s", basic, full)
	}
	back := sandboxtest.SignIn(t, b.reauthorize(path), sandbox.Service)
	b.open(back).on(path).shows("appointments@harbourbank.example is reauthorized. Every appointment keeps its link.")
}

func TestRematching(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open(path+"/rematch").shows("Rematch all users", "Staff are compared by: E-mail.")
	b.post(path+"/rematch", nil).on("/settings/video").shows("The rematch has begun.", "Reading the directory of appointments@harbourbank.example", "Eleanor Price began it", `http-equiv="refresh"`)
	b.open(path).shows("Reading the directory of appointments@harbourbank.example")
	b.open(path+"/rematch").shows("A rematch is under way already", "Eleanor Price began it")
	b.post(path+"/rematch", nil).on(path).shows("Eleanor Price")
	h.work()
	for _, page := range []string{path, "/settings/video"} {
		b.open(page).lacks(`http-equiv="refresh"`).shows("All users of appointments@harbourbank.example are rematched", "Begun by Eleanor Price", "Matched: 10", "Newly matched: 0", "Lost: 0", "Changed: 0", `href="`+path+`?outcome=lost"`)
	}
}

func TestWhoChangesIsMatchedAgain(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	maria := h.staff["Maria Silva"]
	b.post("/staff/"+maria.ID, url.Values{"name": {maria.Name}, "email": {"msilva@harbourbank.example"}, "username": {maria.Username}, "employee_no": {maria.EmployeeNo}}).
		shows("Maria Silva is saved.")
	b.open(path+"?match=matched&q=maria").shows("Maria Silva", "Matched")
}

func TestDisconnecting(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open(path+"/disconnect").shows("Disconnect appointments@harbourbank.example?", "Try Reauthorize first.", "keeps its link", "No appointment is waiting for its link.")
	b.post(path+"/disconnect", nil).on("/settings/video").shows("appointments@harbourbank.example is disconnected.", "Disconnected")
	b.open(path).on(path).shows("Connect again", "Directory last read", "What was read was forgotten when it was disconnected.").lacks("Never")
	b.open("/settings/integrations").shows("Not connected")
}

func TestADirectoryThatCannotBeReadIsTold(t *testing.T) {
	h := build(t, registered)
	h.sandbox.HideUsers(sandbox.TenantID, true)
	b := h.as(h.eleanor)
	preview := b.open(sandboxtest.SignIn(t, b.toMicrosoft("email", "harbourbank.example"), sandbox.Service))
	h.work()
	b.open(preview.path).on(preview.path).lacks("Parley has read the directory").shows("The directory could not be read", "Microsoft does not let Parley read your organization's directory", "Try again")
	h.sandbox.HideUsers(sandbox.TenantID, false)
	b.post(strings.TrimSuffix(preview.path, "preview")+"again", nil).on(preview.path)
	h.work()
	b.open(preview.path).shows("10 of 12 match")
}

func TestTheOperatorsFaultBlamesNoCustomer(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	h.sandbox.ExpireSecret(true)
	back := sandboxtest.SignIn(t, b.toMicrosoft("email", "harbourbank.example"), sandbox.Service)
	b.open(back).shows("Your settings are not the cause", "Continue to Microsoft Teams")
}

// TestTheOperatorsFaultIsSeenWhereverTheStateIs: a connection that is fine in
// itself is not called connected while this installation's secret is refused.
func TestTheOperatorsFaultIsSeenWhereverTheStateIs(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	h.sandbox.ExpireSecret(true)
	b.open(sandboxtest.SignIn(t, b.reauthorize(path), sandbox.Service))
	const told = "Waits for the operator"
	b.open("/settings/integrations").shows(told).lacks("1 connected")
	b.open("/settings/video").shows(told, "The people who run this Parley have to act", "client secret at Microsoft has expired")
	b.open(path).shows(told, "The people who run this Parley have to act")
	h.sandbox.ExpireSecret(false)
	b.open(sandboxtest.SignIn(t, b.reauthorize(path), sandbox.Service))
	b.open("/settings/integrations").lacks(told).shows("1 connected")
	b.open("/settings/video").lacks(told, "have to act").shows("Connected")
}
