// Package help is the "?" of every page for members: the guide to the page they
// came from, a search through all guides they may need, and a message to whoever
// helps. Here the administrator says who that is.
//
// It owns the guides' order and which page each is for; their texts are in the
// catalogue. What is sent, and that no secret is, is support's to decide.
package help

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"parley/internal/org"
	"parley/internal/support"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// Pages are the pages of help.
type Pages struct {
	Site    *web.Site
	Orgs    *org.Orgs
	Support *support.Support
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	s := p.Site
	s.Handle("GET "+page.HelpPath, org.Own, p.guide)
	s.Handle("GET "+page.ContactPath, org.Own, p.contactForm)
	s.Handle("POST "+page.ContactPath, org.Own, p.ask, web.Body(askMost), web.Strict)
	for _, at := range []place{organizationPlace, installationPlace} {
		s.Handle("GET "+at.path, at.may, p.showSetting(at))
		s.Handle("POST "+at.path, at.may, p.saveSetting(at))
		s.Handle("POST "+at.path+"/remove", at.may, p.clearSetting(at))
	}
}

// askMost is more than the longest message, so that who pasted too much is told
// so at the field and loses nothing.
const askMost = 256 << 10

// guideView is what the page of a guide shows.
type guideView struct {
	guide guide
	// others are the other guides that the reader may need, or those that the
	// search found.
	others []ui.LinkCardProps
	query  string
	// contact leads to the message, with the page it is about.
	contact string
	found   int
}

// guide shows the guide to the page that the reader came from, another one, or
// what a search finds.
func (p *Pages) guide(w http.ResponseWriter, r *http.Request) error {
	reader, q := web.ReaderOf(r), r.URL.Query()
	at := topicOf(q.Get("from"))
	if i := slices.IndexFunc(topics, func(t topic) bool { return t.name == q.Get("topic") }); i >= 0 {
		at = topics[i]
	}
	if !mayRead(r, at) {
		at = start
	}
	v := guideView{guide: at.guide(reader), query: strings.TrimSpace(q.Get("q")), contact: page.ContactURL(q.Get("from"), q.Get("page"), "")}
	wanted := strings.Fields(fold(v.query))
	for _, t := range topics {
		if g := t.guide(reader); mayRead(r, t) && g.says(wanted) && (v.query != "" || t.name != at.name) {
			v.others = append(v.others, t.card(g))
		}
	}
	v.found = len(v.others)
	shell := page.Frame(w, r, reader.T("help.page"), "")
	return page.Render(w, r, http.StatusOK, guidePage(reader, shell, v))
}

// mayRead reports whether the reader may open one of the pages that a guide is
// for.
func mayRead(r *http.Request, t topic) bool {
	return t.name == start.name || slices.ContainsFunc(t.at, func(at string) bool { return mayOpen(r, at) })
}

// mayOpen reports whether the reader may open a path or something below it.
func mayOpen(r *http.Request, at string) bool {
	return web.May(r, "GET "+at) || web.MayBelow(r, at+"/")
}

// fold is a text without case and accents, for searching.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
