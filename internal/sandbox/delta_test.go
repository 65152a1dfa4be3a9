package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/sandbox"
)

// follow reads a delta query to its end: what it told, and where to go on.
func (c *client) follow(path string, prefer ...string) (all []map[string]any, link string) {
	c.t.Helper()
	for path != "" {
		r := c.request(http.MethodGet, c.GraphURL()+"/v1.0"+path, nil)
		r.Header.Set("Authorization", "Bearer "+c.tok.Access)
		for _, p := range prefer {
			r.Header.Add("Prefer", p)
		}
		var got map[string]any
		if status := c.send(r, &got); status != http.StatusOK {
			c.t.Fatalf("%s answered %d: %v", path, status, got)
		}
		for _, v := range people(got) {
			all = append(all, v.(map[string]any))
		}
		next, _ := got["@odata.nextLink"].(string)
		last, _ := got["@odata.deltaLink"].(string)
		if (next == "") == (last == "") {
			c.t.Fatalf("a page ends with %q and %q", next, last)
		}
		path, link = strings.TrimPrefix(next, c.GraphURL()+"/v1.0"), strings.TrimPrefix(last, c.GraphURL()+"/v1.0")
	}
	return all, link
}

func TestDeltaListsEverybodyThenChanges(t *testing.T) {
	c := full(t)
	all, link := c.follow("/users/delta?$select=userPrincipalName,mail")
	if len(all) != len(c.Users(sandbox.TenantID)) {
		t.Errorf("the first round told of %d people", len(all))
	}
	if again, _ := c.follow(link); len(again) != 0 {
		t.Errorf("nothing changed, but it told %v", again)
	}
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	grace, _ := c.User("grace.kim@harbourbank.example")
	noah, _ := c.User("noah.tremblay@harbourbank.example")
	c.Rename(amelia.UPN, "amelia.stone@harbourbank.example")
	c.ChangeMail(amelia.ID, "amelia.stone@harbourbank.example")
	c.License(grace.UPN, false) // not among the selected properties
	c.DeleteUser(noah.UPN)
	added, _ := c.AddUser(sandbox.User{Tenant: sandbox.TenantID, UPN: "new@harbourbank.example", Name: "New"})
	told, next := c.follow(link)
	if text := fmt.Sprint(told); len(told) != 3 || !strings.Contains(text, "amelia.stone@") || !strings.Contains(text, "@removed:map[reason:changed]") || !strings.Contains(text, added.ID) {
		t.Errorf("it told %v", told)
	}
	c.RestoreUser(noah.UPN)
	c.PurgeUser(added.UPN)
	told, _ = c.follow(next)
	if text := fmt.Sprint(told); len(told) != 2 || !strings.Contains(text, noah.UPN) || !strings.Contains(text, "reason:deleted") {
		t.Errorf("it told %v", told)
	}
	if back, _ := c.User(noah.UPN); back.ID != noah.ID {
		t.Error("a restored account has another id")
	}
	again, _ := c.follow(link) // repeats are no harm: the old link still tells everything since
	if len(again) != 3 {
		t.Errorf("the older link told %v", again)
	}
}

func TestDeltaFromNowOnWithoutPeople(t *testing.T) {
	c := full(t)
	all, link := c.follow("/users/delta?$select=displayName,accountEnabled&$deltatoken=latest")
	if len(all) != 0 {
		t.Errorf("latest told of %d people", len(all))
	}
	for i, u := range c.Users(sandbox.TenantID)[:30] {
		c.Disable(u.ID, i%2 == 0)
		c.Disable(u.ID, !u.Disabled)
	}
	whole, _ := c.follow(link, "odata.maxpagesize=7")
	if len(whole) != 30 || whole[0]["displayName"] == nil {
		t.Errorf("it told of %d: %v", len(whole), whole[0])
	}
	minimal, _ := c.follow(link, "return=minimal", "odata.maxpagesize=7")
	if len(minimal) == 0 || minimal[0]["displayName"] != nil || minimal[0]["accountEnabled"] == nil {
		t.Errorf("only what changed was asked for, and it told %v", minimal)
	}
}

func TestDeltaRefused(t *testing.T) {
	c := full(t)
	_, link := c.follow("/users/delta?$select=mail&$deltatoken=latest")
	for _, query := range []string{"$top=5", "$orderby=mail", "$expand=manager", "$search=x", "$filter=" + url.QueryEscape("mail eq 'x'"), "$filter=" + url.QueryEscape(strings.Repeat("id eq 'x' or ", 50)+"id eq 'x'")} {
		status, body := c.graph("GET", "/users/delta?"+query, nil)
		refusedWith(t, status, body, 400, "Request_UnsupportedQuery")
	}
	for _, query := range []string{"$select=shoeSize", "$deltatoken=guess", "$skiptoken=RFNwdAIAAQ"} {
		status, body := c.graph("GET", "/users/delta?"+query, nil)
		refusedWith(t, status, body, 400, "BadRequest")
	}
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	if one, _ := c.follow("/users/delta?$filter=" + url.QueryEscape("id eq '"+amelia.ID+"'")); len(one) != 1 {
		t.Errorf("one id found %d", len(one))
	}
	c.AdvanceClock(6 * 24 * time.Hour)
	c.tok = c.signIn(sandbox.Service, fullScopes)
	c.must(200, "GET", link, nil)
	c.AdvanceClock(25 * time.Hour)
	c.tok = c.signIn(sandbox.Service, fullScopes)
	tooOld := func(link string) {
		t.Helper()
		r := c.request("GET", c.GraphURL()+"/v1.0"+link, nil)
		r.Header.Set("Authorization", "Bearer "+c.tok.Access)
		answer, err := c.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusGone || !strings.Contains(answer.Header.Get("Location"), "/users/delta") {
			t.Errorf("an old token answered %d, Location %q", answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	tooOld(link)
	_, link = c.follow("/users/delta?$select=mail&$deltatoken=latest")
	c.ExpireDeltaTokens()
	tooOld(link)
	_, link = c.follow("/users/delta?$select=mail&$deltatoken=latest")
	c.Reset()
	c.Consent(sandbox.TenantID, "User.Read.All", "LicenseAssignment.Read.All")
	c.tok = c.signIn(sandbox.Service, fullScopes)
	tooOld(link)
	c.tok = c.signIn(sandbox.Service, scopes)
	status, body := c.graph("GET", "/users/delta", nil)
	refusedWith(t, status, body, 403, "Authorization_RequestDenied")
}
