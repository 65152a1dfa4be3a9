package support

import (
	"net/url"
	"regexp"
	"strings"
)

// blank stands where something was taken out.
const blank = "…"

// signed are the addresses whose next part lets somebody in.
var signed = []string{"/manage/", "/signin/link/", "/do/", "/j/", "/enter/", "/feedback/", "/guest/"}

// tokenShape is a part of an address that is no word and no id of ours.
var (
	tokenShape = regexp.MustCompile(`^[A-Za-z0-9_.~-]{24,}$`)
	idShape    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// CleanPath leaves of an address on this site what says which page it is: no
// query, no token, no code that opens a meeting.
func CleanPath(address string) string {
	path := address
	if u, err := url.Parse(address); err == nil {
		path = u.Path
	} else if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	for _, s := range signed {
		if strings.HasPrefix(path, s) && len(path) > len(s) {
			return s + blank
		}
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if tokenShape.MatchString(part) && !idShape.MatchString(part) {
			parts[i] = blank
		}
	}
	return strings.Join(parts, "/")
}

// A secret is something that must not be sent, and what is left of it.
type secret struct {
	shape *regexp.Regexp
	left  string
}

// secrets are what people paste when they ask for help. Each keeps what says what
// it was and loses what it is.
var secrets = []secret{
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`), "$1 " + blank},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`), blank},
	{regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://)[^\s/@:]+:[^\s/@]+@`), "${1}" + blank + "@"},
	{regexp.MustCompile(`(?i)\b(pass(?:word|wd|phrase)?|pwd|mot de passe|secret|client[_ -]?secret|api[_ -]?key|(?:access|refresh|id)?[_-]?token|jeton|cookie|authorization)\b(\s*(?:[:=]|\bis\b|\best\b)\s*)("[^"]*"|'[^']*'|«[^»]*»|\S+)`), "$1$2" + blank},
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)`), blank},
}

var (
	urlShape  = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"']+`)
	longShape = regexp.MustCompile(`[A-Za-z0-9_+/=~.-]{32,}`)
)

// Clean takes out of a message what looks like a secret: passwords, tokens, keys,
// and what addresses carry behind their path. It says how many it took out.
func Clean(message string) (text string, removed int) {
	count := func(shape *regexp.Regexp, change func(string) string) {
		message = shape.ReplaceAllStringFunc(message, func(was string) string {
			is := change(was)
			if is != was {
				removed++
			}
			return is
		})
	}
	for _, s := range secrets {
		count(s.shape, func(was string) string { return s.shape.ReplaceAllString(was, s.left) })
	}
	count(urlShape, cleanURL)
	count(longShape, func(was string) string {
		if idShape.MatchString(was) || strings.Contains(was, "://") || !mixed(was) {
			return was
		}
		return blank
	})
	return message, removed
}

// cleanURL leaves of an address where it leads.
func cleanURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return blank
	}
	path := CleanPath(u.Path)
	if u.RawQuery == "" && u.Fragment == "" && u.User == nil && path == u.Path {
		return address
	}
	if u.RawQuery != "" || u.Fragment != "" {
		path += "?" + blank
	}
	return u.Scheme + "://" + u.Host + path
}

// mixed reports whether a long run of signs has what keys have and words, paths
// and rows of dashes have not: letters and at least four digits.
func mixed(run string) bool {
	digits, letters := 0, 0
	for _, r := range run {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letters++
		}
	}
	return digits >= 4 && letters >= 4 || letters >= 40 && !strings.ContainsAny(run, "-./")
}
