package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/fault"
)

// What a level does not show is unknown, and never guessed.
func TestAPersonAtEachLevel(t *testing.T) {
	whole := `"userPrincipalName":"ada@x","mail":"ada@m","displayName":"Ada"`
	for _, c := range []struct {
		profile string
		want    connector.Entry
	}{
		{whole, connector.Entry{}},
		{whole + `,"accountEnabled":null,"userType":null,"assignedPlans":null,"proxyAddresses":null`, connector.Entry{}},
		{whole + `,"accountEnabled":true,"userType":"Member","assignedPlans":[],"proxyAddresses":["SMTP:ada@m","smtp:A.L@m","smtp:ADA@x","SIP:ada@x","x500:/o=x"]`,
			connector.Entry{Aliases: []string{"A.L@m"}, Guest: connector.No, Disabled: connector.No, Licensed: connector.No}},
		{whole + `,"accountEnabled":false,"userType":"guest","assignedPlans":[{"servicePlanId":"57ff2da0-773e-42df-b2af-ffb7a2317929","capabilityStatus":"Enabled"}]`,
			connector.Entry{Guest: connector.Yes, Disabled: connector.Yes, Licensed: connector.Yes}},
		{whole + `,"assignedPlans":[{"servicePlanId":"57ff2da0-773e-42df-b2af-ffb7a2317929","capabilityStatus":"Suspended"}]`, connector.Entry{Licensed: connector.No}},
		{whole + `,"assignedPlans":[{"servicePlanId":"11111111-773e-42df-b2af-ffb7a2317929","service":"TeamspaceAPI","capabilityStatus":"Warning"}]`, connector.Entry{Licensed: connector.Yes}},
		{whole + `,"assignedPlans":[{"servicePlanId":"11111111-773e-42df-b2af-ffb7a2317929","service":"exchange","capabilityStatus":"Enabled"}]`, connector.Entry{Licensed: connector.No}},
	} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"value":[{"id":"1",%s}]}`, c.profile) }
		got, err := people(t, m)
		c.want.ID, c.want.SignInName, c.want.Mail, c.want.Name = "1", "ada@x", "ada@m", "Ada"
		if diff := cmp.Diff([]connector.Entry{c.want}, got); diff != "" || err != nil {
			t.Errorf("%s (-want +got):\n%s%v", c.profile, diff, err)
		}
	}
}

func TestEachLevelAsksForWhatItShows(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[]}`) }
	for _, l := range []connector.Level{connector.Basic, connector.Full} {
		for range m.vendor().Directory.Pages(t.Context(), m.Client(), l, "") { //nolint:revive // only what is asked for matters
		}
	}
	want := []string{"id,userPrincipalName,mail,displayName", "id,userPrincipalName,mail,displayName,accountEnabled,userType,proxyAddresses,assignedPlans"}
	for i, path := range want {
		if got := m.seen[i].Path; got != "/v1.0/users?$select="+path+"&$top=999" {
			t.Errorf("asked %s", got)
		}
	}
}

// A reading goes on at its cursor, and a cursor that is too old means from the
// start, not that something is wrong.
func TestAReadingThatIsResumed(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		cursor string
		kind   fault.Kind
	}{
		{400, "Directory_ExpiredPageToken", "/v1.0/users?$skiptoken=old", fault.Conflict},
		{400, "Request_BadRequest", "/v1.0/users?$skiptoken=old", fault.Conflict},
		{410, "", "/v1.0/users?$skiptoken=old", fault.Conflict},
		{400, "Request_BadRequest", "", fault.Invalid},
		{403, "Authorization_RequestDenied", "/v1.0/users?$skiptoken=old", fault.Denied},
		{429, "", "/v1.0/users?$skiptoken=old", fault.Limited},
	} {
		m := newMicrosoft(t)
		m.api = func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprintf(w, `{"error":{"code":%q,"message":"about ada@x","innerError":{"request-id":"r-1"}}}`, c.code)
		}
		cursor := c.cursor
		if cursor != "" {
			cursor = m.URL + cursor
		}
		for _, err := range m.vendor().Directory.Pages(t.Context(), m.Client(), connector.Basic, cursor) {
			e, _ := connector.EvidenceOf(err)
			if !fault.Is(err, c.kind) || fault.As(err).Key == "" || e.Code != c.code || e.Status != c.status || strings.Contains(err.Error(), "ada@x") || strings.Contains(err.Error(), "skiptoken") {
				t.Errorf("%d %s: %v (%+v), want %v", c.status, c.code, err, e, c.kind)
			}
		}
	}
	m := newMicrosoft(t)
	for _, err := range m.vendor().Directory.Pages(t.Context(), m.Client(), connector.Basic, "https://evil.example/v1.0/users?$skiptoken=2") {
		if !fault.Is(err, fault.Conflict) || len(m.seen) > 0 {
			t.Errorf("a cursor to another host: %v", err)
		}
	}
}

// batched scripts $batch: each part is answered by itself.
func batched(m *microsoft, answer func(round int, part batchPart) string) *[]batchPart {
	asked, rounds := &[]batchPart{}, 0
	m.api = func(w http.ResponseWriter, r *http.Request) {
		rounds++
		var body struct{ Requests []batchPart }
		_ = json.Unmarshal([]byte(m.seen[len(m.seen)-1].Body), &body)
		var answers []string
		for _, p := range body.Requests {
			*asked = append(*asked, p)
			// In disorder, as Microsoft may.
			answers = append([]string{strings.Replace(answer(rounds, p), `{`, fmt.Sprintf(`{"id":%q,`, p.ID), 1)}, answers...)
		}
		fmt.Fprintf(w, `{"responses":[%s]}`, strings.Join(answers, ","))
	}
	return asked
}

type batchPart struct {
	ID, Method, URL string
	Headers         map[string]string
}

func (p batchPart) filter() string {
	u, _ := url.Parse(p.URL)
	return u.Query().Get("$filter")
}

func TestManyAreFoundInFewCalls(t *testing.T) {
	m := newMicrosoft(t)
	asked := batched(m, func(_ int, p batchPart) string {
		if strings.Contains(p.filter(), "'V7'") {
			return `{"status":200,"body":{"value":[{"id":"seven","userPrincipalName":"v7"}]}}`
		}
		return `{"status":200,"body":{"value":[]}}`
	})
	values := []string{"o'hara@x", "a#b+c d&e@x", " ", "V7"}
	for i := range 320 {
		values = append(values, fmt.Sprint("v", i))
	}
	got, err := m.vendor().Directory.Find(t.Context(), m.Client(), connector.Basic, values)
	if diff := cmp.Diff([]connector.Entry{{ID: "seven", SignInName: "v7"}}, got); diff != "" || err != nil {
		t.Errorf("found (-want +got):\n%s%v", diff, err)
	}
	if len(m.seen) != 3 || len(*asked) != 44 {
		t.Errorf("%d calls with %d parts", len(m.seen), len(*asked))
	}
	first := (*asked)[0]
	if want := "userPrincipalName in ('o''hara@x','a#b+c d&e@x','V7','v0',"; !strings.HasPrefix(first.filter(), want) {
		t.Errorf("filter %s", first.filter())
	}
	for _, p := range *asked {
		if n := strings.Count(p.filter(), "','") + 1; n > 15 || strings.Contains(p.URL, " ") || strings.Contains(p.URL, "+") || strings.Contains(p.URL, "#") || p.Headers["ConsistencyLevel"] != "" {
			t.Errorf("part %+v", p)
		}
	}
}

// Other addresses are an advanced question, which is asked at the full level only.
func TestOtherAddressesAreFoundAtTheFullLevel(t *testing.T) {
	m := newMicrosoft(t)
	asked := batched(m, func(_ int, p batchPart) string {
		return `{"status":200,"body":{"value":[{"id":"1","userPrincipalName":"ada@x","proxyAddresses":["smtp:o'hara@x"]}]}}`
	})
	got, err := m.vendor().Directory.Find(t.Context(), m.Client(), connector.Full, []string{"o'hara@x", "b@x"})
	if diff := cmp.Diff([]connector.Entry{{ID: "1", SignInName: "ada@x", Aliases: []string{"o'hara@x"}}}, got); diff != "" || err != nil {
		t.Errorf("found (-want +got):\n%s%v", diff, err)
	}
	p := (*asked)[2]
	if p.filter() != "proxyAddresses/any(p:p eq 'smtp:o''hara@x') or proxyAddresses/any(p:p eq 'smtp:b@x')" || !strings.Contains(p.URL, "$count=true") || p.Headers["ConsistencyLevel"] != "eventual" {
		t.Errorf("asked %+v", p)
	}
}

// Who is not in the answer is gone; that the question failed is something else.
func TestPeopleAreReadAgain(t *testing.T) {
	m := newMicrosoft(t)
	asked := batched(m, func(_ int, p batchPart) string {
		return `{"status":200,"body":{"value":[{"id":"1","userPrincipalName":"ada@x"}],"@odata.nextLink":"` + m.URL + `/v1.0/users?$skiptoken=more"}}`
	})
	first := m.api
	m.api = func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			fmt.Fprint(w, `{"value":[{"id":"2"}]}`)
			return
		}
		first(w, r)
	}
	got, err := m.vendor().Directory.Reread(t.Context(), m.Client(), connector.Basic, []string{"1", "2", "3"})
	if diff := cmp.Diff([]connector.Entry{{ID: "1", SignInName: "ada@x"}, {ID: "2"}}, got); diff != "" || err != nil || (*asked)[0].filter() != "id in ('1','2','3')" {
		t.Errorf("read (-want +got):\n%s%v %+v", diff, err, *asked)
	}
	for status, kind := range map[int]fault.Kind{403: fault.Denied, 404: fault.NotFound, 500: fault.Away, 400: fault.Invalid} {
		batched(m, func(int, batchPart) string {
			return fmt.Sprintf(`{"status":%d,"headers":{"Date":"Tue, 24 Nov 2026 12:00:00 GMT"},"body":{"error":{"code":"Odd","message":"ada@x"}}}`, status)
		})
		got, err := m.vendor().Directory.Reread(t.Context(), m.Client(), connector.Basic, []string{"1"})
		e, _ := connector.EvidenceOf(err)
		want := connector.Evidence{Call: "GET " + m.URL + "/v1.0/users", Status: status, Code: "Odd", At: noon}
		if !fault.Is(err, kind) || len(got) > 0 || strings.Contains(err.Error(), "ada@x") || !cmp.Equal(want, e) {
			t.Errorf("%d: %v %+v", status, err, e)
		}
	}
}

// A part that is throttled is asked again, and only that one.
func TestAThrottledPartIsAskedAgain(t *testing.T) {
	m := newMicrosoft(t)
	asked := batched(m, func(round int, p batchPart) string {
		if round == 1 && strings.HasPrefix(p.filter(), "mail") {
			return `{"status":429,"headers":{"Retry-After":"1"},"body":{"error":{"code":"TooManyRequests"}}}`
		}
		return fmt.Sprintf(`{"status":200,"body":{"value":[{"id":%q}]}}`, p.filter()[:4])
	})
	got, err := m.vendor().Directory.Find(t.Context(), m.Client(), connector.Basic, []string{"a"})
	if diff := cmp.Diff([]connector.Entry{{ID: "user"}, {ID: "mail"}}, got); diff != "" || err != nil || len(*asked) != 3 {
		t.Errorf("found (-want +got):\n%s%v after %d parts", diff, err, len(*asked))
	}
	batched(m, func(int, batchPart) string {
		return `{"status":429,"headers":{"Retry-After":"90"},"body":{"error":{"code":"TooManyRequests"}}}`
	})
	_, err = m.vendor().Directory.Find(t.Context(), m.Client(), connector.Basic, []string{"a"})
	if f := fault.As(err); f == nil || f.Kind != fault.Limited || f.After != 90*time.Second {
		t.Errorf("err = %v, want limited for 90 s", err)
	}
}

func TestABatchThatIsNotWhole(t *testing.T) {
	m := newMicrosoft(t)
	for _, answer := range []string{`{"responses":[]}`, `{"responses":[{"id":"1","status":200,"body":[]},{"id":"2","status":200,"body":{}}]}`, `{"responses":`, `<html>`} {
		m.api = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }
		_, err := m.vendor().Directory.Find(t.Context(), m.Client(), connector.Basic, []string{"a"})
		if f := fault.As(err); f == nil || f.Kind != fault.Away || f.Key != "teams.graph.away" {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestSomebodyIsSearched(t *testing.T) {
	m := newMicrosoft(t)
	m.api = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[{"id":"1"}]}`) }
	got, err := m.vendor().Directory.Search(t.Context(), m.Client(), connector.Basic, " O'Ha#& ")
	u, _ := url.Parse(m.seen[0].Path)
	want := "startsWith(displayName,'O''Ha#&') or startsWith(surname,'O''Ha#&') or startsWith(userPrincipalName,'O''Ha#&') or startsWith(mail,'O''Ha#&')"
	if len(got) != 1 || err != nil || u.Query().Get("$filter") != want || u.Query().Get("$top") != "25" {
		t.Errorf("%v %v asked %s", got, err, m.seen[0].Path)
	}
	if got, err := m.vendor().Directory.Search(t.Context(), m.Client(), connector.Basic, "  "); got != nil || err != nil || len(m.seen) != 1 {
		t.Errorf("nothing was searched: %v %v", got, err)
	}
}

// A page of whole profiles is larger than other answers, and is read all the same.
func TestALargePage(t *testing.T) {
	m := newMicrosoft(t)
	plans := strings.TrimSuffix(strings.Repeat(`{"service":"exchange","servicePlanId":"11111111-773e-42df-b2af-ffb7a2317929","capabilityStatus":"Enabled","assignedDateTime":"2026-01-01T00:00:00Z"},`, 60), ",")
	m.api = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"value":[{"id":"0"}`)
		for i := range 998 {
			fmt.Fprintf(w, `,{"id":"%d","assignedPlans":[%s]}`, i+1, plans)
		}
		fmt.Fprint(w, `]}`)
	}
	if got, err := people(t, m); len(got) != 999 || err != nil {
		t.Errorf("%d people, %v", len(got), err)
	}
}
