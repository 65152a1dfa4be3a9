package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/contract"
	"parley/internal/sandbox"
)

// listener is an address that is told of changes.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	told   []map[string]any
	refuse int
	status int
	// arrive and refused have one value for each notification taken and each body refused.
	arrive, refused chan struct{}
}

func listen(t *testing.T) *listener {
	t.Helper()
	l := &listener{arrive: make(chan struct{}, 1000), refused: make(chan struct{}, 1000), status: http.StatusAccepted}
	l.Server = httptest.NewServer(contract.Graph(t).Handler(l))
	t.Cleanup(l.Close)
	l.URL += "/v1.0/our-notification-endpoint" // as the description calls it
	return l
}

// ServeHTTP echoes the handshake and takes notifications, after refusing as many as it was told to.
func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("validationToken"); token != "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if r.URL.Query().Has("mute") {
			token = "what?"
		}
		_, _ = io.WriteString(w, token)
		return
	}
	var body struct{ Value []map[string]any }
	_ = json.NewDecoder(r.Body).Decode(&body)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuse > 0 {
		l.refuse--
		l.refused <- struct{}{}
		w.WriteHeader(l.status)
		return
	}
	l.told = append(l.told, body.Value...)
	w.WriteHeader(http.StatusAccepted)
	for range body.Value {
		l.arrive <- struct{}{}
	}
}

// wait returns what was told once there are n.
func (l *listener) wait(t *testing.T, n int) []map[string]any {
	t.Helper()
	for range n {
		select {
		case <-l.arrive:
		case <-time.After(20 * time.Second):
			t.Fatal("nothing was told")
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told
}

func (c *client) subscription(to string, life time.Duration) map[string]any {
	return map[string]any{"changeType": "updated,deleted", "resource": "users", "notificationUrl": to, "lifecycleNotificationUrl": to,
		"expirationDateTime": c.Now().Add(life).Format(time.RFC3339), "clientState": "between us"}
}

func TestSubscriptionTellsOfChanges(t *testing.T) {
	c, l := full(t), listen(t)
	made := c.must(201, "POST", "/subscriptions", c.subscription(l.URL+"?x=1", 24*time.Hour))
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	c.Rename(amelia.UPN, "amelia.stone@harbourbank.example")
	first := l.wait(t, 1)[0]
	if first["subscriptionId"] != made["id"] || first["clientState"] != "between us" || first["changeType"] != "updated" || first["tenantId"] != sandbox.TenantID || first["resourceData"].(map[string]any)["id"] != amelia.ID {
		t.Errorf("it told %v", first)
	}
	l.mu.Lock()
	l.refuse, l.status = 2, http.StatusServiceUnavailable
	l.mu.Unlock()
	c.PurgeUser(amelia.ID) // deleted, then for good
	if told := l.wait(t, 2); told[1]["changeType"] != "updated" || told[2]["changeType"] != "deleted" {
		t.Errorf("it told %v", told)
	}
	c.must(200, "GET", "/subscriptions/"+made["id"].(string), nil)
	if n := len(people(c.must(200, "GET", "/subscriptions", nil))); n != 1 {
		t.Errorf("%d subscriptions are listed", n)
	}
	mine := c.tok
	c.tok = c.signIn(sandbox.Admin, fullScopes)
	status, body := c.graph("DELETE", "/subscriptions/"+made["id"].(string), nil)
	refusedWith(t, status, body, 404, "ResourceNotFound")
	c.tok = mine
	c.must(204, "DELETE", "/subscriptions/"+made["id"].(string), nil)
	c.must(404, "DELETE", "/subscriptions/"+made["id"].(string), nil)
	if n := len(c.Subscriptions()); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
}

func TestSubscriptionEnds(t *testing.T) {
	c, l := full(t), listen(t)
	made := c.must(201, "POST", "/subscriptions", c.subscription(l.URL, 4*24*time.Hour))
	path := "/subscriptions/" + made["id"].(string)
	c.AdvanceClock(3*24*time.Hour + time.Minute)
	if told := l.wait(t, 1); told[0]["lifecycleEvent"] != "reauthorizationRequired" {
		t.Errorf("it told %v", told)
	}
	c.tok = c.signIn(sandbox.Service, fullScopes)
	c.must(204, "POST", path+"/reauthorize", nil)
	renewed := c.must(200, "PATCH", path, map[string]any{"expirationDateTime": c.Now().Add(time.Minute).Format(time.RFC3339)})
	until, err := time.Parse(time.RFC3339, renewed["expirationDateTime"].(string))
	if left := until.Sub(c.Now()); err != nil || left < 44*time.Minute || left > 46*time.Minute {
		t.Errorf("a minute became %v", left)
	}
	c.must(200, "PATCH", path, map[string]any{"expirationDateTime": c.Now().Add(2 * 24 * time.Hour).Format(time.RFC3339)})
	c.Lifecycle(made["id"].(string), "missed")
	if told := l.wait(t, 1); told[len(told)-1]["lifecycleEvent"] != "missed" {
		t.Errorf("it told %v", told)
	}
	c.AdvanceClock(49 * time.Hour)
	c.tok = c.signIn(sandbox.Service, fullScopes)
	status, body := c.graph("PATCH", path, map[string]any{"expirationDateTime": c.Now().Add(time.Hour).Format(time.RFC3339)})
	refusedWith(t, status, body, 404, "ResourceNotFound")
	again := c.must(201, "POST", "/subscriptions", c.subscription(l.URL, 24*time.Hour))
	c.Lifecycle(again["id"].(string), "subscriptionRemoved")
	if len(c.Subscriptions()) != 0 {
		t.Error("a removed subscription is still there")
	}
}

func TestSubscriptionRefused(t *testing.T) {
	c, l := full(t, func(o *sandbox.Options) { o.Limits = sandbox.Limits{Subscriptions: 1} }), listen(t)
	for name, change := range map[string]func(map[string]any){
		"a created person":          func(b map[string]any) { b["changeType"] = "created" },
		"another resource":          func(b map[string]any) { b["resource"] = "groups" },
		"a long state":              func(b map[string]any) { b["clientState"] = strings.Repeat("x", 129) },
		"a plain address elsewhere": func(b map[string]any) { b["notificationUrl"] = "http://parley.example/hook" },
		"no address":                func(b map[string]any) { delete(b, "notificationUrl") },
		"a time that is over":       func(b map[string]any) { b["expirationDateTime"] = c.Now().Add(-time.Hour).Format(time.RFC3339) },
		"longer than 41,760 minutes": func(b map[string]any) {
			b["expirationDateTime"] = c.Now().Add(41770 * time.Minute).Format(time.RFC3339)
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := c.subscription(l.URL, time.Hour)
			change(body)
			status, answer := c.graph("POST", "/subscriptions", body)
			refusedWith(t, status, answer, 400, "InvalidRequest")
		})
	}
	status, answer := c.graph("POST", "/subscriptions", c.subscription(l.URL+"?mute=1", time.Hour))
	refusedWith(t, status, answer, 400, "ValidationError")
	status, answer = c.graph("POST", "/subscriptions", c.subscription("http://127.0.0.1:9/nobody", time.Hour))
	refusedWith(t, status, answer, 400, "ValidationError")
	c.must(201, "POST", "/subscriptions", c.subscription(l.URL, 41760*time.Minute))
	status, answer = c.graph("POST", "/subscriptions", c.subscription(l.URL, time.Hour))
	refusedWith(t, status, answer, 403, "ExtensionError")
	c.tok = c.signIn(sandbox.Service, scopes)
	status, answer = c.graph("POST", "/subscriptions", c.subscription(l.URL, time.Hour))
	refusedWith(t, status, answer, 403, "Authorization_RequestDenied")
}

func TestWhatIsRefusedIsNotRepeated(t *testing.T) {
	c, l := full(t), listen(t)
	c.must(201, "POST", "/subscriptions", c.subscription(l.URL, 24*time.Hour))
	l.mu.Lock()
	l.refuse, l.status = 1, http.StatusBadRequest
	l.mu.Unlock()
	c.Rename("amelia.hart@harbourbank.example", "amelia.stone@harbourbank.example")
	<-l.refused
	c.Fill(sandbox.TenantID, 250, "many.example") // at most a hundred in one body
	if told := l.wait(t, 250); len(told) != 250 {
		t.Errorf("it told of %d", len(told))
	}
	if s := c.Subscriptions()[0]; s.Lost != 1 || s.LastAnswer != "202 Accepted" {
		t.Errorf("the subscription is %+v", s)
	}
	c.Consent(sandbox.TenantID, "User.Read.All")
	c.Reset()
	c.Rename("amelia.hart@harbourbank.example", "amelia.stone@harbourbank.example")
	if len(c.Subscriptions()) != 0 {
		t.Error("a reset left subscriptions")
	}
}
