package web_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
)

func TestEveryRouteAsksForItsPermission(t *testing.T) {
	h := build(t)
	for _, p := range append(org.Permissions(), org.Public) {
		h.Handle("GET /"+strings.ReplaceAll(string(p), " ", "-"), p, says("in"))
	}
	sessions := map[org.Role]*http.Cookie{}
	for _, r := range org.Roles {
		sessions[r] = h.session(h.org, r)
	}
	for _, route := range h.Routes() {
		path := strings.TrimPrefix(route.Pattern, "GET ")
		if path == "/language" {
			continue
		}
		if got := h.get(path).Code; route.Permission == org.Public && got != 200 || route.Permission != org.Public && got != http.StatusSeeOther {
			t.Errorf("a stranger at %s: %d", path, got)
		}
		for role, session := range sessions {
			want := http.StatusForbidden
			if (org.Actor{Roles: []org.Role{org.Member, role}}).May(route.Permission) {
				want = http.StatusOK
			}
			same(t, fmt.Sprintf("%s at %s", role, path), h.get(path, as(session)).Code, want)
		}
	}
}

func TestAStrangerIsSentToSignInAndBack(t *testing.T) {
	h := build(t)
	h.Handle("GET /schedule", org.Own, says("in"))
	h.Handle("POST /schedule", org.Own, says("in"))
	w := h.get("/schedule?day=2026-11-23&x=%26")
	same(t, "where to", w.Header().Get("Location"), "/signin?next=%2Fschedule%3Fday%3D2026-11-23%26x%3D%2526")
	same(t, "a post is not repeated", h.post("/schedule", "").Header().Get("Location"), "/signin")
	same(t, "a program", h.get("/schedule", with("Accept", "application/json")).Code, http.StatusUnauthorized)
	same(t, "a part of a page", h.get("/schedule", with("HX-Request", "true")).Header().Get("HX-Redirect"), "/signin?next=%2Fschedule")
}

func TestASessionThatIsOver(t *testing.T) {
	h := build(t)
	h.Handle("GET /schedule", org.Own, says("in"))
	h.Handle("GET /book", org.Public, says("open"))
	session := h.session(h.org)
	same(t, "in time", h.get("/schedule", as(session)).Code, http.StatusOK)
	dbtest.ClockOf(h.d).Advance(13 * time.Hour)
	w := h.get("/schedule", as(session))
	same(t, "too late", w.Code, http.StatusSeeOther)
	if !strings.Contains(strings.Join(w.Header().Values("Set-Cookie"), "\n"), "__Host-parley=;") {
		t.Error("the dead session stays in the browser")
	}
	same(t, "a public page all the same", h.get("/book", as(session)).Code, http.StatusOK)
	forged := &http.Cookie{Name: "__Host-parley", Value: h.org.ID + ".guess"}
	same(t, "a forged session", h.get("/schedule", as(forged)).Code, http.StatusSeeOther)
	plain := &http.Cookie{Name: "parley", Value: h.session(h.org).Value}
	same(t, "the plain cookie over https", h.get("/schedule", as(plain)).Code, http.StatusSeeOther)
}

func TestAnotherSiteCannotAskForChanges(t *testing.T) {
	h := build(t)
	done := 0
	h.Handle("POST /delete", org.Own, func(http.ResponseWriter, *http.Request) error { done++; return nil })
	session := as(h.session(h.org))
	for name, change := range map[string]func(*http.Request){
		"cross-site":     with("Sec-Fetch-Site", "cross-site"),
		"same-site":      with("Sec-Fetch-Site", "same-site"),
		"another origin": func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "https://evil.example") },
		"null origin":    func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") },
	} {
		same(t, name, h.post("/delete", "", session, change).Code, http.StatusForbidden)
	}
	same(t, "changes done", done, 0)
	h.post("/delete", "", session)
	same(t, "from our own page", done, 1)
}

func TestOnlyOurHostIsServed(t *testing.T) {
	h := build(t)
	h.Handle("GET /book", org.Public, says("open"))
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	same(t, "another host", h.get("/book", host("evil.example")).Code, http.StatusBadRequest)
	same(t, "localhost", h.get("/book", host("localhost:8080")).Code, http.StatusBadRequest)
	same(t, "upper case", h.get("/book", host("PARLEY.example")).Code, http.StatusOK)
	same(t, "a probe by address", h.get("/healthz", host("10.1.2.3:8080")).Code, http.StatusOK)
	demo := build(t, func(c *web.Config) { c.Demo = true })
	demo.Handle("GET /book", org.Public, says("open"))
	same(t, "localhost in the demo", demo.get("/book", host("localhost:8080")).Code, http.StatusOK)
	same(t, "loopback in the demo", demo.get("/book", host("[::1]:8080")).Code, http.StatusOK)
	same(t, "another host in the demo", demo.get("/book", host("localhost.evil.example")).Code, http.StatusBadRequest)
}

func TestBodiesAreBounded(t *testing.T) {
	h := build(t)
	form := func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		return says(fmt.Sprint(len(f.Get("text"))))(w, r)
	}
	h.Handle("POST /form", org.Public, form)
	h.Handle("POST /upload", org.Public, form, web.Body(1<<20))
	big := "text=" + strings.Repeat("x", 70_000)
	same(t, "announced", h.post("/form", big).Code, http.StatusRequestEntityTooLarge)
	unannounced := ask(http.MethodPost, "/form", strings.NewReader(big))
	unannounced.ContentLength = -1
	same(t, "unannounced", h.do(unannounced).Code, http.StatusRequestEntityTooLarge)
	same(t, "allowed", h.post("/upload", big).Code, http.StatusOK)
	for name, body := range map[string]string{"a zero in a name": "te%00xt=a", "no UTF-8 in a name": "te%ffxt=a", "a bad escape": "text=%zz"} {
		same(t, name, h.post("/form", body).Code, http.StatusUnprocessableEntity)
	}
	same(t, "a zero in the query", h.get("/form?x=%00").Code, http.StatusBadRequest)
	same(t, "a zero in the path", h.get("/form%00").Code, http.StatusNotFound)
}

// TestWhatCannotBeKeptIsForTheFieldToRefuse: the form is read with something that
// no field takes in its place, so that the rest of what was typed is not lost.
func TestWhatCannotBeKeptIsForTheFieldToRefuse(t *testing.T) {
	h := build(t)
	h.Handle("POST /form", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		return says(fmt.Sprintf("%q %q", f.Get("text"), f.Get("other")))(w, r)
	})
	for body, want := range map[string]string{
		"text=a%00b&other=kept":                            `"a\x01b" "kept"`,
		"text=a%ffb&other=kept":                            `"a\x01b" "kept"`,
		"text=+L%27%C3%A9t%C3%A9+%F0%9F%8F%A6+&other=kept": `"L'été 🏦" "kept"`,
	} {
		same(t, body, h.post("/form", body).Body.String(), want)
	}
}

// TestWhoSentTooMuchIsTold writes megabytes as a browser does, all of it before
// it reads: the page must be there then.
func TestWhoSentTooMuchIsTold(t *testing.T) {
	h := build(t)
	h.Handle("POST /form", org.Public, func(_ http.ResponseWriter, r *http.Request) error {
		_, err := web.ReadForm(r)
		return err
	})
	server := httptest.NewServer(h)
	defer server.Close()
	const size = 8 << 20
	for how, head := range map[string]string{
		"announced":   fmt.Sprintf("Content-Length: %d\r\n\r\n", size),
		"unannounced": fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n", size),
	} {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(c, "POST /form HTTP/1.1\r\nHost: parley.example\r\nAccept: text/html\r\nAccept-Language: en\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\n"+head+strings.Repeat("x", size)+"\r\n0\r\n\r\n")
		if err != nil {
			t.Errorf("%s: %v", how, err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", how, err)
		}
		text, _ := io.ReadAll(answer.Body)
		same(t, how, answer.StatusCode, http.StatusRequestEntityTooLarge)
		if !strings.Contains(string(text), "Go back, shorten what you entered") {
			t.Errorf("%s: %s", how, text)
		}
		_ = c.Close()
	}
}

func TestStrangersArePaced(t *testing.T) {
	h := build(t, func(c *web.Config) {
		c.Pace = web.Pace{Burst: 5, Each: time.Hour, StrictBurst: 2, StrictEach: time.Hour}
	})
	h.Handle("POST /book", org.Public, says("booked"))
	h.Handle("POST /signin", org.Public, says("sent"), web.Strict)
	h.Handle("POST /save", org.Own, says("saved"))
	count := func(target string, n int, change ...func(*http.Request)) (passed int) {
		for i := range n {
			w := h.post(target, "", append(change, with("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)))...)
			if w.Code == http.StatusOK {
				passed++
			} else if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
				t.Fatalf("%s: %d, Retry-After %q", target, w.Code, w.Header().Get("Retry-After"))
			}
		}
		return passed
	}
	same(t, "a forged X-Forwarded-For is not believed", count("/book", 10, from("198.51.100.7:1")), 5)
	same(t, "signing in", count("/signin", 10, from("198.51.100.7:1")), 2)
	same(t, "somebody else", count("/signin", 10, from("198.51.100.8:1")), 2)
	same(t, "behind our proxy each is their own", count("/book", 10, from("10.0.0.1:1")), 10)
	same(t, "one IPv6 network", count("/signin", 5, from("[2001:db8::1]:1"))+count("/signin", 5, from("[2001:db8::2]:1")), 2)
	session := as(h.session(h.org))
	same(t, "a member at work", count("/save", 20, from("198.51.100.7:1"), session), 20)
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := build(t)
	h.Handle("GET /book", org.Public, says("open"))
	h.Handle("GET /broken", org.Public, fails(errors.New("boom")))
	h.Handle("GET /consent", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		web.AllowForm(w, "https://login.example")
		web.AllowForm(w, "https://evil.example; script-src *")
		return says("consent")(w, r)
	})
	for _, path := range []string{"/book", "/broken", "/nothing", "/healthz"} {
		got := h.get(path).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
				"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			"X-Content-Type-Options":    "nosniff",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
			"Cache-Control":             "no-store",
			"Referrer-Policy":           "same-origin",
		} {
			same(t, path+" "+name, got.Get(name), want)
		}
	}
	got := h.get("/consent").Header().Get("Content-Security-Policy")
	if !strings.Contains(got, "form-action 'self' https://login.example;") || strings.Contains(got, "evil") {
		t.Errorf("policy = %s", got)
	}
}

func TestTheSessionCookieIsLocked(t *testing.T) {
	h := build(t)
	h.Handle("GET /in", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		web.StartSession(w, r, "token")
		return nil
	})
	want := "__Host-parley=token; Path=/; HttpOnly; Secure; SameSite=Lax"
	same(t, "cookie", h.get("/in").Header().Get("Set-Cookie"), want)
}

func TestWhereNextStaysHere(t *testing.T) {
	for next, want := range map[string]string{
		"/schedule?day=1":               "/schedule?day=1",
		"":                              "/",
		"schedule":                      "/",
		"//evil.example":                "/",
		"/\\evil.example":               "/",
		"https://evil.example":          "/",
		"/\t/evil.example":              "/",
		"javascript:alert(1)":           "/",
		"/" + strings.Repeat("x", 3000): "/",
	} {
		same(t, next, web.Local(next), want)
	}
}

func FuzzWhereNextStaysHere(f *testing.F) {
	f.Add("/schedule")
	f.Add("//evil.example")
	f.Add("/%2f/evil")
	f.Fuzz(func(t *testing.T, next string) {
		got := web.Local(next)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.HasPrefix(got, "/\\") {
			t.Errorf("Local(%q) = %q", next, got)
		}
	})
}

func TestAFaultOfEachKindHasItsStatus(t *testing.T) {
	h := build(t)
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 400, fault.NotFound: 404, fault.Denied: 403, fault.SignIn: 401,
		fault.Conflict: 409, fault.Limited: 429, fault.Away: 503, fault.Unsure: 502,
	} {
		path := "/" + strings.ReplaceAll(kind.String(), " ", "-")
		h.Handle("GET "+path, org.Public, fails(fmt.Errorf("deep: %w", fault.Wrap(kind, errors.New("secret cause"), ""))))
		w := h.get(path, with("Accept", "*/*"))
		same(t, kind.String(), w.Code, want)
		if strings.Contains(w.Body.String(), "secret cause") || strings.Contains(w.Body.String(), "⟦") {
			t.Errorf("%v is told as %s", kind, w.Body)
		}
	}
}
