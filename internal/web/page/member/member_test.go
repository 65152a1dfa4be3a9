package member_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

func TestSomebodySignsInByMail(t *testing.T) {
	h := build(t, false)
	h.member(h.organization("Harbour Bank"), "Amelia Hart", "amelia.hart@harbourbank.example")
	b := h.browser()
	b.open("/profile/sessions").shows(t, 200, "/signin?next=%2Fprofile%2Fsessions", `value="/profile/sessions"`)
	b.post("/signin", url.Values{"email": {"amelia.hart@harbourbank.example"}, "next": {"/profile/sessions"}}).
		shows(t, 200, "/signin", "Check your mail", "amelia.hart@harbourbank.example")
	link := h.deliver()
	b.open(link).shows(t, 200, strings.TrimPrefix(link, h.url), "Amelia Hart", "Continue to Harbour Bank")
	form := url.Values{"organization": {organizationIn(b.open(link).text)}, "next": {"/profile/sessions"}}
	target, _, _ := strings.Cut(link, "?")
	b.post(target, form).shows(t, 200, "/profile/sessions", "Firefox, Windows", "This device", "Amelia Hart")
	stranger := h.browser()
	stranger.post(target, form).shows(t, 200, "/signin", "has been used already")
	stranger.open("/profile").shows(t, 200, "/signin?next=%2Fprofile")
	b.post("/signout", nil).shows(t, 200, "/signin", "You are signed out.")
	b.open("/profile").shows(t, 200, "/signin?next=%2Fprofile")
}

// organizationIn is what the first button of the link page posts.
func organizationIn(page string) string {
	_, rest, _ := strings.Cut(page, `name="organization" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

func TestTheAnswerDoesNotTellWhoIsAMember(t *testing.T) {
	h := build(t, false)
	h.member(h.organization("Harbour Bank"), "Amelia Hart", "amelia.hart@harbourbank.example")
	known := h.browser().post("/signin", url.Values{"email": {"amelia.hart@harbourbank.example"}})
	unknown := h.browser().post("/signin", url.Values{"email": {"nobody.here@harbourbank.example"}})
	if strings.ReplaceAll(known.text, "amelia.hart", "x") != strings.ReplaceAll(unknown.text, "nobody.here", "x") {
		t.Error("the answers differ")
	}
	h.browser().post("/signin", url.Values{"email": {"<script>alert(1)</script>"}}).
		shows(t, http.StatusUnprocessableEntity, "/signin", "Enter an e-mail address such as", "&lt;script&gt;")
}

func TestNextLeadsNowhereElse(t *testing.T) {
	h := build(t, true)
	p := h.member(h.organization("Harbour Bank"), "Amelia Hart", "amelia.hart@harbourbank.example")
	form := url.Values{"organization": {p.OrgID}, "person": {p.ID}, "next": {"//evil.example/"}}
	h.browser().post("/signin/persona", form).shows(t, 200, "/profile")
}

func TestPersonasAreForTheDemoOnly(t *testing.T) {
	h := build(t, false)
	p := h.member(h.organization("Harbour Bank"), "Amelia Hart", "amelia.hart@harbourbank.example")
	b := h.browser()
	if strings.Contains(b.open("/signin").text, "Amelia Hart") {
		t.Error("the sign-in page lists members")
	}
	b.post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}}).shows(t, http.StatusNotFound, "/signin/persona")

	demo := build(t, true)
	at := demo.organization("Harbour Bank")
	demo.member(at, "Amelia Hart", "amelia.hart@harbourbank.example")
	demo.member(at, "Eleanor Price", "eleanor.price@harbourbank.example", org.Administrator)
	text := demo.browser().open("/signin").text
	if a, m := strings.Index(text, "Eleanor Price"), strings.Index(text, "Amelia Hart"); a < 0 || m < a {
		t.Errorf("personas are not grouped by role: %s", text)
	}
}

func TestTheFirstRun(t *testing.T) {
	h := build(t, false)
	code, err := h.orgs.NewSetupCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.open("/").shows(t, 200, "/first-run", "Set up Parley")
	form := url.Values{"code": {"AAAA-AAAA-AAAA-AAAA"}, "organization": {"Harbour Bank"}, "lang": {"en"}, "zone": {"Europe/London"},
		"name": {"Sam <b>Whitfield</b>"}, "email": {"sam@harbourbank.example"}}
	b.post("/first-run", form).shows(t, 422, "/first-run", "There is a problem", "not the set-up code", "Harbour Bank", "Sam &lt;b&gt;")
	form.Set("code", code)
	form.Set("email", "nonsense")
	b.post("/first-run", form).shows(t, 422, "/first-run", "Enter an e-mail address such as", code)
	form.Set("email", "sam@harbourbank.example")
	b.post("/first-run", form).shows(t, 200, "/profile", "Harbour Bank is set up", "Sam &lt;b&gt;")
	h.browser().open("/first-run").shows(t, 200, "/signin")
	h.browser().post("/first-run", form).shows(t, 422, "/first-run")
}

func TestAProfileIsSavedAndReadBy(t *testing.T) {
	h := build(t, true)
	p := h.member(h.organization("Harbour Bank"), "Amelia Hart", "amelia.hart@harbourbank.example")
	b := h.browser()
	b.post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}, "next": {"/profile"}}).shows(t, 200, "/profile", "Amelia Hart")
	b.post("/profile", url.Values{"name": {strings.Repeat("x", 10_000)}, "zone": {"Mars/Olympus"}}).
		shows(t, 422, "/profile", "200 characters at most", "Choose a time zone", "xxxxxxxxxx")
	b.post("/profile", url.Values{"name": {"Amelia H."}, "lang": {"fr"}, "zone": {"Europe/Paris"}, "clock": {"24"}}).
		shows(t, 200, "/profile", "Votre profil est enregistré", `lang="fr"`, "Amelia H.")
	other := h.browser()
	other.post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}})
	other.open("/profile/sessions").shows(t, 200, "/profile/sessions", "Déconnecter partout ailleurs")
	other.post("/profile/sessions/end-others", nil).shows(t, 200, "/profile/sessions", "partout sauf ici")
	b.open("/profile").shows(t, 200, "/signin?next=%2Fprofile")
	other.post("/profile/sessions/no-such-session/end", nil).shows(t, http.StatusNotFound, "/profile/sessions/no-such-session/end")
}

func TestAFailureIsAPage(t *testing.T) {
	h := build(t, false)
	h.organization("Harbour Bank")
	h.browser().open("/nothing").shows(t, 404, "/nothing", "Not found", "Go to the start page")
	dbtest.Exec(t, h.d, "DROP TABLE roles")
	b := h.browser()
	h.site.Handle("GET /away", org.Public, func(http.ResponseWriter, *http.Request) error { panic("boom") })
	b.open("/away").shows(t, 500, "/away", "Something went wrong", "give this number", "Try again")
}

// TestEveryWordIsInTheCatalogue draws the pages in the pseudo-language.
func TestEveryWordIsInTheCatalogue(t *testing.T) {
	h := build(t, true)
	at := h.organization("Harbour Bank")
	p := h.member(at, "Amelia Hart", "amelia.hart@harbourbank.example", org.Administrator)
	b := h.browser()
	here, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	b.Jar.SetCookies(here, []*http.Cookie{{Name: web.LangCookie, Value: words.Pseudo}})
	check := func(s seen) {
		t.Helper()
		for _, text := range texts(t, s.text) {
			if out := words.Outside(text); out != "" && !given(out) {
				t.Errorf("%s shows %q, which is in no catalogue", s.path, out)
			}
		}
	}
	check(b.open("/signin"))
	check(b.post("/signin", url.Values{"email": {"amelia.hart@harbourbank.example"}}))
	check(b.post("/signin", url.Values{"email": {"x"}}))
	check(b.open(h.deliver()))
	check(b.open("/nothing"))
	b.post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}})
	dbtest.ClockOf(h.d).Advance(time.Hour)
	h.browser().post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}})
	check(b.open("/profile"))
	check(b.open("/profile/sessions"))
	check(b.post("/profile", url.Values{"name": {""}, "zone": {"x"}}))
	if missing := words.Missing(); len(missing) > 0 {
		t.Errorf("missing texts: %v", missing)
	}
}

// given is what people and their devices are called, and languages, which are
// written in their own.
func given(text string) bool {
	for _, l := range words.Langs() {
		if strings.Contains(text, l.Name) {
			return true
		}
	}
	switch text {
	case "Harbour Bank", "HB", "Amelia Hart", "AH", "Firefox, Windows", "Parley", "P", "·", "· Harbour Bank", "· Parley", "14:30":
		return true
	}
	return false
}

// texts are the texts of a page that people read.
func texts(t *testing.T, page string) (all []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			all = append(all, n.Data)
		}
	}
	return all
}

func TestTheCookieNamesAgree(t *testing.T) {
	if web.ZoneCookie != ui.ZoneCookie {
		t.Errorf("web reads %s, the script sets %s", web.ZoneCookie, ui.ZoneCookie)
	}
}
