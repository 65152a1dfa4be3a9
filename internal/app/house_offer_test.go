package app

import (
	"net/http"
	"net/url"
	"testing"

	"parley/internal/org"
)

// TestAMemberChoosesOnlyTheirOwnPlatform saves it as a member whose form names
// another, by a connection that is not the organization's, and as nobody.
func TestAMemberChoosesOnlyTheirOwnPlatform(t *testing.T) {
	g := lodge(t, "", quiet)
	c := g.connect()
	me, other := g.addMember(c.OrgID, "Ines Faber", org.Member), g.addMember(c.OrgID, "Paul Reuter", org.Member)
	form := url.Values{"platform": {c.ID}, "person": {other.ID}, "id": {other.ID}}
	if got := g.post("/profile/platform", g.signIn(me), form); got.Code != http.StatusSeeOther {
		t.Fatalf("saved: %d", got.Code)
	}
	for id, want := range map[string]string{me.ID: c.ID, other.ID: ""} {
		got, err := g.identities.PlatformOf(t.Context(), g.orgs.Read(), c.OrgID, id)
		g.ok(err)
		if got != want {
			t.Errorf("%s chose %q, want %q", id, got, want)
		}
	}
	contains(t, g.ask(http.MethodGet, "/profile/offer", g.signIn(me)), http.StatusOK, `value="`+c.ID+`" selected`)
	if got := g.post("/profile/platform", nil, form); got.Code == http.StatusOK || got.Header().Get("Location") == "/profile/offer" {
		t.Errorf("nobody: %d", got.Code)
	}
	unknown := url.Values{"platform": {"no-such-connection"}}
	if got := g.post("/profile/platform", g.signIn(other), unknown); got.Code != http.StatusNotFound {
		t.Errorf("an unknown connection: %d", got.Code)
	}
}
