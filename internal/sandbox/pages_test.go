package sandbox_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"parley/internal/sandbox"
)

// page reads a page as a browser that was sent here by a person.
func page(t *testing.T, address string) (string, *http.Response) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	return visit(t, r)
}

func visit(t *testing.T, r *http.Request) (string, *http.Response) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	answer, err := (&http.Client{Jar: jar}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), answer
}

func TestPagesAreDrawn(t *testing.T) {
	c := connected(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m"))
	send(t, c, invitation("REQUEST", 2))
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	for path, want := range map[string]string{
		"/": "Make something go wrong", "/log": "createOrGet", "/log?vendor=mail": "data", "/microsoft?q=herrera": "Tomás Herrera", "/microsoft?page=3": "101 to 150",
		"/microsoft/meetings": "Mortgage advice", "/microsoft/signins": "Success", "/microsoft/tenant": "Let only administrators consent", "/microsoft/application": "OnlineMeetings.ReadWrite", "/microsoft/policies": "No policy was granted", "/microsoft/subscriptions": "Nobody has subscribed", "/microsoft?deleted=1": "Nobody fits",
		"/microsoft?tenant=" + sandbox.OtherTenant: "Fjord Credit Service", "/microsoft/accounts/" + amelia.ID: amelia.UPN,
		"/mail": "Your appointment", "/mail?to=client@example.com&q=appointment": "REQUEST", "/mail/1": "changes the event", "/mail/1/html": "<b>Hello</b>", "/mail/1/raw": "Message-ID",
		strings.TrimPrefix(made["joinWebUrl"].(string), c.URL()): "Join without signing in",
	} {
		body, answer := page(t, c.URL()+path)
		policy := answer.Header.Get("Content-Security-Policy")
		if answer.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s answers %d without %q", path, answer.StatusCode, want)
		}
		if !strings.HasSuffix(path, "/raw") && (!strings.Contains(policy, "default-src 'none'") || strings.Contains(body, "<script")) {
			t.Errorf("%s may run scripts: %q", path, policy)
		}
	}
	if _, answer := page(t, c.URL()+"/nothing"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a page that does not exist answers %d", answer.StatusCode)
	}
}

func TestConsoleButtons(t *testing.T) {
	c := connected(t)
	press := func(what string, form url.Values) int {
		r := c.request("POST", c.URL()+"/do/"+what, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		_, answer := visit(t, r)
		return answer.StatusCode
	}
	service, _ := c.User(sandbox.Service)
	for what, form := range map[string]url.Values{
		"clock": {"advance": {"24h"}}, "trouble": {"name": {"throttle"}}, "app": {"do": {"expire"}, "on": {"1"}},
		"tenant": {"tenant": {sandbox.TenantID}, "do": {"approval"}, "on": {"1"}},
		"user":   {"user": {service.ID}, "do": {"rename"}, "to": {"visits@harbourbank.example"}},
	} {
		if status := press(what, form); status != http.StatusOK {
			t.Errorf("%s answers %d", what, status)
		}
	}
	renamed, _ := c.User(service.ID)
	if c.Offset() < 23*60*60*1e9 || len(c.Faults()) != 1 || renamed.UPN != "visits@harbourbank.example" {
		t.Errorf("the buttons did not do it: %v %v %v", c.Offset(), c.Faults(), renamed.UPN)
	}
	if press("clock", url.Values{"advance": {"soon"}}) != http.StatusNotFound || press("nothing", nil) != http.StatusNotFound {
		t.Error("a button that does not exist did something")
	}
	press("reset", nil)
	if back, _ := c.User(service.ID); back.UPN != sandbox.Service || len(c.Faults()) != 0 || c.Offset() != 0 {
		t.Error("the reset left something")
	}
}

func TestControlAPIRefusesStrangers(t *testing.T) {
	c := start(t)
	for name, change := range map[string]func(*http.Request){
		"a name that resolves to loopback": func(r *http.Request) { r.Host = "evil.example" },
		"another site's page":              func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"another port's page":              func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"an older browser's other origin":  func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") },
	} {
		for _, path := range []string{"/_sandbox/reset", "/do/reset"} {
			r := c.request("POST", c.URL()+path, nil)
			change(r)
			if _, answer := visit(t, r); answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s at %s got %d", name, path, answer.StatusCode)
			}
		}
	}
}

func TestControlAPI(t *testing.T) {
	c := connected(t)
	call := func(method, path, body string) (int, string) {
		text, answer := visit(t, c.request(method, c.URL()+"/_sandbox"+path, strings.NewReader(body)))
		return answer.StatusCode, text
	}
	for _, x := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/faults", `{"vendor":"graph","call":"me","status":429,"headers":{"Retry-After":"3"},"times":2,"delay":"2ms"}`, 201, "fault-1"},
		{"GET", "/faults", "", 200, `"delay":"2ms"`},
		{"POST", "/faults", `{"vendor":"zoom","status":500}`, 400, "no vendor"},
		{"POST", "/faults", `{"vendor":"graph"}`, 400, "needs a status"},
		{"POST", "/faults", `{"vendor":"graph","status":9}`, 400, "not a status"},
		{"POST", "/faults", `{"vendor":"graph","stauts":500}`, 400, "unknown field"},
		{"POST", "/faults", `{"vendor":"graph","delay":"soon"}`, 400, "not a delay"},
		{"DELETE", "/faults", "", 204, ""},
		{"POST", "/clock", `{"advance":"24h"}`, 200, `"offset":"24h0m0s"`},
		{"POST", "/clock", `{"at":"2027-01-01T00:00:00Z"}`, 200, "2027-01-01T00:00:0"},
		{"POST", "/clock", `{"advance":"later"}`, 400, "say"},
		{"GET", "/clock", "", 200, "offset"},
		{"GET", "/log?vendor=entra&call=token", "", 200, `"client_secret":"[redacted]"`},
		{"GET", "/log?since=x", "", 400, "since"},
		{"GET", "/meetings", "", 200, "["},
		{"GET", "/messages?to=x@example.com", "", 200, "[]"},
		{"GET", "/users?tenant=" + sandbox.OtherTenant, "", 200, "fjordcredit"},
		{"POST", "/reset", "", 204, ""},
	} {
		if status, text := call(x.method, x.path, x.body); status != x.status || !strings.Contains(text, x.want) {
			t.Errorf("%s %s answered %d %.300s", x.method, x.path, status, text)
		}
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	c := connected(t)
	c.token(refresh(c.tok.Refresh))
	c.must(200, "GET", "/me", nil)
	text, _ := page(t, c.URL()+"/_sandbox/log")
	for _, secret := range []string{sandbox.ClientSecret, c.tok.Access, c.tok.Refresh, verifier} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %.12s…", secret)
		}
	}
	if !strings.Contains(text, sandbox.Service) {
		t.Error("the log does not say who called")
	}
}
