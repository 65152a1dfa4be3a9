package web

import (
	"net/http"
	"strings"
)

// ShowFrames lets the page that is being answered hold frames of this site, such
// as a preview. Call it before writing the page.
func ShowFrames(w http.ResponseWriter) {
	h := w.Header()
	h.Set(policyHeader, h.Get(policyHeader)+"; frame-src 'self'")
}

// InFrame lets this answer stand in a frame of our own pages, and of nobody
// else's. Nothing in it runs or is sent anywhere. Allowed are the further
// directives of its policy, such as "style-src 'self'", and what of the sandbox
// is opened: nothing, or "allow-same-origin" where the answer asks for files that
// only our own pages get.
func InFrame(w http.ResponseWriter, allowed, sandbox string) {
	h := w.Header()
	h.Set(policyHeader, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "+allowed+"; sandbox "+sandbox)
	h.Set("X-Frame-Options", "SAMEORIGIN")
}

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
