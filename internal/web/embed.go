package web

import (
	"net/http"
	"strings"
)

// AllowFrame lets pages of these origins, and of no other, show this answer in a
// frame of theirs. Without any, nobody may, as everywhere else. Call it before
// writing the page.
func AllowFrame(w http.ResponseWriter, origins ...string) {
	var safe []string
	for _, o := range origins {
		if o != "" && !strings.ContainsAny(o, " ;,'\"\r\n*") {
			safe = append(safe, o)
		}
	}
	if len(safe) == 0 {
		return
	}
	h := w.Header()
	h.Set(policyHeader, strings.Replace(h.Get(policyHeader), "frame-ancestors 'none'", "frame-ancestors "+strings.Join(safe, " "), 1))
	h.Del("X-Frame-Options") // it knows one origin at most, and the policy says more
	AllowElsewhere(w)
}

// AllowElsewhere lets pages of other sites load this answer: a script for them,
// or a page that they may frame.
func AllowElsewhere(w http.ResponseWriter) {
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
}
