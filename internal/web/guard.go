package web

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"parley/internal/fault"
)

// guard refuses requests for another host (a rebound name, a forged header) and
// changes that another site's page asks for.
func (s *Site) guard(r *http.Request) error {
	if !s.isOurs(r.Host) {
		return fault.New(fault.Invalid, "web.host", "Address", s.BaseURL.String())
	}
	if err := s.origins.Check(r); err != nil {
		return fault.Wrap(fault.Denied, err, "web.origin")
	}
	return nil
}

func (s *Site) isOurs(host string) bool {
	if strings.EqualFold(host, s.BaseURL.Host) {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if !s.Demo {
		return false
	}
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// checkText refuses addresses that no page has and no database takes.
func checkText(r *http.Request) error {
	query, err := url.QueryUnescape(r.URL.RawQuery)
	if err != nil || !clean(query) {
		return fault.New(fault.Invalid, "web.text")
	}
	if !clean(r.URL.Path) {
		return fault.New(fault.NotFound, "")
	}
	return nil
}

// clean reports whether a text can be kept: valid, and without the zero
// character, which PostgreSQL refuses.
func clean(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
