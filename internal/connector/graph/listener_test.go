package graph_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/fault"
)

// told reads a request as it came at an instant.
func told(t *testing.T, query, body string, at time.Time) ([]connector.Inbound, string, error) {
	t.Helper()
	v := graph.Vendor(graph.Config{Clock: func(context.Context) (time.Time, error) { return at, nil }})
	r := httptest.NewRequest("POST", "/hook/"+v.Listener.Path()+"?"+query, nil)
	return v.Listener.Read(t.Context(), r, []byte(body))
}

// The text comes back as it was sent, and is nothing else to us.
func TestTheTestOfTheAddress(t *testing.T) {
	text := "Validation: Testing client application <script> é+%"
	got, reply, err := told(t, url.Values{"validationToken": {text}}.Encode(), "", noon)
	if got != nil || reply != text || err != nil {
		t.Errorf("%v %q %v", got, reply, err)
	}
	for _, token := range []string{"", strings.Repeat("x", 2049)} {
		if _, reply, err := told(t, "validationToken="+token, "", noon); reply != "" || !fault.Is(err, fault.Invalid) {
			t.Errorf("%d characters: %q %v", len(token), reply, err)
		}
	}
}

func TestNotifications(t *testing.T) {
	changed := `{"subscriptionId":"s-1","clientState":"shh","changeType":"updated","resource":"Users/1","tenantId":"t","resourceData":{"id":"1","sequenceNumber":637000000000000001}}`
	body := `{"value":[` + changed + `,
		{"subscriptionId":"s-1","lifecycleEvent":"reauthorizationRequired","clientState":"shh","id":"a"},
		{"subscriptionId":"s-1","lifecycleEvent":"subscriptionRemoved","id":"b"},
		{"subscriptionId":"s-1","lifecycleEvent":"missed","id":"c"},
		{"subscriptionId":"s-1","lifecycleEvent":"never heard of"},
		{"subscriptionId":"s-1","changeType":"updated","resource":"communications/onlineMeetings"},
		{"changeType":"updated","resource":"users/1"}, 7, null, "x"]}`
	got, reply, err := told(t, "", body, noon)
	if reply != "" || err != nil {
		t.Fatal(reply, err)
	}
	var kinds []string
	for _, e := range got {
		kinds = append(kinds, e.Kind+" "+e.Subject+" "+e.Secret.Reveal())
		if bytes.Contains(e.Data, []byte("shh")) {
			t.Errorf("the secret is kept in clear: %s", e.Data)
		}
	}
	want := []string{"directory.changed s-1 shh", "subscription.ends s-1 shh", "subscription.ends s-1 ", "directory.changed s-1 "}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if !strings.Contains(string(got[0].Data), "637000000000000001") {
		t.Errorf("the number was rounded: %s", got[0].Data)
	}
	again, _, _ := told(t, "", body, noon.Add(time.Hour))
	for i := range got {
		if got[i].ID != again[i].ID {
			t.Errorf("told again, event %d is another one", i)
		}
	}
}

// Two changes that Microsoft does not tell apart are two: one of them must not
// be taken for the other told twice.
func TestTwoChangesThatLookTheSame(t *testing.T) {
	body := `{"value":[{"subscriptionId":"s-1","changeType":"updated","resource":"users/1","resourceData":{"id":"1"}}]}`
	one, _, _ := told(t, "", body, noon)
	two, _, _ := told(t, "", body, noon.Add(time.Minute))
	if len(one) != 1 || len(two) != 1 || one[0].ID == two[0].ID {
		t.Errorf("%+v %+v", one, two)
	}
}

func TestWhatIsNoNotification(t *testing.T) {
	for _, body := range []string{"", "[]", "{", `{"value":{}}`, `{"value":[` + strings.Repeat("1,", 1000) + `1]}`} {
		if got, _, err := told(t, "", body, noon); got != nil || !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20s: %v %v", body, got, err)
		}
	}
	if got, _, err := told(t, "", `{"value":[],"validationTokens":[]}`, noon); got != nil || err != nil {
		t.Errorf("an empty collection: %v %v", got, err)
	}
}

func FuzzNotifications(f *testing.F) {
	f.Add("validationToken=x", []byte(``))
	f.Add("", []byte(`{"value":[{"subscriptionId":"s","changeType":"updated","resource":"users/1","clientState":"shh","resourceData":{"sequenceNumber":1}}]}`))
	f.Add("", []byte(`{"value":[{"subscriptionId":"s","lifecycleEvent":"missed","ClientState":"shh"}]}`))
	listener := graph.Vendor(graph.Config{Clock: func(context.Context) (time.Time, error) { return noon, nil }}).Listener
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		r := httptest.NewRequest("POST", "/hook/graph", nil)
		r.URL.RawQuery = query
		events, reply, err := listener.Read(t.Context(), r, body)
		if len(reply) > 2048 || reply != "" && (events != nil || err != nil) {
			t.Errorf("reply %q beside %v %v", reply, events, err)
		}
		for _, e := range events {
			secret := e.Secret.Reveal()
			if e.ID == "" || e.Subject == "" || e.Kind != connector.DirectoryChanged && e.Kind != connector.SubscriptionEnds {
				t.Errorf("event %+v", e)
			}
			if len(secret) > 8 && strings.Count(string(body), secret) == 1 && bytes.Contains(e.Data, []byte(secret)) {
				t.Errorf("the secret is kept: %s", e.Data)
			}
		}
	})
}
