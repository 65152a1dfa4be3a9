package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

// refusedWith checks status and code of an error in Graph's shape.
func refusedWith(t *testing.T, status int, body map[string]any, wantStatus int, wantCode string) {
	t.Helper()
	inner, _ := body["error"].(map[string]any)
	if status != wantStatus || inner["code"] != wantCode || inner["message"] == "" || inner["innerError"] == nil {
		t.Errorf("Graph answered %d %v, want %d %s", status, body, wantStatus, wantCode)
	}
}

func TestTokensRefused(t *testing.T) {
	c := connected(t)
	good := c.tok.Access
	for _, bad := range []string{"", "guess"} {
		c.tok.Access = bad
		status, body := c.graph("GET", "/me", nil)
		refusedWith(t, status, body, 401, "InvalidAuthenticationToken")
	}
	c.tok.Access = good
	c.AdvanceClock(91 * time.Minute)
	status, body := c.graph("GET", "/me", nil)
	refusedWith(t, status, body, 401, "InvalidAuthenticationToken")
	c.tok = c.token(refresh(c.tok.Refresh))
	c.must(200, "GET", "/me", nil)
	c.ExpireAccessTokens(sandbox.Service)
	status, body = c.graph("GET", "/me", nil)
	refusedWith(t, status, body, 401, "InvalidAuthenticationToken")
}

func TestScopesAreEnforced(t *testing.T) {
	for scope, calls := range map[string][][2]string{
		"openid https://graph.microsoft.com/User.Read": {
			{"GET", "/users"}, {"POST", "/me/onlineMeetings/createOrGet"}, {"GET", "/users/amelia.hart@harbourbank.example"}, {"GET", "/users/amelia.hart@harbourbank.example/licenseDetails"},
		},
		"https://graph.microsoft.com/User.ReadBasic.All": {{"GET", "/organization"}, {"GET", "/me/licenseDetails"}, {"GET", "/me/onlineMeetings"}},
		"https://graph.microsoft.com/OnlineMeetings.Read": {
			{"GET", "/me"}, {"GET", "/users"}, {"POST", "/me/onlineMeetings/createOrGet"}, {"POST", "/me/onlineMeetings"}, {"PATCH", "/me/onlineMeetings/x"}, {"DELETE", "/me/onlineMeetings/x"},
		},
	} {
		c := start(t)
		c.tok = c.signIn(sandbox.Service, scope)
		for _, call := range calls {
			status, body := c.graph(call[0], call[1], nil)
			refusedWith(t, status, body, 403, "Authorization_RequestDenied")
		}
	}
}

func TestCreateOrGet(t *testing.T) {
	c := connected(t)
	body := meetingBody("m.1")
	body["subject"] = "Crédit"
	body["lobbyBypassSettings"] = map[string]any{"scope": "everyone"}
	described := c.http
	c.http = http.DefaultClient // what follows is more than the description of the action has
	first := c.must(201, "POST", "/me/onlineMeetings/createOrGet", body)
	c.http = described
	if first["subject"] != "Cr?dit" {
		t.Errorf("the subject came through as %v", first["subject"])
	}
	if scope := first["lobbyBypassSettings"].(map[string]any)["scope"]; scope != "organization" {
		t.Errorf("createOrGet applied a lobby scope: %v", scope)
	}
	again := meetingBody("m.1")
	again["subject"] = "Other"
	second := c.must(200, "POST", "/me/onlineMeetings/createOrGet", again)
	if second["id"] != first["id"] || second["subject"] != "Cr?dit" {
		t.Errorf("the second call gave %v %v", second["id"], second["subject"])
	}
	plain := c.must(201, "POST", "/me/onlineMeetings", map[string]any{"subject": "Plain"})
	if end := plain["endDateTime"]; end == nil || len(c.LiveMeetings()) != 2 {
		t.Errorf("a plain POST gave %v", plain)
	}
	c.must(204, "DELETE", "/me/onlineMeetings/"+first["id"].(string), nil)
	if third := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1")); third["id"] == first["id"] {
		t.Error("a deleted meeting came back")
	}
}

func TestMeetingBodiesRefused(t *testing.T) {
	c := connected(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	path := "/me/onlineMeetings/" + made["id"].(string)
	create, at := "/me/onlineMeetings/createOrGet", startsAt.Format(time.RFC3339)
	who := func(role string, names ...string) map[string]any {
		list := []any{}
		for _, n := range names {
			list = append(list, map[string]any{"upn": n, "role": role})
		}
		return map[string]any{"participants": map[string]any{"attendees": list}}
	}
	var eleven, crowd []string
	for i, u := range c.Users(sandbox.TenantID) {
		if i >= 2 && len(eleven) < 11 {
			eleven = append(eleven, u.UPN)
		}
	}
	for i := range 1001 {
		crowd = append(crowd, fmt.Sprintf("c%d@example.com", i))
	}
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	for _, x := range []struct {
		name, method, path string
		body               any
	}{
		{"no externalId", "POST", create, map[string]any{"subject": "x"}},
		{"an end without a start", "POST", create, map[string]any{"externalId": "e", "endDateTime": at}},
		{"an end before the start", "POST", create, map[string]any{"externalId": "e", "startDateTime": at, "endDateTime": startsAt.Add(-time.Hour).Format(time.RFC3339)}},
		{"more than 30 hours", "POST", create, map[string]any{"externalId": "e", "startDateTime": at, "endDateTime": startsAt.Add(31 * time.Hour).Format(time.RFC3339)}},
		{"a time that is none", "POST", create, map[string]any{"externalId": "e", "startDateTime": "tomorrow"}},
		{"a body that is no object", "POST", create, []any{1}},
		{"externalId in a plain POST", "POST", "/me/onlineMeetings", map[string]any{"externalId": "e"}},
		{"an unknown property in a plain POST", "POST", "/me/onlineMeetings", map[string]any{"sbject": "e"}},
		{"one time alone", "PATCH", path, map[string]any{"startDateTime": at}},
		{"an unknown property", "PATCH", path, map[string]any{"anonymizeIdentityForRoles": []any{}}},
		{"another externalId", "PATCH", path, map[string]any{"externalId": "e"}},
		{"the passcode setting", "PATCH", path, map[string]any{"joinMeetingIdSettings": map[string]any{"isPasscodeRequired": false}}},
		{"a lobby scope that is none", "PATCH", path, map[string]any{"lobbyBypassSettings": map[string]any{"scope": "friends"}}},
		{"presenters that are none", "PATCH", path, map[string]any{"allowedPresenters": "friends"}},
		{"admitters that are none", "PATCH", path, map[string]any{"allowedLobbyAdmitters": "friends"}},
		{"a setting of the wrong type", "PATCH", path, map[string]any{"isEntryExitAnnounced": "yes"}},
		{"another organizer", "PATCH", path, map[string]any{"participants": map[string]any{"organizer": map[string]any{"identity": map[string]any{"user": map[string]any{"id": amelia.ID}}}}}},
		{"a participant without a name", "PATCH", path, map[string]any{"participants": map[string]any{"attendees": []any{map[string]any{"role": "attendee"}}}}},
		{"a role that is none", "PATCH", path, who("boss", amelia.UPN)},
		{"a co-organizer from elsewhere", "PATCH", path, who("coorganizer", "client@example.com")},
		{"a presenter from elsewhere", "PATCH", path, who("presenter", "client@example.com")},
		{"eleven co-organizers", "PATCH", path, who("coorganizer", eleven...)},
		{"more than a thousand people", "PATCH", path, who("attendee", crowd...)},
		{"an id that is none", "PATCH", "/me/onlineMeetings/x", map[string]any{}},
	} {
		t.Run(x.name, func(t *testing.T) {
			status, body := c.graph(x.method, x.path, x.body)
			refusedWith(t, status, body, 400, "BadRequest")
		})
	}
	if m := c.LiveMeetings(); len(m) != 1 || !m[0].Start.Equal(startsAt) || len(m[0].Attendees) != 0 {
		t.Errorf("a refused call left something: %+v", m)
	}
	c.must(200, "PATCH", path, who("coorganizer", eleven[:10]...))
	c.must(200, "PATCH", path, who("attendee", "client@example.com"))
	if a := c.LiveMeetings()[0].Attendees; len(a) != 1 {
		t.Errorf("a change replaces the whole list, but it is %v", a)
	}
}

func TestMeetingsOfOthers(t *testing.T) {
	c := connected(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	path := "/me/onlineMeetings/" + made["id"].(string)
	service, _ := c.User(sandbox.Service)
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	for _, id := range []string{amelia.ID, amelia.UPN, service.ID} {
		status, body := c.graph("POST", "/users/"+id+"/onlineMeetings/createOrGet", meetingBody("m.2"))
		refusedWith(t, status, body, 400, "General")
	}
	mine := c.tok
	c.tok = c.signIn(amelia.UPN, scopes)
	status, body := c.graph("GET", path, nil)
	refusedWith(t, status, body, 404, "NotFound")
	other := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	if other["id"] == made["id"] {
		t.Error("another organizer's externalId named the same meeting")
	}
	theirs := c.tok
	c.tok = mine
	c.must(200, "PATCH", path, map[string]any{"participants": map[string]any{"attendees": []any{map[string]any{"upn": amelia.UPN, "role": "attendee"}}}})
	c.tok = theirs
	c.must(200, "GET", path, nil)
	status, body = c.graph("DELETE", path, nil)
	refusedWith(t, status, body, 404, "NotFound")
}

func TestFindMeeting(t *testing.T) {
	for _, short := range []bool{false, true} {
		c := connected(t, func(o *sandbox.Options) { o.ShortLinks = short })
		made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
		link := made["joinWebUrl"].(string)
		if strings.Contains(link, "/meet/") != short {
			t.Errorf("the link is %s", link)
		}
		number := made["joinMeetingIdSettings"].(map[string]any)["joinMeetingId"].(string)
		for _, filter := range []string{"JoinWebUrl eq '" + url.QueryEscape(link) + "'", "JoinWebUrl eq '" + link + "'", "joinMeetingIdSettings/joinMeetingId eq '" + number + "'"} {
			found := c.must(200, "GET", "/me/onlineMeetings?$filter="+url.QueryEscape(filter), nil)
			if len(found["value"].([]any)) != 1 {
				t.Errorf("%s found %v", filter, found["value"])
			}
		}
		status, body := c.graph("GET", "/me/onlineMeetings", nil)
		refusedWith(t, status, body, 400, "BadRequest")
		if d := sandboxtest.WouldEnter(t, link, sandbox.Service); d.Outcome != "admitted" {
			t.Errorf("the organizer is %+v", d)
		}
	}
}

func TestNoTeamsLicence(t *testing.T) {
	c := connected(t)
	c.ChangeUser(sandbox.Service, func(u *sandbox.User) { u.Licensed = false })
	status, body := c.graph("POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	refusedWith(t, status, body, 403, "Forbidden")
	if got := c.must(200, "GET", "/me/licenseDetails/getTeamsLicensingDetails", nil); got["hasTeamsLicense"] != false {
		t.Errorf("the licence reads %v", got)
	}
}

func TestLimits(t *testing.T) {
	c := connected(t, func(o *sandbox.Options) {
		o.Limits = sandbox.Limits{DirectoryUnits: 3, MeetingCalls: 4, MeetingsAMonth: 2}
	})
	throttled := func(method, path string, body any) {
		t.Helper()
		r := c.request(method, c.GraphURL()+"/v1.0"+path, nil)
		if body != nil {
			status, answer := c.graph(method, path, body)
			refusedWith(t, status, answer, 429, "TooManyRequests")
			return
		}
		r.Header.Set("Authorization", "Bearer "+c.tok.Access)
		answer, err := c.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode != 429 || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s answered %d, Retry-After %q", method, path, answer.StatusCode, answer.Header.Get("Retry-After"))
		}
	}
	c.must(200, "GET", "/users?$top=20", nil)           // two units
	c.must(200, "GET", "/users?$top=1&$select=id", nil) // one, the least there is
	throttled("GET", "/me", nil)
	c.AdvanceClock(11 * time.Second)
	c.must(200, "GET", "/me", nil)
	c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("1"))
	c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("2"))
	throttled("POST", "/me/onlineMeetings/createOrGet", meetingBody("3"))
	c.must(200, "POST", "/me/onlineMeetings/createOrGet", meetingBody("2"))
	throttled("GET", "/me/onlineMeetings/x", nil)
}

func TestFaults(t *testing.T) {
	c := connected(t)
	c.Fault(sandbox.Fault{Vendor: "graph", Call: "me", Status: 429, Headers: map[string]string{"Retry-After": "3"}, Times: 2})
	c.Fault(sandbox.Fault{Vendor: "graph", Call: "createOrGet", After: true, Hangup: true, Times: 1})
	c.Fault(sandbox.Fault{Vendor: "entra", Call: "token", Status: 503, Times: 1})
	c.Fault(sandbox.Fault{Vendor: "graph", Call: "organization", Status: 500, Body: "<html>oops", Headers: map[string]string{"Content-Type": "text/html"}, Times: 1})
	for range 2 {
		status, body := c.graph("GET", "/me", nil)
		refusedWith(t, status, body, 429, "TooManyRequests")
	}
	c.must(200, "GET", "/me", nil)
	r := c.request("POST", c.GraphURL()+"/v1.0/me/onlineMeetings/createOrGet", strings.NewReader(`{"externalId":"lost"}`))
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	r.Header.Set("Content-Type", "application/json")
	if _, err := http.DefaultTransport.RoundTrip(r); err == nil {
		t.Error("the lost answer arrived")
	}
	if len(c.LiveMeetings()) != 1 {
		t.Error("the meeting was not made before the answer was lost")
	}
	c.must(200, "POST", "/me/onlineMeetings/createOrGet", map[string]any{"externalId": "lost"})
	if got := c.token(refresh(c.tok.Refresh)); got.status != 503 || got.Error != "temporarily_unavailable" {
		t.Errorf("the sign-in answered %+v", got)
	}
	if body, answer := get(t, c, "/organization"); answer.StatusCode != 500 || body != "<html>oops" {
		t.Errorf("the fault answered %d %q", answer.StatusCode, body)
	}
	if log := c.Log(sandbox.Query{Call: "createOrGet"}); log[0].Status != 0 || log[0].Fault == "" || log[1].Status != 200 || log[1].Who != sandbox.Service {
		t.Errorf("the log says %+v", log)
	}
}

func get(t *testing.T, c *client, path string) (string, *http.Response) {
	t.Helper()
	r := c.request("GET", c.GraphURL()+"/v1.0"+path, nil)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	return visit(t, r)
}

func TestRequestIDs(t *testing.T) {
	c := connected(t)
	r := c.request("GET", c.GraphURL()+"/v1.0/users/nobody", nil)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	r.Header.Set("client-request-id", "mine")
	body, answer := visit(t, r)
	if answer.StatusCode != 404 || answer.Header.Get("client-request-id") != "mine" || answer.Header.Get("request-id") == "" || !strings.Contains(body, `"client-request-id":"mine"`) {
		t.Errorf("the answer names %v: %s", answer.Header, body)
	}
}
