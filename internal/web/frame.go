package web

import "net/http"

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
