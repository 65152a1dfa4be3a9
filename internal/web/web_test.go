package web_test

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
)

func TestAFailureHasANumberThatIsInTheLog(t *testing.T) {
	h := build(t)
	h.Handle("GET /broken", org.Public, fails(errors.New("the disk is full")))
	h.Handle("GET /panic", org.Public, func(http.ResponseWriter, *http.Request) error { panic("nobody thought of this") })
	for path, cause := range map[string]string{"/broken": "the disk is full", "/panic": "nobody thought of this"} {
		h.log.Reset()
		w := h.get(path)
		same(t, path, w.Code, http.StatusInternalServerError)
		reference := w.Header().Get("X-Request-Id")
		if !strings.Contains(w.Body.String(), reference) || strings.Contains(w.Body.String(), cause) {
			t.Errorf("the page of %s says %s", path, w.Body)
		}
		if line := h.log.String(); !strings.Contains(line, reference) || !strings.Contains(line, cause) || strings.Count(line, "\n") != 1 || !strings.Contains(line, "ERROR") {
			t.Errorf("the log of %s says %s", path, line)
		}
	}
}

func TestWhoGoesAwayIsNoError(t *testing.T) {
	h := build(t)
	ctx, leave := context.WithCancel(t.Context())
	h.Handle("GET /left", org.Public, func(_ http.ResponseWriter, r *http.Request) error {
		leave()
		return fmt.Errorf("list staff: %w", r.Context().Err())
	})
	h.Handle("GET /broken", org.Public, fails(context.Canceled))
	w := h.do(ask(http.MethodGet, "/left", nil).WithContext(ctx))
	if line := h.log.String(); w.Code != 499 || w.Body.Len() > 0 || !strings.Contains(line, "INFO") || strings.Contains(line, "ERROR") {
		t.Errorf("who went away: %d %s %s", w.Code, w.Body, line)
	}
	h.log.Reset()
	if w := h.get("/broken"); w.Code != http.StatusInternalServerError || !strings.Contains(h.log.String(), "ERROR") {
		t.Errorf("what we gave up ourselves: %d %s", w.Code, h.log)
	}
}

func TestNoAddressIsLogged(t *testing.T) {
	h := build(t)
	h.Handle("GET /signin/link/{token}", org.Public, says("press"))
	session := h.session(h.org)
	h.get("/signin/link/secret-token?next=secret-query", as(session))
	h.get("/nothing/secret-token", as(session))
	_, secret, _ := strings.Cut(session.Value, ".")
	if line := h.log.String(); strings.Contains(line, "secret-") || strings.Contains(line, secret) {
		t.Errorf("log: %s", line)
	}
}

func TestWhatIsTypedIsTextOnTheErrorPage(t *testing.T) {
	h := build(t)
	h.Handle("GET /x", org.Public, func(_ http.ResponseWriter, r *http.Request) error {
		return fault.New(fault.Invalid, "org.email.unknown", "Email", r.FormValue("email"))
	})
	w := h.get("/x?email=" + "%3Cscript%3Ealert(1)%3C/script%3E")
	if strings.Contains(w.Body.String(), "<script>") || !strings.Contains(w.Body.String(), "&lt;script&gt;") {
		t.Errorf("page: %s", w.Body)
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	h := build(t)
	h.Handle("POST /book", org.Public, says("booked"))
	same(t, "unknown", h.get("/nothing").Code, http.StatusNotFound)
	w := h.get("/book")
	same(t, "method", w.Code, http.StatusMethodNotAllowed)
	same(t, "allowed", w.Header().Get("Allow"), "POST")
}

func TestAFailureAfterHalfAPageIsAWholePage(t *testing.T) {
	h := build(t)
	h.Handle("GET /half", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		_ = says("<h1>half")(w, r)
		return errors.New("boom")
	})
	w := h.get("/half", with("Accept-Encoding", "gzip"))
	if w.Code != 500 || strings.Contains(w.Body.String(), "half") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestHowSomebodyReads(t *testing.T) {
	h := build(t)
	page := func(w http.ResponseWriter, r *http.Request) error {
		if r.FormValue("at") != "" {
			web.InOrganization(r, h.org)
		}
		if r.FormValue("told") != "" {
			web.ReadsAs(r, "fr", "Asia/Kolkata")
		}
		reader := web.ReaderOf(r)
		return says(reader.Lang+" "+reader.Zone.String())(w, r)
	}
	h.Handle("GET /page", org.Public, page)
	read := func(target string, change ...func(*http.Request)) string {
		return h.get(target, change...).Body.String()
	}
	lang := as(&http.Cookie{Name: web.LangCookie, Value: "en"})
	zone := as(&http.Cookie{Name: web.ZoneCookie, Value: "Asia/Tokyo"})
	same(t, "nothing known", read("/page"), "en UTC")
	same(t, "the browser asks", read("/page", with("Accept-Language", "fr-CA,fr;q=0.9")), "fr UTC")
	same(t, "the organization's page", read("/page?at=1"), "fr Europe/Paris")
	same(t, "chosen here", read("/page?at=1", lang, zone, with("Accept-Language", "fr")), "en Asia/Tokyo")
	same(t, "nonsense", read("/page?at=1", as(&http.Cookie{Name: web.ZoneCookie, Value: "Local"}), as(&http.Cookie{Name: web.LangCookie, Value: "xx"})), "fr Europe/Paris")
	session := as(h.session(h.org))
	same(t, "a member without a profile", read("/page", session), "fr Europe/Paris")
	same(t, "told earlier", read("/page?at=1&told=1", with("Accept-Language", "en")), "fr Asia/Kolkata")
	same(t, "told earlier, chosen here", read("/page?at=1&told=1", lang, zone), "en Asia/Tokyo")
	same(t, "told by another than this member", read("/page?told=1", session), "fr Europe/Paris")

	w := h.get("/language?lang=fr&next=/book/x")
	same(t, "back", w.Header().Get("Location"), "/book/x")
	if !strings.HasPrefix(w.Header().Get("Set-Cookie"), "parley_lang=fr;") {
		t.Error(w.Header())
	}
	same(t, "no such language", h.get("/language?lang=<b>").Code, http.StatusBadRequest)
}

func TestAMessageIsToldOnceAndCannotBeForged(t *testing.T) {
	h := build(t)
	h.Handle("GET /tell", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		web.Tell(w, r, web.Flash{Tone: "success", Key: "org.email.unknown", Args: []string{"Email", "<b>"}})
		return nil
	})
	h.Handle("GET /told", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		f, ok := web.Told(w, r)
		if !ok {
			return says("nothing")(w, r)
		}
		return says(f.Tone+" "+f.Text(web.ReaderOf(r)))(w, r)
	})
	told := h.get("/tell").Result().Cookies()[0]
	w := h.get("/told", as(told))
	same(t, "told", w.Body.String(), "success No member has the address <b>. Check it, or add the member first.")
	same(t, "taken", w.Result().Cookies()[0].MaxAge, -1)
	_, mac, _ := strings.Cut(told.Value, ".")
	told.Value = base64.RawURLEncoding.EncodeToString([]byte(`{"tone":"success","key":"org.setup.done"}`)) + "." + mac
	same(t, "forged", h.get("/told", as(told)).Body.String(), "nothing")
}

func TestTextIsCompressed(t *testing.T) {
	h := build(t)
	long := strings.Repeat("<p>Harbour Bank</p>", 1000)
	h.Handle("GET /long", org.Public, says(long))
	h.Handle("GET /short", org.Public, says("short"))
	w := h.get("/long", with("Accept-Encoding", "br, gzip"))
	same(t, "encoding", w.Header().Get("Content-Encoding"), "gzip")
	if w.Body.Len() > len(long)/10 {
		t.Errorf("%d bytes", w.Body.Len())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	if err != nil || string(got) != long {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	same(t, "short", h.get("/short", with("Accept-Encoding", "gzip")).Body.String(), "short")
	same(t, "not asked for", h.get("/long").Body.String(), long)
}

func TestFormErrorsAreSortedByField(t *testing.T) {
	h := build(t)
	h.Handle("POST /form", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		err = errors.Join(fault.New(fault.Invalid, "org.name.missing").At("name"), fault.New(fault.Conflict, "org.role.last"))
		if f.On("broken") {
			err = errors.Join(err, errors.New("boom"))
		}
		if f.Errors, err = web.FieldErrors(r, err); err != nil {
			return err
		}
		return says(f.Get("name")+"|"+f.Errors["name"]+"|"+f.Errors[""][:16])(w, r)
	})
	same(t, "sorted", h.post("/form", "name=+x%0d%0ay+").Body.String(), "x\ny|Enter a name.|This is the last")
	same(t, "a defect is not a slip", h.post("/form", "broken=on").Code, http.StatusInternalServerError)
}

func TestReadyAndMetrics(t *testing.T) {
	h := build(t)
	same(t, "ready", h.get("/readyz").Code, http.StatusOK)
	if text := h.get("/metrics").Body.String(); !strings.Contains(text, `parley_http_request_seconds_count{route="GET /readyz",status="200"} 1`) {
		t.Error(text)
	}
	if err := h.d.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, "database gone", h.get("/readyz").Code, http.StatusServiceUnavailable)
}
