package web

import (
	"net/http"
	"strings"
)

// policy is the Content-Security-Policy of every answer: nothing from anywhere
// else, nothing inline, in nobody's frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

const policyHeader = "Content-Security-Policy"

// setHeaders sets what every answer carries. Referrer-Policy stays within the
// site and does not say "no-referrer", because then browsers call the origin of
// our own forms "null".
func (s *Site) setHeaders(h http.Header, v *visit) {
	h.Set(policyHeader, policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", v.id)
	if s.Secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// AllowForm lets the forms of this answer lead on to another origin, such as a
// vendor's login page, which the browser would refuse otherwise: it counts a
// redirect after a form as part of the form. Call it before writing the page
// that holds the form.
func AllowForm(w http.ResponseWriter, origin string) {
	if strings.ContainsAny(origin, " ;,'\"\r\n") {
		return
	}
	h := w.Header()
	h.Set(policyHeader, strings.Replace(h.Get(policyHeader), "form-action 'self'", "form-action 'self' "+origin, 1))
}
