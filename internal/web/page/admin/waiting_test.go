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

// asApplication walks the set-up in which staff organize their own meetings, up
// to its preview.
func (b *browser) asApplication() string {
	h := b.h
	h.t.Helper()
	h.sandbox.GrantPermissions(sandbox.TenantID, "OnlineMeetings.ReadWrite.All", "User.ReadBasic.All")
	answers := url.Values{"way": {"application"}, "consent": {"basic"}}
	b.post(setup+"/way", answers).is(http.StatusOK)
	answers.Set("field", "email")
	b.post(setup+"/field", answers).is(http.StatusOK)
	answers.Set("tenant", "harbourbank.example")
	consent := b.post(setup+"/tenant", answers).shows("OnlineMeetings.ReadWrite.All", "Each staff member")
	away := b.post(setup+"/consent", hiddenIn(consent)).away
	return b.open(sandboxtest.SignIn(h.t, away, sandbox.Admin)).is(http.StatusOK).path
}

func TestTheSetUpWaitsForThePolicy(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	preview := b.asApplication()
	h.work()
	wait := strings.TrimSuffix(preview, "preview") + "wait"
	b.open(preview).shows("10 of 12 match", "Continue").lacks("Finish")
	waiting := b.post(preview, url.Values{"field": {"email"}}).on(wait).
		shows("Not there yet", "Waiting since", "New-CsApplicationAccessPolicy", sandbox.ClientID, "Check now", `http-equiv="refresh"`)
	waiting.lacks(">Finish<")
	b.post(wait, nil).on(wait).is(http.StatusOK)
	b.open("/settings/video").shows("Connecting")
	b.post(wait+"/check", nil).on(wait).shows("Not yet.")
	b.open(wait).shows("Last checked", "now")
	h.sandbox.GrantPolicy(sandbox.TenantID, 0)
	b.post(wait+"/check", nil).on(wait).shows("It has come.", "Everything is in place", "Finish").lacks(`http-equiv="refresh"`)
	other := h.as(h.member(h.bank, org.Person{Name: "Sam Whitfield", Email: "sam.whitfield@harbourbank.example"}, org.Administrator))
	other.post(wait, nil).shows("10 of 12 staff can take video calls.", "Microsoft Teams is connected")
	b.post(wait, nil).shows("Microsoft Teams is connected") // the other was faster
	b.open(wait).is(http.StatusOK).lacks("Waiting since")
}
