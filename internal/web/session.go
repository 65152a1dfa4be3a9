package web

import (
	"net/http"

	"parley/internal/fault"
	"parley/internal/org"
)

// sessionCookie is bound to this very host wherever https allows it.
func (s *Site) sessionCookie() string {
	if s.Secure() {
		return "__Host-parley"
	}
	return "parley"
}

// signIn finds out who the browser's session belongs to. A session that is over
// is taken from the browser and returned as a fault of kind SignIn.
func (v *visit) signIn(w http.ResponseWriter, r *http.Request) error {
	token := SessionOf(r)
	if token == "" {
		return nil
	}
	a, err := v.site.Orgs.Session(r.Context(), token)
	if fault.Is(err, fault.SignIn) {
		EndSession(w, r)
	}
	if err != nil {
		return err
	}
	v.actor, v.reader = a, nil
	return nil
}

// SessionOf returns the session token that the browser holds, proved or not.
func SessionOf(r *http.Request) string { return cookie(r, visitOf(r).site.sessionCookie()) }

// StartSession gives the browser a session that org opened, and forgets what
// the page before was told.
func StartSession(w http.ResponseWriter, r *http.Request, token string) {
	v := visitOf(r)
	setSession(w, v.site, token, 0)
	v.actor, v.reader = org.Actor{}, nil
}

// EndSession takes the session from the browser.
func EndSession(w http.ResponseWriter, r *http.Request) { setSession(w, visitOf(r).site, "", -1) }

// setSession writes the cookie. It lives as long as the browser: how long the
// session lives is the database's to say.
func setSession(w http.ResponseWriter, s *Site, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.sessionCookie(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.Secure(), SameSite: http.SameSiteLaxMode})
}
