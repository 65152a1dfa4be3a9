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

// The first host organizes, the others are co-organizers, and whose meeting it
// is travels in the vendor id.
func TestStaffOrganizeTheirOwnMeetings(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		fmt.Fprint(w, `{"id":"MSo*1/x","joinWebUrl":"https://teams.microsoft.com/meet/1?p=x"}`)
	}
	conf := m.vendor().Conference(answers("application", "basic"))
	w := wish()
	w.Hosts, w.Presenters = []string{"ada", "ben"}, connector.OrganizationPresents
	made, err := conf.Make(t.Context(), m.Client(), w)
	if err != nil || made.VendorID != "ada/MSo*1/x" || !conf.OfHost() {
		t.Fatalf("made %+v, %v", made, err)
	}
	for _, err := range []error{conf.Fit(t.Context(), m.Client(), made.VendorID, w), conf.Check(t.Context(), m.Client(), made.VendorID), conf.End(t.Context(), m.Client(), made.VendorID)} {
		if err != nil {
			t.Error(err)
		}
	}
	const at = "/v1.0/users/ada/onlineMeetings"
	var got []string
	for _, s := range m.seen {
		got = append(got, s.Method+" "+s.Path)
	}
	want := []string{"POST " + at + "/createOrGet", "PATCH " + at + "/MSo%2A1%2Fx", "GET " + at + "/MSo%2A1%2Fx", "PATCH " + at + "/MSo%2A1%2Fx", "DELETE " + at + "/MSo%2A1%2Fx"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if body := m.seen[1].Body; strings.Contains(body, "ada") || !strings.Contains(body, `{"user":{"id":"ben"}},"role":"coorganizer"`) || !strings.Contains(body, `"allowedPresenters":"organization"`) {
		t.Errorf("fitted with %s", body)
	}
	if m.vendor().Conference(nil).OfHost() {
		t.Error("a service account keeps its meetings whoever the hosts are")
	}
	w.Hosts = nil
	if _, err := conf.Make(t.Context(), m.Client(), w); fault.As(err).Key != "teams.host.none" {
		t.Errorf("without a host: %v", err)
	}
	if err := conf.End(t.Context(), m.Client(), "MSo*1"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a service account's meeting must not count as ended: %v", err)
	}
}

func TestWhoPresents(t *testing.T) {
	for wished, want := range map[connector.Presenters]string{"": "roleIsPresenter", connector.HostsPresent: "roleIsPresenter",
		connector.OrganizationPresents: "organization", connector.EveryonePresents: "everyone"} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }
		w := wish()
		w.Presenters = wished
		if err := m.vendor().Conference(nil).Fit(t.Context(), m.Client(), "x", w); err != nil {
			t.Fatal(err)
		}
		// What the vendor goes by for "only hosts" is the list of attendees beside it.
		if body := m.seen[0].Body; !strings.Contains(body, `"allowedPresenters":"`+want+`"`) || !strings.Contains(body, `"attendees":[{`) {
			t.Errorf("%q: %s", wished, body)
		}
	}
}

// Each refusal of a meeting names what to do and who has to, and whatever is not
// there, no meeting is gone that was never made.
func TestWhyAMeetingIsNotMade(t *testing.T) {
	const noTeams = `{"value":[{"servicePlans":[{"servicePlanName":"EXCHANGE_S_STANDARD","provisioningStatus":"Success"}]}]}`
	const teams = `{"value":[{"servicePlans":[{"servicePlanName":"TEAMS1","provisioningStatus":"Success"}]}]}`
	for _, c := range []struct {
		way     string
		status  int
		retry   string
		body    string
		licence string
		kind    fault.Kind
		key     string
	}{
		{"application", 403, "", `{"error":{"code":"General","message":"No Application Access Policy found for this app"}}`, "", fault.Denied, "teams.policy.missing"},
		{"application", 403, "", `{"error":{"code":"Forbidden","message":"Not allowed"}}`, "", fault.Denied, "teams.host.denied"},
		{"application", 403, "", `{"error":{"code":"Forbidden"}}`, noTeams, fault.Denied, "teams.host.licence"},
		{"application", 403, "", `{"error":{"code":"Forbidden"}}`, teams, fault.Denied, "teams.host.denied"},
		{"application", 404, "", `{"error":{"code":"UnknownError"}}`, "", fault.Denied, "teams.host.gone"},
		{"application", 429, "90000", `{}`, "", fault.Limited, "teams.month.host"},
		{"application", 429, "20", `{}`, "", fault.Limited, "teams.graph.limited"},
		{"account", 403, "", `{"error":{"code":"Forbidden"}}`, "", fault.Denied, "teams.graph.denied"},
		{"account", 403, "", `{"error":{"code":"Forbidden"}}`, noTeams, fault.Denied, "teams.account.licence"},
		{"account", 403, "", `{"error":{"code":"x","innerError":{"code":"MeetingQuotaExceeded"}}}`, "", fault.Limited, "teams.month.account"},
		{"account", 404, "", `{}`, "", fault.Denied, "teams.account.gone"},
		{"account", 429, "700000", `{}`, "", fault.Limited, "teams.month.account"},
		{"account", 507, "", `{}`, "", fault.Limited, "teams.month.account"},
	} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/licenseDetails") {
				if c.licence == "" {
					w.WriteHeader(http.StatusForbidden)
				}
				fmt.Fprint(w, c.licence)
				return
			}
			w.Header().Set("Retry-After", c.retry)
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}
		_, err := m.vendor().Conference(answers(c.way, "full")).Make(t.Context(), m.Client(), wish())
		if f := fault.As(err); f == nil || f.Kind != c.kind || f.Key != c.key {
			t.Errorf("%s %d %s: %v, want %s", c.way, c.status, c.body, err, c.key)
		}
		if e, _ := connector.EvidenceOf(err); e.Status != c.status || !strings.HasSuffix(e.Call, "/createOrGet") {
			t.Errorf("%s %d: evidence %+v", c.way, c.status, e)
		}
	}
}

// The month's count of one account closes no gate for the others.
func TestTheMonthIsNotThePace(t *testing.T) {
	apart := newMicrosoft(t).vendor().Limits.Apart
	for _, c := range []struct {
		path, retry string
		status      int
		want        bool
	}{
		{"/v1.0/me/onlineMeetings/createOrGet", "90000", 429, true}, {"/v1.0/me/onlineMeetings/createOrGet", "12", 429, false},
		{"/v1.0/users", "90000", 429, false}, {"/v1.0/me/onlineMeetings/createOrGet", "90000", 503, false},
	} {
		r, _ := http.NewRequest(http.MethodPost, "https://graph.example"+c.path, nil)
		if got := apart(&http.Response{Request: r, StatusCode: c.status, Header: http.Header{"Retry-After": {c.retry}}}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// Nothing less than a meeting that was made and ended proves the policy.
func TestWhetherThePolicyHasArrived(t *testing.T) {
	m := newMicrosoft(t)
	ready := m.vendor().Health.Ready
	m.api = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(403)
		fmt.Fprint(w, `{"error":{"code":"General","message":"No application access policy found for this app"}}`)
	}
	if err := ready(t.Context(), m.Client(), answers("account", ""), "ada"); err != nil || len(m.seen) > 0 {
		t.Errorf("a service account waits for nothing: %v", err)
	}
	for probe, key := range map[string]string{"": "teams.policy.probe", "ada": "teams.policy.missing"} {
		err := ready(t.Context(), m.Client(), answers("application", ""), probe)
		if f := fault.As(err); f == nil || f.Kind != fault.Denied || f.Key != key {
			t.Errorf("%q: %v, want %s", probe, err, key)
		}
	}
	m.api = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }
	if err := ready(t.Context(), m.Client(), answers("application", ""), "ada"); !fault.Is(err, fault.Away) {
		t.Errorf("what cannot be seen is not missing: %v", err)
	}
	m.seen = nil
	m.api = func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"id":"M1","joinWebUrl":"https://teams.microsoft.com/meet/1"}`)
	}
	if err := ready(t.Context(), m.Client(), answers("application", ""), "ada"); err != nil {
		t.Error(err)
	}
	if last := m.seen[len(m.seen)-1]; last.Method != http.MethodDelete || !strings.Contains(m.seen[0].Body, noon.Add(15*time.Minute).Format(time.RFC3339)) {
		t.Errorf("sent %+v", m.seen)
	}
}

func TestThePulse(t *testing.T) {
	for way, path := range map[string]string{"account": "/v1.0/me?$select=id", "application": "/v1.0/users?$select=id&$top=1"} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
		err := m.vendor().Health.Pulse(t.Context(), m.Client(), answers(way, ""))
		if !fault.Is(err, fault.SignIn) || m.seen[0].Path != path {
			t.Errorf("%s: %v asked %s", way, err, m.seen[0].Path)
		}
	}
}
