package hook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/hook"
)

// door is a site with the addresses of Microsoft and of a vendor of the test's.
type door struct {
	*web.Site
	t    testing.TB
	d    *db.DB
	said *bytes.Buffer
}

// plain is a vendor that takes every line of a body for an event.
type plain struct{}

func (plain) Path() string { return "plain" }

func (plain) Read(_ context.Context, r *http.Request, body []byte) (events []connector.Inbound, reply string, err error) {
	if token := r.URL.Query().Get("token"); token != "" {
		return nil, token, nil
	}
	if string(body) == "bad" {
		return nil, "", fault.Wrap(fault.Invalid, errors.New("unreadable"), "")
	}
	if string(body) == "away" {
		return nil, "", fault.Wrap(fault.Internal, errors.New("the database does not tell the time"), "")
	}
	for line := range strings.Lines(string(body)) {
		events = append(events, connector.Inbound{ID: strings.TrimSpace(line), Kind: connector.DirectoryChanged})
	}
	return events, "", nil
}

func newDoor(t testing.TB, d *db.DB, change ...func(*web.Config)) *door {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	orgs := org.Open(d, quiet)
	keys, err := vault.ParseKeys(vault.NewKey("k1"))
	if err != nil {
		t.Fatal(err)
	}
	teams := graph.Vendor(graph.Config{Clock: d.Now})
	v := vault.New(vault.Config{DB: d, Orgs: orgs, Keys: keys, Log: quiet, Vendors: []connector.Vendor{teams, {Name: "plain", Listener: plain{}}}})
	cfg := web.Config{
		Orgs: orgs, BaseURL: &url.URL{Scheme: "https", Host: "parley.example"}, Log: quiet, Metrics: prometheus.NewRegistry(),
		Key: []byte("0123456789abcdef"), Ready: d.Ping,
		Draw: func(w http.ResponseWriter, _ *http.Request, p web.Problem) error { w.WriteHeader(p.Status); return nil },
	}
	for _, c := range change {
		c(&cfg)
	}
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	said := new(bytes.Buffer)
	(&hook.Hooks{Site: s, Vault: v, Log: slog.New(slog.NewTextHandler(said, nil))}).Register()
	return &door{Site: s, t: t, d: d, said: said}
}

func (d *door) send(method, path string, body io.Reader, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://parley.example"+path, body)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func (d *door) post(path, body string) *httptest.ResponseRecorder {
	return d.send(http.MethodPost, path, strings.NewReader(body))
}

// kept counts the events that wait to be handed on.
func (d *door) kept() int64 {
	d.t.Helper()
	n, err := db.Value[int64](d.t.Context(), d.d, "SELECT COUNT(*) FROM jobs WHERE kind = 'inbound'")
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestWhatAVendorSendsIsKeptAndAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newDoor(t, d)
		for _, want := range []int64{2, 2, 3} {
			w := s.post("/hook/plain", map[int64]string{2: "a\nb\n", 3: "b\nc\n"}[want])
			if w.Code != http.StatusAccepted || w.Body.Len() != 0 || len(w.Result().Cookies()) != 0 {
				t.Errorf("answered %d %q %v", w.Code, w.Body, w.Result().Cookies())
			}
			if n := s.kept(); n != want {
				t.Errorf("kept %d, want %d", n, want)
			}
		}
	})
}

func TestTheAddressIsProved(t *testing.T) {
	s := newDoor(t, dbtest.SQLite(t))
	token := `Validation: <b>"Testing"</b> & ünïcode+1`
	for _, path := range []string{"/hook/plain?token=", "/hook/graph?validationToken="} {
		w := s.send(http.MethodPost, path+url.QueryEscape(token), nil, func(r *http.Request) {
			r.Header.Set("Content-Type", "text/plain; charset=utf-8")
			r.Header.Set("Accept-Encoding", "gzip")
		})
		if w.Code != http.StatusOK || w.Body.String() != token || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %q %v", path, w.Code, w.Body, w.Header())
		}
	}
	if w := s.post("/hook/plain?token="+strings.Repeat("x", 9<<10), ""); w.Code != http.StatusBadRequest {
		t.Errorf("a token of nine thousand letters: %d", w.Code)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	s := newDoor(t, dbtest.SQLite(t))
	var many strings.Builder
	for i := range 1001 {
		fmt.Fprintln(&many, i)
	}
	for name, x := range map[string]struct {
		method, path, body string
		want               int
	}{
		"look":      {"GET", "/hook/graph", "", http.StatusMethodNotAllowed},
		"put":       {"PUT", "/hook/graph", "{}", http.StatusMethodNotAllowed},
		"delete":    {"DELETE", "/hook/plain", "", http.StatusMethodNotAllowed},
		"elsewhere": {"POST", "/hook/zoomish", "{}", http.StatusNotFound},
		"deeper":    {"POST", "/hook/graph/more", "{}", http.StatusNotFound},
		"the door":  {"POST", "/hook/", "{}", http.StatusNotFound},
		"huge":      {"POST", "/hook/plain", strings.Repeat("x", 1<<20+1), http.StatusRequestEntityTooLarge},
		"many":      {"POST", "/hook/plain", many.String(), http.StatusRequestEntityTooLarge},
		"bad":       {"POST", "/hook/plain", "bad", http.StatusBadRequest},
		"no json":   {"POST", "/hook/graph", "<xml/>", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			if w := s.send(x.method, x.path, strings.NewReader(x.body)); w.Code != x.want {
				t.Errorf("%d, want %d", w.Code, x.want)
			}
		})
	}
	if n := s.kept(); n != 0 {
		t.Errorf("%d events were kept", n)
	}
}

// A body that is as large as may be is read.
func TestALargeBodyIsRead(t *testing.T) {
	s := newDoor(t, dbtest.SQLite(t))
	if w := s.post("/hook/plain", "a"+strings.Repeat(" ", 1<<20-1)); w.Code != http.StatusAccepted || s.kept() != 1 {
		t.Errorf("%d, %d kept", w.Code, s.kept())
	}
}

// When the database is gone, the vendor is asked to tell it again, at once.
func TestWhatCannotBeKeptIsAskedForAgain(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newDoor(t, d)
	dbtest.Exec(t, d, "DROP TABLE inbound_events")
	began := time.Now()
	w := s.post("/hook/plain", "a\n")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || time.Since(began) > 3*time.Second {
		t.Errorf("%d after %s", w.Code, time.Since(began))
	}
}

// What the listener could not read because of us is sent again: a vendor that is
// told it was wrong gives the event up.
func TestWhatWeFailToReadIsAskedForAgain(t *testing.T) {
	s := newDoor(t, dbtest.SQLite(t))
	w := s.post("/hook/plain", "away")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("answered %d %v", w.Code, w.Header())
	}
	if !strings.Contains(s.said.String(), "does not tell the time") {
		t.Errorf("the log says %q", s.said.String())
	}
}

// A session and another site's form change nothing: the door knows neither.
func TestTheDoorKnowsNoSession(t *testing.T) {
	s := newDoor(t, dbtest.SQLite(t))
	w := s.send(http.MethodPost, "/hook/plain", strings.NewReader("a\n"), func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "__Host-parley", Value: "made-up"})
	})
	if w.Code != http.StatusAccepted || len(w.Result().Cookies()) != 0 {
		t.Errorf("%d %v", w.Code, w.Result().Cookies())
	}
	if w := s.send(http.MethodPost, "/hook/plain", strings.NewReader("b\n"), func(r *http.Request) { r.Host = "elsewhere.example" }); w.Code == http.StatusAccepted {
		t.Error("another host's requests are taken")
	}
}

// A flood from one address is slowed down, and what is kept is bounded.
func TestAFloodIsBounded(t *testing.T) {
	s := newDoor(t, dbtest.SQLite(t))
	codes := map[int]int{}
	for i := range 700 {
		codes[s.post("/hook/plain", fmt.Sprintf("%d\n", i)).Code]++
	}
	if codes[http.StatusAccepted] < 600 || codes[http.StatusTooManyRequests] == 0 {
		t.Errorf("answers = %v", codes)
	}
}

// FuzzWhatStrangersSend sends anything to Microsoft's address.
func FuzzWhatStrangersSend(f *testing.F) {
	for _, seed := range []string{
		`{"value":[{"subscriptionId":"s","clientState":"c","changeType":"updated","resource":"Users/1","tenantId":"t","resourceData":{"id":"1"}}]}`,
		`{"value":[{"subscriptionId":"s","lifecycleEvent":"reauthorizationRequired"}]}`, `{"value":[{}]}`, `{"value":null}`, `[]`, `{`, "\x00", `{"value":[{"subscriptionId":{}}]}`,
		`{"value":` + strings.Repeat("[", 200) + `}`,
	} {
		f.Add([]byte(seed), "", "application/json")
	}
	f.Add([]byte(nil), "token", "text/plain")
	s := newDoor(f, dbtest.SQLite(f), func(c *web.Config) {
		c.Pace = web.Pace{Burst: 1 << 30, Each: time.Microsecond, StrictBurst: 1, StrictEach: time.Second}
	})
	f.Fuzz(func(t *testing.T, body []byte, token, kind string) {
		path := "/hook/graph"
		if token != "" {
			path += "?validationToken=" + url.QueryEscape(token)
		}
		w := s.send(http.MethodPost, path, bytes.NewReader(body), func(r *http.Request) { r.Header["Content-Type"] = []string{kind} })
		switch w.Code {
		case http.StatusOK:
			if w.Body.String() != token || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
				t.Errorf("echoed %q as %s", w.Body, w.Header().Get("Content-Type"))
			}
		case http.StatusAccepted, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusUnprocessableEntity:
			if w.Body.Len() > 0 && w.Code < 500 && bytes.Contains(w.Body.Bytes(), body) && len(body) > 20 {
				t.Errorf("what was sent came back: %q", w.Body)
			}
		default:
			t.Errorf("answered %d", w.Code)
		}
		if len(w.Result().Cookies()) != 0 {
			t.Errorf("a cookie was set")
		}
	})
}
