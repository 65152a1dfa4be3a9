package admin_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"parley/internal/web"
	"parley/internal/words"
)

// given is what the test itself has put on the pages, and what is written the
// same in every language: addresses, figures, times, languages, permissions.
var given = regexp.MustCompile(`^(Parley|Harbour Bank|harbour-bank|Eleanor Price|Mortgage review|mortgage-review|1 Quay Street|H\d+|EP|HB|English|Français|` +
	`OnlineMeetings\.ReadWrite|User\.ReadBasic\.All|openid|profile|offline_access|/book/.*|https?:.*|\S+@\S+|[\d:.,–·/ ]+|[\w-]{36}|[…"“”:+()#]+)$`)

func TestNoTextIsOutsideTheCatalogue(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	b, connection := h.connected()
	here, err := url.Parse(h.url)
	h.ok(err)
	b.Jar.SetCookies(here, []*http.Cookie{{Name: web.LangCookie, Value: words.Pseudo}})
	amelia := "/staff/" + h.staff["Amelia Hart"].ID
	for _, path := range []string{"/settings", "/settings/integrations", "/settings/video", "/settings/video/new", "/settings/organization",
		"/settings/audit", setup + "/prepare", setup + "/field", setup + "/tenant?field=email", setup + "/consent?field=email&tenant=7c2f0f5e-3b0a-4f0e-9a51-5d1c8e4b2a10",
		connection, connection + "/reauthorize", connection + "/rematch", connection + "/disconnect", "/services", "/services/new", "/services/" + s.ID,
		"/staff", "/staff/new", amelia, amelia + "/hours", amelia + "/deactivate"} {
		h.outside(b.open(path).on(path))
	}
	h.outside(b.post("/services/new", url.Values{"do": {"add"}, "questions.0.label": {""}}))
	h.outside(b.post("/services/new", url.Values{"questions.0.label": {""}}))
	h.outside(b.post("/staff/new", url.Values{"daily_limit": {"x"}}))
	h.outside(b.post(amelia+"/hours", url.Values{"week.1.0.from": {"x"}}))
	if missing := words.Missing(); len(missing) > 0 {
		t.Errorf("missing texts: %v", missing)
	}
}

// outside complains of texts that no catalogue has.
func (h *house) outside(s seen) {
	h.t.Helper()
	root, err := html.Parse(strings.NewReader(s.raw))
	h.ok(err)
	for n := range root.Descendants() {
		if n.Type != html.TextNode || n.Parent.Data == "script" || n.Parent.Data == "option" {
			continue
		}
		text := strings.TrimSpace(strings.TrimSuffix(words.Outside(n.Data), "· Harbour Bank"))
		if _, isStaff := h.staff[text]; text != "" && !isStaff && !given.MatchString(text) {
			h.t.Errorf("%s shows %q, which is in no catalogue", s.path, text)
		}
	}
}
