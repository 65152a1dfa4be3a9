package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/fault"
)

func wish() connector.Wish {
	return connector.Wish{Key: "0192.1", Subject: "Müller & Søn – prêt", Starts: noon.In(time.FixedZone("", 3600)), Ends: noon.Add(30 * time.Minute),
		Hosts: []string{"id-amelia"}, Lobby: connector.StaffAdmits, Lang: "fr"}
}

func TestMeetingsAreMadeFittedAndEnded(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case "DELETE":
			w.WriteHeader(204)
		default:
			fmt.Fprint(w, `{"id":"MSo*1","joinWebUrl":"https://teams.microsoft.com/meet/1?p=x","joinUrl":null,"lobbyBypassSettings":{"scope":"unknownFutureValue"}}`)
		}
	}
	conf := m.vendor().Conference(nil)
	made, err := conf.Make(t.Context(), m.Client(), wish())
	if err != nil || made.VendorID != "MSo*1" || made.JoinURL != "https://teams.microsoft.com/meet/1?p=x" {
		t.Fatalf("made = %v, %v", made, err)
	}
	for _, do := range []func() error{
		func() error { return conf.Fit(t.Context(), m.Client(), "MSo*1", wish()) },
		func() error { return conf.Check(t.Context(), m.Client(), "MSo*1") },
		func() error { return conf.End(t.Context(), m.Client(), "MSo*1") },
	} {
		if err := do(); err != nil {
			t.Error(err)
		}
	}
	want := []seen{
		{"POST", "/v1.0/me/onlineMeetings/createOrGet", `{"endDateTime":"2026-11-24T12:30:00Z","externalId":"0192.1","startDateTime":"2026-11-24T12:00:00Z","subject":"Muller \u0026 S n pret"}`},
		{"PATCH", "/v1.0/me/onlineMeetings/MSo%2A1", `{"allowRecording":false,"allowedPresenters":"roleIsPresenter","endDateTime":"2026-11-24T12:30:00Z","lobbyBypassSettings":{"isDialInBypassEnabled":false,"scope":"invited"},"participants":{"attendees":[{"identity":{"user":{"id":"id-amelia"}},"role":"coorganizer"}]},"startDateTime":"2026-11-24T12:00:00Z","subject":"Müller \u0026 Søn – prêt"}`},
		{"GET", "/v1.0/me/onlineMeetings/MSo%2A1", ""},
		{"PATCH", "/v1.0/me/onlineMeetings/MSo%2A1", `{"lobbyBypassSettings":{"isDialInBypassEnabled":false,"scope":"organizer"},"participants":{"attendees":[]}}`},
		{"DELETE", "/v1.0/me/onlineMeetings/MSo%2A1", ""},
	}
	if diff := cmp.Diff(want, m.seen); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func TestEndingWhatIsGoneIsDone(t *testing.T) {
	for name, gone := range map[string]string{"before": "PATCH", "between": "DELETE"} {
		t.Run(name, func(t *testing.T) {
			m := newMicrosoft(t)
			m.api = func(w http.ResponseWriter, r *http.Request) {
				if r.Method == gone {
					w.WriteHeader(404)
				}
			}
			if err := m.vendor().Conference(nil).End(t.Context(), m.Client(), "x"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheEleventhHostPresents(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }
	w := wish()
	w.Hosts = strings.Split("abcdefghijk", "")
	if err := m.vendor().Conference(nil).Fit(t.Context(), m.Client(), "x", w); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(m.seen[0].Body, "coorganizer"); got != 10 || !strings.Contains(m.seen[0].Body, `{"user":{"id":"k"}},"role":"presenter"`) {
		t.Errorf("%d co-organizers in %s", got, m.seen[0].Body)
	}
}

func TestWhatGraphRefuses(t *testing.T) {
	for _, c := range []struct {
		status int
		header string
		body   string
		kind   fault.Kind
		key    string
		after  time.Duration
	}{
		{401, "", `{"error":{"code":"InvalidAuthenticationToken","message":"secret words"}}`, fault.SignIn, "teams.graph.signin", 0},
		{403, "", `{"error":{"code":"Forbidden","innerError":{"code":"NoLicence","request-id":"r-9"}}}`, fault.Denied, "teams.graph.denied", 0},
		{404, "", ``, fault.Denied, "teams.account.gone", 0},
		{409, "", `{}`, fault.Conflict, "teams.graph.conflict", 0},
		{429, "12", `{}`, fault.Limited, "teams.graph.limited", 12 * time.Second},
		{429, "", `<html>`, fault.Limited, "teams.graph.limited", 0},
		{503, "5", `[]`, fault.Away, "teams.graph.away", 0},
		{400, "", `{"error":"flat"}`, fault.Invalid, "teams.graph.refused", 0},
		{200, "", `{"id":"x","joinWebUrl":""}`, fault.Unsure, "teams.graph.unsure", 0},
		{200, "", `{"id":"x","joinWebUrl":"javascript:alert(1)"}`, fault.Unsure, "teams.graph.unsure", 0},
		{200, "", `{"id":`, fault.Unsure, "teams.graph.unsure", 0},
	} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.header)
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}
		_, err := m.vendor().Conference(nil).Make(t.Context(), m.Client(), wish())
		f := fault.As(err)
		if f == nil || f.Kind != c.kind || f.Key != c.key || f.After != c.after {
			t.Errorf("%d %s: %v, want %v %s %v", c.status, c.body, err, c.kind, c.key, c.after)
		} else if strings.Contains(err.Error(), "secret words") {
			t.Errorf("the error quotes Microsoft's message: %v", err)
		}
	}
}

func TestTheDirectoryIsReadToItsEnd(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("$skiptoken") == "" {
			fmt.Fprintf(w, `{"value":[{"id":"1","userPrincipalName":"A@x","mail":null,"displayName":"A"},{"userPrincipalName":"nobody@x"}],"@odata.nextLink":"%s/v1.0/users?$skiptoken=p%%202"}`, m.URL)
			return
		}
		fmt.Fprint(w, `{"value":[{"id":"2","userPrincipalName":"b_y.com#ext#@x","mail":"b@y.com","displayName":"B"}]}`)
	}
	got, err := people(t, m)
	want := []connector.Entry{{ID: "1", SignInName: "A@x", Name: "A"}, {ID: "2", SignInName: "b_y.com#ext#@x", Mail: "b@y.com", Name: "B"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("people (-want +got):\n%s%v", diff, err)
	}
	asked := []string{m.seen[0].Path, m.seen[1].Path}
	if diff := cmp.Diff([]string{"/v1.0/users?$select=id,userPrincipalName,mail,displayName&$top=999", "/v1.0/users?$skiptoken=p%202"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestADirectoryThatLeadsAstray(t *testing.T) {
	for name, c := range map[string]struct {
		status    int
		next, key string
	}{
		"another host": {200, "https://evil.example/v1.0/users?$skiptoken=2", "teams.directory.odd"},
		"in circles":   {200, "{self}", "teams.directory.odd"},
		"forbidden":    {403, "", "teams.directory.denied"},
		"away":         {502, "", "teams.graph.away"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMicrosoft(t)
			m.api = func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(c.status)
				fmt.Fprintf(w, `{"value":[{"id":"1"}],"@odata.nextLink":%q}`, strings.ReplaceAll(c.next, "{self}", m.URL+r.URL.RequestURI()))
			}
			_, err := people(t, m)
			if f := fault.As(err); f == nil || f.Key != c.key {
				t.Errorf("err = %v, want %s", err, c.key)
			}
		})
	}
}

func people(t *testing.T, m *microsoft) (all []connector.Entry, err error) {
	for page, err := range m.vendor().Directory.Pages(t.Context(), m.Client(), connector.Basic, "") {
		if err != nil {
			return all, err
		}
		all = append(all, page.Entries...)
	}
	return all, nil
}
