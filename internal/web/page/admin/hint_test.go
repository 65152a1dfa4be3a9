package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

const rosa = "it.admin@harbourbank.example"

// hinted is a connection at the full level, in which Omar's e-mail address is only
// another address of the account of the IT administrator.
func (h *house) hinted() (*browser, string) {
	h.t.Helper()
	h.sandbox.Consent(sandbox.TenantID, "OnlineMeetings.ReadWrite", "User.ReadBasic.All", "User.Read.All", "LicenseAssignment.Read.All")
	h.sandbox.License(rosa, true)
	if !h.sandbox.Alias(rosa, "omar.farouk@harbourbank.example", true) {
		h.t.Fatal("there is no IT administrator")
	}
	b := h.as(h.eleanor)
	answers := url.Values{"way": {"account"}, "consent": {"full"}, "field": {"email"}, "tenant": {"harbourbank.example"}}
	consent := b.post(setup+"/tenant", answers).shows("User.Read.All")
	preview := b.open(sandboxtest.SignIn(h.t, b.post(setup+"/consent", hiddenIn(consent)).away, sandbox.Service))
	h.work()
	b.post(preview.path, url.Values{"field": {"email"}}).is(http.StatusOK)
	return b, strings.TrimSuffix(preview.path, "/preview")
}

func (h *house) hint(connection, name string) string {
	return connection + "/staff/" + h.staff[name].ID + "/match/hint"
}

func TestTheAccountThatARowNamesIsUsed(t *testing.T) {
	h := build(t, registered)
	b, path := h.hinted()
	hint := h.hint(path, "Omar Farouk")
	b.open(path+"?q=omar").shows("Not matched", rosa, `action="`+hint+`"`)
	b.post(hint, nil).is(http.StatusOK).shows("Omar Farouk is matched with the account you chose.", "Matched by hand", rosa, "Undo")
	b.post(hint, nil).shows("That account is not offered any more.") // pressed twice
	b.post(h.hint(path, "Amelia Hart"), nil).shows("That account is not offered any more.")
	b.post(path+"/staff/"+h.eleanor.ID+"/match/hint", nil).is(http.StatusNotFound)
	b.open("/settings/audit?verb=identity.hand").shows("Omar Farouk")
}

// TestAnAccountThatVanishedIsNotUsed deletes the account between the page and the
// press, for the account that the row names and for one that was searched for.
func TestAnAccountThatVanishedIsNotUsed(t *testing.T) {
	h := build(t, registered)
	b, path := h.hinted()
	chosen := hiddenIn(b.open(path + "/staff/" + h.staff["Omar Farouk"].ID + "/match?q=rosa").shows(rosa))
	sure := hiddenIn(b.post(path+"/staff/"+h.staff["Omar Farouk"].ID+"/match", chosen).shows("Is this the account of Omar Farouk?"))
	if !h.sandbox.DeleteUser(rosa) {
		t.Fatal("nobody was deleted")
	}
	b.post(h.hint(path, "Omar Farouk"), nil).is(http.StatusOK).shows("That account is not offered any more.").lacks("Undo")
	b.post(path+"/staff/"+h.staff["Omar Farouk"].ID+"/match", sure).is(http.StatusOK).shows("That account is not in the directory any more. Search again.")
	b.open(path + "?q=omar").shows("Not matched").lacks("Undo")
}
