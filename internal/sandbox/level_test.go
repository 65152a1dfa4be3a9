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

const fullScopes = scopes + " https://graph.microsoft.com/User.Read.All https://graph.microsoft.com/LicenseAssignment.Read.All"

// full is a client whose tenant's administrator consented to whole profiles.
func full(t *testing.T, change ...func(*sandbox.Options)) *client {
	t.Helper()
	c := start(t, change...)
	c.Consent(sandbox.TenantID, "User.Read.All", "LicenseAssignment.Read.All")
	c.tok = c.signIn(sandbox.Service, fullScopes)
	return c
}

// eventual makes one call with the header of advanced queries.
func (c *client) eventual(path string) (int, map[string]any) {
	c.t.Helper()
	r := c.request(http.MethodGet, c.GraphURL()+"/v1.0"+path, nil)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	r.Header.Set("ConsistencyLevel", "eventual")
	got := map[string]any{}
	return c.send(r, &got), got
}

func people(got map[string]any) []any {
	list, _ := got["value"].([]any)
	return list
}

func TestFullShowsTheWholeProfile(t *testing.T) {
	c := full(t)
	c.Alias("amelia.hart@harbourbank.example", "a.hart@harbourbank.example", true)
	c.SwitchTeams("amelia.hart@harbourbank.example", false)
	got := c.must(200, "GET", "/users/amelia.hart@harbourbank.example?$select=id,accountEnabled,userType,proxyAddresses,assignedPlans", nil)
	if text := fmt.Sprint(got["proxyAddresses"]); text != "[SMTP:amelia.hart@harbourbank.example smtp:a.hart@harbourbank.example]" {
		t.Errorf("the addresses are %s", text)
	}
	plans := fmt.Sprint(got["assignedPlans"])
	if got["accountEnabled"] != true || got["userType"] != "Member" || !strings.Contains(plans, "capabilityStatus:Deleted") {
		t.Errorf("the profile is %v", got)
	}
	details := fmt.Sprint(c.must(200, "GET", "/users/amelia.hart@harbourbank.example/licenseDetails", nil))
	if !strings.Contains(details, "provisioningStatus:Disabled") {
		t.Errorf("the licence is %s", details)
	}
	c.License("amelia.hart@harbourbank.example", false)
	if n := len(people(c.must(200, "GET", "/users/amelia.hart@harbourbank.example/licenseDetails", nil))); n != 0 {
		t.Errorf("%d licences are left", n)
	}
}

func TestFilters(t *testing.T) {
	basic, whole := connected(t), full(t)
	for _, c := range []*client{basic, whole} {
		c.Alias("grace.kim@harbourbank.example", "gkim@harbourbank.example", true)
	}
	amelia, _ := whole.User("amelia.hart@harbourbank.example")
	for filter, want := range map[string][2]int{ // found with User.ReadBasic.All, with User.Read.All
		"proxyAddresses/any(p:p eq 'smtp:gkim@harbourbank.example')":                                           {0, 1},
		"proxyAddresses/any(p:p eq 'SMTP:GKIM@harbourbank.example')":                                           {0, 1},
		"proxyAddresses/any(x:startsWith(x,'smtp:gkim@'))":                                                     {0, 1},
		"id in ('" + amelia.ID + "','00000000-0000-0000-0000-000000000000')":                                   {1, 1},
		"id eq '" + strings.ToUpper(amelia.ID) + "'":                                                           {1, 1},
		"userPrincipalName eq 'amelia.hart@harbourbank.example' and accountEnabled eq true":                    {0, 1},
		"userPrincipalName eq 'amelia.hart@harbourbank.example' or accountEnabled eq false and userType eq ''": {1, 1},
		"(startsWith(displayName,'Amelia H') or startsWith(surname,'Okafor')) and userType eq 'Member'":        {0, 2},
		"startsWith(displayName,'Amelia H') or startsWith(surname,'Okafor')":                                   {2, 2},
		"mail eq 'gkim@harbourbank.example'":                                                                   {0, 0},
	} {
		for i, c := range []*client{basic, whole} {
			if n := len(people(c.must(200, "GET", "/users?$top=999&$filter="+url.QueryEscape(filter), nil))); n != want[i] {
				t.Errorf("%s found %d at level %d, want %d", filter, n, i, want[i])
			}
		}
	}
}

func TestAdvancedQueries(t *testing.T) {
	basic, whole := connected(t), full(t)
	all := len(whole.Users(sandbox.TenantID))
	for query, want := range map[string][2]int{
		"$filter=" + url.QueryEscape("endsWith(mail,'@partner.example')"):                                      {16, 16},
		"$filter=" + url.QueryEscape("not(startsWith(userPrincipalName,'a'))") + "&$top=999":                   {-1, -1},
		"$filter=" + url.QueryEscape("userType ne 'Guest'") + "&$top=999":                                      {0, all - 16},
		"$filter=" + url.QueryEscape("not(accountEnabled eq true)") + "&$top=999":                              {0, -1},
		"$search=" + url.QueryEscape(`"displayName:amel ha"`):                                                  {1, 1},
		"$search=" + url.QueryEscape(`"displayName:amelia" OR "mail:daniel.okafor"`):                           {2, 2},
		"$search=" + url.QueryEscape(`"displayName:a"`) + "&$filter=" + url.QueryEscape("userType eq 'Guest'"): {0, -1},
	} {
		for i, c := range []*client{basic, whole} {
			status, body := c.graph("GET", "/users?"+query+"&$count=true", nil)
			refusedWith(t, status, body, 400, "Request_UnsupportedQuery")
			if status, body = c.eventual("/users?" + query); status != 400 {
				t.Errorf("%s without $count answered %d", query, status)
			}
			status, body = c.eventual("/users?" + query + "&$count=true")
			n := len(people(body))
			if status != 200 || want[i] >= 0 && n != want[i] || want[i] < 0 && n == 0 || body["@odata.count"] != float64(n) {
				t.Errorf("%s at level %d answered %d with %d of %v, want %d", query, i, status, n, body["@odata.count"], want[i])
			}
		}
	}
	if got := whole.must(200, "GET", "/users?$top=1&$count=true", nil); got["@odata.count"] != nil {
		t.Error("$count=true alone has to be ignored")
	}
	values := "'" + strings.Join(strings.Split(strings.Repeat("x@y.example ", 16)[:16*12-1], " "), "','") + "'"
	if status, _ := whole.eventual("/users?$count=true&$filter=" + url.QueryEscape("mail in ("+values+")")); status != 200 {
		t.Errorf("an advanced filter of sixteen values answered %d", status)
	}
}

func TestFiltersRefused(t *testing.T) {
	c := full(t)
	for _, filter := range []string{
		"mail eq x", "mail eq", "mail", "(mail eq 'x'", "mail eq 'x')", "mail eq 'x' or", "mail eq 'x' mail eq 'y'", "mail eq 'x", "mail gt 'x'",
		"proxyAddresses eq 'x'", "mail/any(p:p eq 'x')", "proxyAddresses/any(p:q eq 'x')", "accountEnabled eq 'true'", "accountEnabled eq maybe",
		"startsWith(mail)", "mail in ()", "mail in ('x',y)", "not", "mail eq 'x';", strings.Repeat("(", 50) + "mail eq 'x'" + strings.Repeat(")", 50),
	} {
		status, body := c.graph("GET", "/users?$filter="+url.QueryEscape(filter), nil)
		refusedWith(t, status, body, 400, "Request_UnsupportedQuery")
	}
	for _, search := range []string{`displayName:x`, `"displayName"`, `"shoeSize:4"`, `"mail:x" OR`, `"mail:x" "mail:y"`} {
		status, body := c.eventual("/users?$count=true&$search=" + url.QueryEscape(search))
		refusedWith(t, status, body, 400, "Request_UnsupportedQuery")
	}
}

func TestPageTokensExpire(t *testing.T) {
	c := connected(t)
	next := func() string {
		link, _ := c.must(200, "GET", "/users?$top=50", nil)["@odata.nextLink"].(string)
		return strings.TrimPrefix(link, c.GraphURL()+"/v1.0")
	}
	link := next()
	c.must(200, "GET", link, nil)
	c.ExpirePageTokens()
	status, body := c.graph("GET", link, nil)
	refusedWith(t, status, body, 400, "Directory_ExpiredPageToken")
	link = next()
	c.must(200, "GET", link, nil)
	c.AdvanceClock(61 * time.Minute)
	c.tok = c.signIn(sandbox.Service, scopes)
	status, body = c.graph("GET", link, nil)
	refusedWith(t, status, body, 400, "Directory_ExpiredPageToken")
}

func TestPeopleAreGeneratedByNumber(t *testing.T) {
	one, two := full(t), start(t)
	if n := one.Fill(sandbox.TenantID, 1200, "many.example"); n != 1200 || one.Fill(sandbox.TenantID, 1300, "many.example") != 100 {
		t.Errorf("%d people came", n)
	}
	two.Fill(sandbox.TenantID, 1300, "many.example")
	for _, n := range []int{1, 10, 20, 30, 40, 50, 60, 70, 1300} {
		want := sandbox.FilledPerson(n, "many.example")
		a, there := one.User(want.UPN)
		b, _ := two.User(want.UPN)
		if !there || a.ID != b.ID || a.Name != want.Name || a.Mail != want.Mail {
			t.Errorf("number %d is %+v and %+v", n, a, b)
		}
	}
	if p := sandbox.FilledPerson(7, "many.example"); !strings.HasSuffix(p.UPN, ".7@many.example") || p.Mail != p.UPN {
		t.Errorf("number 7 is %+v", p)
	}
	seen, path := map[string]bool{}, "/users?$top=999&$select=id"
	for path != "" {
		got := one.must(200, "GET", path, nil)
		for _, v := range people(got) {
			seen[v.(map[string]any)["id"].(string)] = true
		}
		next, _ := got["@odata.nextLink"].(string)
		path = strings.TrimPrefix(next, one.GraphURL()+"/v1.0")
	}
	if len(seen) != len(one.Users(sandbox.TenantID)) {
		t.Errorf("the pages show %d of %d", len(seen), len(one.Users(sandbox.TenantID)))
	}
	if d, _ := one.User("nobody@many.example"); d.ID != "" {
		t.Error("somebody is nobody")
	}
}

func TestTheDirectorysLimitDependsOnItsSize(t *testing.T) {
	c := connected(t)
	c.ThrottleDirectory(sandbox.TenantID, 30*time.Second)
	r := c.request("GET", c.GraphURL()+"/v1.0/users?$top=1", nil)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	answer, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") == "" || answer.Header.Get("x-ms-throttle-scope") == "" {
		t.Errorf("a busy directory answered %d with %v", answer.StatusCode, answer.Header)
	}
	c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m")) // meetings have their own limit
	c.AdvanceClock(31 * time.Second)
	c.must(200, "GET", "/users?$top=1", nil)
	got := c.must(200, "POST", "/$batch", map[string]any{"requests": []any{
		map[string]any{"id": "1", "method": "GET", "url": "/users?$count=true&$filter=endsWith(mail,'@partner.example')", "headers": map[string]string{"ConsistencyLevel": "eventual"}},
		map[string]any{"id": "2", "method": "GET", "url": "/users?$count=true&$filter=endsWith(mail,'@partner.example')"},
	}})
	for _, v := range got["responses"].([]any) {
		p := v.(map[string]any)
		if want := map[string]float64{"1": 200, "2": 400}[p["id"].(string)]; p["status"] != want {
			t.Errorf("part %v answered %v", p["id"], p["status"])
		}
	}
}

func BenchmarkPageOfFiftyThousand(b *testing.B) {
	s, err := sandbox.Start(b.Context(), sandbox.Options{Limits: sandbox.Limits{DirectoryUnits: 1 << 30}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	s.Fill(sandbox.TenantID, 50000, "many.example")
	s.GrantPermissions(sandbox.TenantID)
	token := applicationToken(b, s.LoginURL(), sandbox.TenantID)
	address := s.GraphURL() + "/v1.0/users?$top=999&$select=id,userPrincipalName,mail,displayName,accountEnabled,userType,proxyAddresses,assignedPlans"
	for b.Loop() {
		address = nextPage(b, address, token, s.GraphURL()+"/v1.0/users?$top=999&$select=id")
	}
}
