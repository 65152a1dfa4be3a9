package graph_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/fault"
)

func TestChangesBeginNowAndAreFollowed(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, r *http.Request) {
		switch q := r.URL.Query(); {
		case q.Get("$deltatoken") == "latest":
			fmt.Fprintf(w, `{"value":[],"@odata.deltaLink":"%s/v1.0/users/delta?$deltatoken=one"}`, m.URL)
		case q.Get("$deltatoken") == "one":
			fmt.Fprintf(w, `{"value":[{"id":"1","displayName":"New"},{"id":"2","@removed":{"reason":"changed"}},{"displayName":"nobody"}],"@odata.nextLink":"%s/v1.0/users/delta?$skiptoken=two"}`, m.URL)
		default:
			fmt.Fprintf(w, `{"value":[{"id":"1"},{"id":"3","@removed":{"reason":"deleted"}}],"@odata.deltaLink":"%s/v1.0/users/delta?$deltatoken=three"}`, m.URL)
		}
	}
	cursor, err := m.vendor().Changes.Now(t.Context(), m.Client())
	if err != nil || cursor != m.URL+"/v1.0/users/delta?$deltatoken=one" {
		t.Fatal(cursor, err)
	}
	var got []connector.ChangePage
	for page, err := range m.vendor().Changes.Since(t.Context(), m.Client(), cursor) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page)
	}
	want := []connector.ChangePage{
		{Changes: []connector.Change{{ID: "1"}, {ID: "2", Gone: true}}, Cursor: m.URL + "/v1.0/users/delta?$skiptoken=two"},
		{Changes: []connector.Change{{ID: "1"}, {ID: "3", Gone: true}}, Cursor: m.URL + "/v1.0/users/delta?$deltatoken=three"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if want := "/v1.0/users/delta?$select=id,userPrincipalName,mail,displayName,accountEnabled,userType,proxyAddresses,assignedPlans&$deltatoken=latest"; m.seen[0].Path != want {
		t.Errorf("asked %s", m.seen[0].Path)
	}
}

// A quiet directory gives the same link again, which is no circle.
func TestNothingChanged(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"value":[],"@odata.deltaLink":%q}`, m.URL+r.URL.RequestURI())
	}
	for page, err := range m.vendor().Changes.Since(t.Context(), m.Client(), m.URL+"/v1.0/users/delta?$deltatoken=one") {
		if err != nil || page.Cursor != m.URL+"/v1.0/users/delta?$deltatoken=one" {
			t.Errorf("%+v %v", page, err)
		}
	}
}

func TestChangesThatCannotBeFollowed(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   fault.Kind
		key    string
	}{
		{410, `{"error":{"code":"Gone"}}`, fault.Conflict, "teams.directory.restart"},
		{400, `{"error":{"code":"syncStateNotFound"}}`, fault.Conflict, "teams.directory.restart"},
		{400, `{"error":{"code":"x","innerError":{"code":"resyncRequired"}}}`, fault.Conflict, "teams.directory.restart"},
		{400, `{"error":{"code":"Request_BadRequest"}}`, fault.Invalid, "teams.changes.refused"},
		{403, `{"error":{"code":"Authorization_RequestDenied"}}`, fault.Denied, "teams.changes.denied"},
		{503, ``, fault.Away, "teams.graph.away"},
		{200, `{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users/delta"}`, fault.Away, "teams.directory.odd"},
		{200, `{"value":[]}`, fault.Away, "teams.directory.odd"},
		{200, `{"value":[],"@odata.nextLink":"{self}"}`, fault.Away, "teams.directory.odd"},
	} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, strings.ReplaceAll(c.body, "{self}", m.URL+r.URL.RequestURI()))
		}
		var got error
		for _, err := range m.vendor().Changes.Since(t.Context(), m.Client(), m.URL+"/v1.0/users/delta?$deltatoken=old") {
			got = errors.Join(got, err)
		}
		if f := fault.As(got); f == nil || f.Kind != c.kind || f.Key != c.key {
			t.Errorf("%d %s: %v, want %s", c.status, c.body, got, c.key)
		}
	}
	m := newMicrosoft(t)
	for _, err := range m.vendor().Changes.Since(t.Context(), m.Client(), "") {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("without a cursor: %v", err)
		}
	}
}

func TestSubscriptions(t *testing.T) {
	m := newMicrosoft(t)
	changes := m.vendor().Changes
	m.api = func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, `{"id":"s-1","expirationDateTime":"2026-12-20T10:00:00.5Z"}`)
	}
	secret := connector.NewSecret("shh")
	got, err := changes.Subscribe(t.Context(), m.Client(), "https://parley.example/hook/graph", secret, noon.AddDate(1, 0, 0))
	if want := (connector.Subscription{ID: "s-1", Expires: time.Date(2026, 12, 20, 10, 0, 0, 5e8, time.UTC)}); err != nil || got != want {
		t.Errorf("subscribed %+v, %v", got, err)
	}
	if _, err := changes.Renew(t.Context(), m.Client(), "s/1", noon); err != nil {
		t.Error(err)
	}
	if err := changes.Unsubscribe(t.Context(), m.Client(), "s-1"); err != nil {
		t.Errorf("being gone already is success: %v", err)
	}
	want := []seen{
		{"POST", "/v1.0/subscriptions", `{"changeType":"updated,deleted","clientState":"shh","expirationDateTime":"2026-12-23T11:59:00Z","lifecycleNotificationUrl":"https://parley.example/hook/graph","notificationUrl":"https://parley.example/hook/graph","resource":"users"}`},
		{"PATCH", "/v1.0/subscriptions/s%2F1", `{"expirationDateTime":"2026-11-24T12:45:00Z"}`},
		{"DELETE", "/v1.0/subscriptions/s-1", ""},
	}
	if diff := cmp.Diff(want, m.seen); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if changes.Longest() != 41760*time.Minute {
		t.Errorf("longest %v", changes.Longest())
	}
	for _, text := range []string{"", strings.Repeat("x", 129)} {
		if _, err := changes.Subscribe(t.Context(), m.Client(), "https://x", connector.NewSecret(text), noon); err == nil {
			t.Errorf("a secret of %d characters was taken", len(text))
		}
	}
}

func TestSubscriptionsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   fault.Kind
		key    string
	}{
		{400, `{"error":{"code":"ValidationError","message":"The server committed a protocol violation."}}`, fault.Invalid, "teams.changes.unreached"},
		{403, `{"error":{"code":"Forbidden"}}`, fault.Denied, "teams.changes.denied"},
		{404, `{"error":{"code":"ResourceNotFound"}}`, fault.NotFound, "teams.changes.gone"},
		{200, `{"id":"s-1"}`, fault.Unsure, "teams.graph.away"},
	} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status); fmt.Fprint(w, c.body) }
		_, err := m.vendor().Changes.Renew(t.Context(), m.Client(), "s-1", noon)
		if f := fault.As(err); f == nil || f.Kind != c.kind || f.Key != c.key {
			t.Errorf("%d: %v, want %s", c.status, err, c.key)
		}
	}
}
