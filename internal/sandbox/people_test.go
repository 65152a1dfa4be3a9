package sandbox_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"parley/internal/sandbox"
)

func TestUsersArePaged(t *testing.T) {
	c := connected(t)
	seen := map[string]bool{}
	path, pages := "/users?$top=120&$select=id,userPrincipalName,mail,displayName,accountEnabled,userType", 0
	for path != "" {
		got := c.must(200, "GET", path, nil)
		for _, v := range got["value"].([]any) {
			u := v.(map[string]any)
			if _, shown := u["accountEnabled"]; shown || len(u) > 4 {
				t.Fatalf("User.ReadBasic.All showed %v", u)
			}
			seen[u["id"].(string)] = true
		}
		next, _ := got["@odata.nextLink"].(string)
		path, pages = strings.TrimPrefix(next, c.GraphURL()+"/v1.0"), pages+1
	}
	if want := len(c.Users(sandbox.TenantID)); len(seen) != want || pages != 3 || want < 300 {
		t.Errorf("%d people on %d pages, want %d", len(seen), pages, want)
	}
	if n := len(c.must(200, "GET", "/users", nil)["value"].([]any)); n != 100 {
		t.Errorf("a page holds %d by default", n)
	}
}

func TestUsersFiltered(t *testing.T) {
	c := connected(t)
	for filter, want := range map[string]int{
		"userPrincipalName eq 'Amelia.Hart@harbourbank.example'":                                     1,
		"mail in ('maria.silva@harbourbank.example','julia.novak@partner.example','no@one.example')": 2,
		"startsWith(userPrincipalName,'msilva@')":                                                    1,
		"mail eq 'grace.kim@harbourbank.example' or mail eq 'noah.tremblay@harbourbank.example'":     2,
		"userPrincipalName eq 'omar.farouk@harbourbank.example'":                                     0,
		"userPrincipalName eq 'a''b@harbourbank.example'":                                            0,
		"accountEnabled eq true": 0, // not readable with User.ReadBasic.All: rows are dropped in silence
	} {
		got := c.must(200, "GET", "/users?$filter="+url.QueryEscape(filter), nil)
		if n := len(got["value"].([]any)); n != want {
			t.Errorf("%s found %d, want %d", filter, n, want)
		}
	}
	c.tok = c.signIn(sandbox.Admin, "https://graph.microsoft.com/User.Read.All")
	got := c.must(200, "GET", "/users?$top=999&$filter="+url.QueryEscape("accountEnabled eq false"), nil)
	if len(got["value"].([]any)) < 5 {
		t.Errorf("an administrator sees %d disabled accounts", len(got["value"].([]any)))
	}
}

func TestUserQueriesRefused(t *testing.T) {
	c := connected(t)
	sixteen := strings.TrimSuffix(strings.Repeat("'x@y.example',", 16), ",")
	for _, x := range []struct{ query, code string }{
		{"$top=0", "Request_BadRequest"}, {"$top=1000", "Request_BadRequest"}, {"$top=many", "Request_BadRequest"},
		{"$filter=" + url.QueryEscape("mail in ("+sixteen+")"), "Request_UnsupportedQuery"},
		{"$filter=" + url.QueryEscape("aboutMe eq 'IT'"), "Request_UnsupportedQuery"},
		{"$filter=" + url.QueryEscape("mail ne 'x'"), "Request_UnsupportedQuery"},
		{"$filter=" + url.QueryEscape("mail in (x)"), "Request_UnsupportedQuery"},
		{"$orderby=mail", "Request_UnsupportedQuery"}, {"$skip=5", "Request_UnsupportedQuery"},
		{"$select=shoeSize", "BadRequest"}, {"$skiptoken=guess", "Directory_ExpiredPageToken"},
	} {
		status, body := c.graph("GET", "/users?"+x.query, nil)
		refusedWith(t, status, body, 400, x.code)
	}
	status, body := c.graph("GET", "/users/omar.farouk@harbourbank.example", nil)
	refusedWith(t, status, body, 404, "Request_ResourceNotFound")
	status, body = c.graph("GET", "/groups", nil)
	refusedWith(t, status, body, 400, "BadRequest")
	c.HideUsers(sandbox.TenantID, true)
	status, body = c.graph("GET", "/users", nil)
	refusedWith(t, status, body, 403, "Authorization_RequestDenied")
	c.HideUsers(sandbox.TenantID, false)
	c.tok = c.signIn("julia.novak_partner.example#EXT#@harbourbank.example", scopes)
	status, body = c.graph("GET", "/users", nil)
	refusedWith(t, status, body, 403, "Authorization_RequestDenied")
}

func TestUserByName(t *testing.T) {
	c := connected(t)
	guest := "julia.novak_partner.example#EXT#@harbourbank.example"
	got := c.must(200, "GET", "/users/"+url.PathEscape(guest), nil)
	if got["mail"] != "julia.novak@partner.example" || got["userPrincipalName"] != guest {
		t.Errorf("the guest is %v", got)
	}
	if again := c.must(200, "GET", "/users('"+got["id"].(string)+"')", nil); again["id"] != got["id"] {
		t.Errorf("the other spelling gave %v", again)
	}
	org := c.must(200, "GET", "/organization", nil)["value"].([]any)[0].(map[string]any)
	if org["id"] != sandbox.TenantID || org["displayName"] != "Harbour Bank" {
		t.Errorf("the organization is %v", org)
	}
	c.must(200, "GET", "/me/licenseDetails", nil)
}

func TestBatch(t *testing.T) {
	c := connected(t)
	parts := func(n int, change func(i int, p map[string]any)) map[string]any {
		list := []any{}
		for i := range n {
			p := map[string]any{"id": fmt.Sprint(i), "method": "GET", "url": "/me"}
			if change != nil {
				change(i, p)
			}
			list = append(list, p)
		}
		return map[string]any{"requests": list}
	}
	c.Fault(sandbox.Fault{Vendor: "graph", Call: "getUser", Status: 429, Times: 1})
	got := c.must(200, "POST", "/$batch", parts(4, func(i int, p map[string]any) {
		switch i {
		case 1:
			p["url"] = "/users/nobody@harbourbank.example"
		case 2:
			p["dependsOn"] = []string{"1"}
		case 3:
			p["method"], p["url"], p["body"], p["headers"] = "POST", "/me/onlineMeetings/createOrGet", meetingBody("b"), map[string]string{"Content-Type": "application/json"}
		}
	}))
	status := map[string]float64{}
	for _, v := range got["responses"].([]any) {
		r := v.(map[string]any)
		status[r["id"].(string)] = r["status"].(float64)
	}
	if status["0"] != 200 || status["1"] != 429 || status["2"] != 424 || status["3"] != 201 {
		t.Errorf("the parts answered %v", status)
	}
	for name, body := range map[string]any{
		"too many parts":         parts(21, nil),
		"no parts":               parts(0, nil),
		"the same id twice":      parts(2, func(_ int, p map[string]any) { p["id"] = "same" }),
		"an absolute address":    parts(1, func(_ int, p map[string]any) { p["url"] = "https://graph.microsoft.com/v1.0/me" }),
		"a batch in a batch":     parts(1, func(_ int, p map[string]any) { p["url"] = "/$batch" }),
		"a body without a type":  parts(1, func(_ int, p map[string]any) { p["body"] = map[string]any{} }),
		"a body that is no JSON": "x",
	} {
		t.Run(name, func(t *testing.T) {
			status, answer := c.graph("POST", "/$batch", body)
			refusedWith(t, status, answer, 400, "BadRequest")
		})
	}
}

func TestSeedIsTheSameEveryTime(t *testing.T) {
	one, two := start(t), start(t)
	a, b := one.Users(""), two.Users("")
	if len(a) != len(b) {
		t.Fatal("two sandboxes have different directories")
	}
	count := map[string]int{}
	mails := map[string]int{}
	for i, u := range a {
		if u.ID != b[i].ID || u.UPN != b[i].UPN {
			t.Fatalf("%s is %s elsewhere", u.UPN, b[i].UPN)
		}
		mails[u.Mail]++
		for what, is := range map[string]bool{"guest": u.Guest, "disabled": u.Disabled, "unlicensed": !u.Licensed && !u.Guest, "other mail": u.Mail != "" && u.Mail != u.UPN && !u.Guest} {
			if is {
				count[what]++
			}
		}
	}
	shared := 0
	for mail, n := range mails {
		if mail != "" && n > 1 {
			shared++
		}
	}
	for _, what := range []string{"guest", "disabled", "unlicensed", "other mail"} {
		if count[what] < 3 {
			t.Errorf("the directory has %d of %s", count[what], what)
		}
	}
	if shared != 2 {
		t.Errorf("%d mail addresses are shared, want 2", shared)
	}
	if _, there := one.User("omar.farouk@harbourbank.example"); there {
		t.Error("Omar Farouk is not at Microsoft")
	}
}
