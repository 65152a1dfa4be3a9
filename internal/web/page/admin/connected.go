package admin

import (
	"cmp"
	"net/http"
	"time"

	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// signedIn is who gave a connection its permission, and when.
type signedIn struct {
	name string
	at   time.Time
}

// lastOf is the last time that somebody did one of the verbs to a connection. The
// journal knows it; the connection knows its owner only, who is the last of them all.
func (p *Pages) lastOf(r *http.Request, c vault.Connection, verbs ...string) (last signedIn, err error) {
	for _, verb := range verbs {
		found, err := p.Orgs.Journal(r.Context(), p.Orgs.Read(), c.OrgID, org.JournalFilter{Verb: verb, ObjectID: c.ID}, org.Page{Limit: 1})
		if err != nil {
			return last, err
		}
		if len(found) > 0 && found[0].At.After(last.at) {
			last = signedIn{found[0].ActorName, found[0].At}
		}
	}
	return last, nil
}

// signIns reads who connected a connection and who has reauthorized it since.
func (p *Pages) signIns(r *http.Request, reader words.Reader, v *connectionView) (err error) {
	c := v.connection
	if v.connected, err = p.lastOf(r, c, "connection.complete"); err != nil {
		return err
	}
	owners, err := p.owners(r, []vault.Connection{c})
	if err != nil {
		return err
	}
	v.connected = signedIn{cmp.Or(v.connected.name, nameOf(reader, owners, c.ConnectedBy)), c.ConnectedAt}
	again, err := p.lastOf(r, c, "connection.reauthorize", "connection.account")
	if again.at.After(c.ConnectedAt) {
		v.reauthorized = again
	}
	return err
}

// signInFacts say who connected the account and, if that is somebody else's later
// doing, who reauthorized it last.
func (v connectionView) signInFacts(r words.Reader) []ui.Fact {
	said := func(s signedIn) string {
		return r.T("admin.video.by.when", "Name", s.name, "When", ago(r, s.at, v.now))
	}
	all := []ui.Fact{{Term: r.T("admin.video.by"), Text: said(v.connected), Icon: "key"}}
	if !v.reauthorized.at.IsZero() {
		all = append(all, ui.Fact{Term: r.T("admin.video.reauthorized.by"), Text: said(v.reauthorized), Icon: "refresh"})
	}
	return all
}
