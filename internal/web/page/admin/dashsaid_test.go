package admin_test

import (
	"net/url"
	"strings"
	"testing"

	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

func TestWhoReauthorizedStandsBesideWhoConnected(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open(path).shows("Connected by", "Eleanor Price").lacks("Reauthorized by")
	sam := h.as(h.member(h.bank, org.Person{Name: "Sam Whitfield", Email: "sam.whitfield@harbourbank.example"}, org.Administrator))
	sam.open(sandboxtest.SignIn(t, sam.reauthorize(path), sandbox.Service))
	b.open(path).shows("Connected by", "Eleanor Price", "Reauthorized by", "Sam Whitfield")
}

func TestWhoOffersNoServiceIsSaidToBeLeftOut(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	const text = "Members who offer no service are not looked for here."
	b.open(path).shows(text, "See them in Staff", `href="/staff?offers=nothing"`)
	if n := strings.Count(b.open(path+"?q=eleanor").shows("Nothing matches your search", text).main(), text); n != 1 {
		t.Errorf("it is said %d times", n)
	}
}

func TestDisconnectingSaysWhatTakesItsPlace(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	const none = "Until another account is connected"
	b.open(path + "/disconnect").shows(none)
	answers := url.Values{"field": {"email"}, "tenant": {"harbourbank.example"}}
	consent := b.post(setup+"/tenant", answers)
	preview := b.open(sandboxtest.SignIn(t, b.post(setup+"/consent", hiddenIn(consent)).away, sandbox.Admin))
	h.work()
	b.post(preview.path, url.Values{"field": {"email"}})
	second := strings.TrimSuffix(preview.path, "/preview")
	b.open(path + "/disconnect").lacks(none).shows("becomes the default for new video appointments at once")
	b.open(second + "/disconnect").lacks(none).shows(sandbox.Service + " stays the default.")
}

func TestTheFieldOfMostIsChosenBeforehand(t *testing.T) {
	h := build(t, registered)
	page := h.as(h.eleanor).open(setup + "/field")
	if at := page.between(`value="email"`, ">"); !strings.Contains(at, "checked") {
		t.Errorf("the e-mail's choice has %q", at)
	}
}

func TestARematchThatIsTriedAgainSaysSo(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	_, err := h.sandbox.AddFault(sandbox.Fault{Vendor: "graph", Call: "listUsers", Status: 503})
	h.ok(err)
	b.post(path+"/rematch", nil)
	h.work()
	for _, page := range []string{path, "/settings/video"} {
		b.open(page).shows("Parley tries again by itself. Press “Rematch users” to try now.", `href="`+path+`/rematch"`)
	}
	b.open(path + "/rematch").lacks("A rematch is under way already")
	h.sandbox.ClearFaults()
	b.post(path+"/rematch", nil)
	h.work()
	b.open(path).shows("are rematched")
}

// TestARematchThatIsNotBelievedSaysSo: it stands there for as long as it is so, once,
// and who asks again is told what that does.
func TestARematchThatIsNotBelievedSaysSo(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	h.brake()
	for _, page := range []string{path, "/settings/video"} {
		b.open(page).shows("32 of 48 matched people were missing from the directory that came back.", "Everybody stays matched as before.", `href="`+path+`/rematch"`)
	}
	b.open(path).lacks("The directory could not be read")
	b.open(path+"/rematch").shows("32 people may lose their match", `href="`+path+`/doctor"`)
}

// brake has the last rematch stopped, as where a directory came back nearly empty.
func (h *house) brake() {
	h.t.Helper()
	dbtest.Exec(h.t, h.d, "UPDATE directories SET state = 'failed', fault = 'identity.run.braked' WHERE org_id = $1", h.bank.ID)
	dbtest.Exec(h.t, h.d, "UPDATE identity_runs SET state = 'failed', fault = 'identity.run.braked', lost = 32, matched = 48, ended_at = 1 WHERE org_id = $1", h.bank.ID)
}
