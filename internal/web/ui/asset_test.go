package ui

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	Assets().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestAssets(t *testing.T) {
	for _, c := range []struct {
		path, kind, cache string
		code              int
	}{
		{AssetURL("app.css"), "text/css", "immutable", 200},
		{AssetURL("ui.js"), "text/javascript", "immutable", 200},
		{AssetURL("favicon.svg"), "image/svg+xml", "immutable", 200},
		{"/assets/of-an-older-version/app.css", "text/css", "no-cache", 200},
		{"/assets/" + assetHash + "/THIRD_PARTY.md", "text/plain", "", 404},
		{"/assets/" + assetHash + "/../asset.go", "text/plain", "", 404},
		{"/assets/", "text/plain", "", 404},
	} {
		w := get(t, c.path)
		if w.Code != c.code || !strings.HasPrefix(w.Header().Get("Content-Type"), c.kind) || !strings.Contains(w.Header().Get("Cache-Control"), c.cache) {
			t.Errorf("GET %s: %d %s %s", c.path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		}
	}
}

// TestAssetsKeepThePolicy finds what a strict Content-Security-Policy forbids.
func TestAssetsKeepThePolicy(t *testing.T) {
	for name, body := range assets {
		for _, bad := range []string{"@import", "url(http", "//fonts.", "innerHTML =", "document.write"} {
			if name != "htmx.min.js" && strings.Contains(string(body), bad) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
	}
}

func TestThemeCookie(t *testing.T) {
	for _, c := range []struct{ in, want string }{{"dark", "dark"}, {"light", "light"}, {"auto", ""}, {"x\"y", ""}} {
		w := httptest.NewRecorder()
		SetTheme(w, c.in)
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, cookie := range w.Result().Cookies() {
			r.AddCookie(cookie)
		}
		if got := ThemeOf(r); got != c.want {
			t.Errorf("after SetTheme(%q): %q, want %q", c.in, got, c.want)
		}
	}
}

func TestZoneOf(t *testing.T) {
	for _, c := range []struct {
		in string
		ok bool
	}{{"Europe/Paris", true}, {"", false}, {"Local", false}, {"../../etc/passwd", false}, {"Mars/Olympus", false}, {strings.Repeat("a", 200), false}} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: ZoneCookie, Value: c.in})
		if zone, ok := ZoneOf(r); ok != c.ok || ok && zone.String() != c.in {
			t.Errorf("ZoneOf(%q) = %v, %v", c.in, zone, ok)
		}
	}
}
