package sandbox_test

import (
	"net/url"
	"strings"
	"testing"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

func TestLobby(t *testing.T) {
	const amelia, grace, guest, fjord, personal = "amelia.hart@harbourbank.example", "grace.kim@harbourbank.example", "julia.novak_partner.example#EXT#@harbourbank.example", "service@fjordcredit.example", "someone@outlook.example"
	everyone := []string{sandbox.Service, amelia, grace, guest, fjord, personal, "anonymous"}
	for scope, in := range map[string]string{
		"organizer":                   "yes no no no no no no",
		"organization":                "yes yes yes yes no no no",
		"organizationExcludingGuests": "yes yes yes no no no no",
		"organizationAndFederated":    "yes yes yes yes yes no no",
		"everyone":                    "yes yes yes yes yes yes no",
		"invited":                     "yes yes no no yes no no",
	} {
		t.Run(scope, func(t *testing.T) {
			c := connected(t)
			made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m"))
			path, link := "/me/onlineMeetings/"+made["id"].(string), made["joinWebUrl"].(string)
			c.must(200, "PATCH", path, map[string]any{"lobbyBypassSettings": map[string]any{"scope": scope}, "participants": map[string]any{"attendees": []any{
				map[string]any{"upn": amelia, "role": "coorganizer"}, map[string]any{"upn": fjord, "role": "attendee"}}}})
			want := strings.Fields(in)
			check := func(when string) {
				for i, as := range everyone {
					if d := sandboxtest.WouldEnter(t, link, as); (d.Outcome == "admitted") != (want[i] == "yes") {
						t.Errorf("%s, %s gets %s: %s", when, as, d.Outcome, d.Reason)
					}
				}
			}
			check("live")
			c.must(204, "DELETE", path, nil)
			check("deleted")
		})
	}
}

func TestLobbyWhileItRuns(t *testing.T) {
	const amelia, grace = "amelia.hart@harbourbank.example", "grace.kim@harbourbank.example"
	c := connected(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m"))
	path, link := "/me/onlineMeetings/"+made["id"].(string), made["joinWebUrl"].(string)
	c.must(200, "PATCH", path, map[string]any{"participants": map[string]any{"attendees": []any{map[string]any{"upn": amelia, "role": "coorganizer"}}}})
	people := func() (present, waiting int) {
		m := c.LiveMeetings()[0]
		return len(m.Present), len(m.Waiting)
	}
	sandboxtest.Enter(t, link, "anonymous")
	sandboxtest.Enter(t, link, grace)
	admit := func(as string) { door(t, c, link, url.Values{"as": {as}, "do": {"admit"}}) }
	admit(amelia) // she is not inside yet
	admit(grace)  // she is no co-organizer
	if p, w := people(); p != 1 || w != 1 {
		t.Fatalf("%d inside and %d waiting", p, w)
	}
	sandboxtest.Enter(t, link, amelia)
	admit(amelia)
	if p, w := people(); p != 3 || w != 0 {
		t.Errorf("%d inside and %d waiting after the co-organizer let them in", p, w)
	}
	door(t, c, link, url.Values{"as": {"anonymous"}, "do": {"leave"}})
	sandboxtest.Enter(t, link, "anonymous")
	c.must(200, "PATCH", path, map[string]any{"lobbyBypassSettings": map[string]any{"scope": "everyone"}})
	if p, w := people(); p != 3 || w != 0 {
		t.Errorf("%d inside and %d waiting after the lobby was opened", p, w)
	}
}

func door(t *testing.T, c *client, link string, form url.Values) {
	t.Helper()
	r := c.request("POST", link, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	visit(t, r)
}

func TestDoorRefuses(t *testing.T) {
	c := connected(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m"))
	link := made["joinWebUrl"].(string)
	if d := sandboxtest.WouldEnter(t, c.URL()+"/l/meetup-join/19%3Ameeting_x%40thread.v2/0", "anonymous"); d.Outcome != "unknown" {
		t.Errorf("a link nobody made gives %+v", d)
	}
	if d := sandboxtest.Enter(t, link, "omar.farouk@harbourbank.example"); d.Outcome != "refused" {
		t.Errorf("an account that does not exist gets %+v", d)
	}
	c.Disable("grace.kim@harbourbank.example", true)
	if d := sandboxtest.Enter(t, link, "grace.kim@harbourbank.example"); d.Outcome != "refused" {
		t.Errorf("a disabled account gets %+v", d)
	}
}

func TestNewerLobbyScopesAreHidden(t *testing.T) {
	c := connected(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m"))
	path := "/me/onlineMeetings/" + made["id"].(string)
	got := c.must(200, "PATCH", path, map[string]any{"lobbyBypassSettings": map[string]any{"scope": "invited"}})
	if scope := got["lobbyBypassSettings"].(map[string]any)["scope"]; scope != "unknownFutureValue" {
		t.Errorf("without the Prefer header the scope reads %v", scope)
	}
	r := c.request("GET", c.GraphURL()+"/v1.0"+path, nil)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	r.Header.Set("Prefer", "include-unknown-enum-members")
	if body, _ := visit(t, r); !strings.Contains(body, `"scope":"invited"`) {
		t.Errorf("with the Prefer header the answer is %s", body)
	}
}
