// Package member is the door for members: the way in (sign-in, and the first run
// of an installation), how they read and where they are signed in, and their
// work: their schedule and its appointments, their hours and time off, and what
// was read of them at vendors. It decides nothing; the rooms below do.
package member

import (
	"net/http"
	"net/url"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
)

// pages are the handlers of this room.
type pages struct{ orgs *org.Orgs }

// Routes registers the pages of this room.
func Routes(s *web.Site) {
	p := pages{s.Orgs}
	s.Handle("GET /{$}", org.Public, p.front)
	s.Handle("GET /signin", org.Public, p.askEmail)
	s.Handle("POST /signin", org.Public, p.sendLink, web.Strict)
	s.Handle("GET /signin/link/{token}", org.Public, p.showLink)
	s.Handle("POST /signin/link/{token}", org.Public, p.redeem, web.Strict)
	s.Handle("POST /signout", org.Public, p.signOut)
	s.Handle("GET /first-run", org.Public, p.showFirstRun)
	s.Handle("POST /first-run", org.Public, p.firstRun, web.Strict)
	s.Handle("GET /profile", org.Own, p.showProfile)
	s.Handle("POST /profile", org.Own, p.saveProfile)
	s.Handle("GET /profile/sessions", org.Own, p.sessions)
	s.Handle("POST /profile/sessions/{id}/end", org.Own, p.endSession)
	s.Handle("POST /profile/sessions/end-others", org.Own, p.endOthers)
	if s.Orgs.Demo {
		s.Handle("POST /signin/persona", org.Public, p.signInAs)
	}
}

// LinkURL writes the public address of a sign-in link, for org.Orgs.LinkURL.
func LinkURL(s *web.Site) func(token, next string) string {
	return func(token, next string) string {
		link := s.URL("/signin/link/" + token)
		if next = web.Local(next); next != "/" {
			link += "?next=" + url.QueryEscape(next)
		}
		return link
	}
}

// front leads everybody to where they start.
func (p pages) front(w http.ResponseWriter, r *http.Request) error {
	if web.ActorOf(r).SignedIn() {
		return web.Redirect(w, r, page.First(r))
	}
	empty, err := p.orgs.NeedsSetup(r.Context())
	if err != nil {
		return err
	}
	if empty {
		return web.Redirect(w, r, "/first-run")
	}
	return web.Redirect(w, r, "/signin")
}
