package admin

import (
	"encoding/csv"
	"net/http"
	"time"

	"parley/internal/identity"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/words"
)

// exportVideo writes everybody whom the filters of the list leave, in its order,
// as they are read: however many there are, one part is held at a time.
func (p *Pages) exportVideo(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	out := sheetOf(w, "video-calls-"+web.ActorOf(r).Organization.Slug+"-"+now.In(reader.Zone).Format(time.DateOnly)+".csv", ",")
	_ = out.Write(videoHead(reader, reader.T(p.Vault.Title(c.Vendor)))) // what cannot be written shows at Flush
	p.exportLines(w, r, out, c)
	return nil
}

// exportLines writes line after line. What has begun cannot become an error page:
// a failure breaks the answer off, so that nobody takes a part for all of it.
func (p *Pages) exportLines(w http.ResponseWriter, r *http.Request, out *csv.Writer, c vault.Connection) {
	reader, line, n := web.ReaderOf(r), http.NewResponseController(w), 0
	for l, err := range p.Identities.Export(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, videoFilter(r)) {
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if n%exportRows == 0 {
			_ = line.SetWriteDeadline(time.Now().Add(exportPause))
		}
		n++
		if err := out.Write(plainCells(videoCells(reader, l))); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	if out.Flush(); out.Error() != nil {
		panic(http.ErrAbortHandler)
	}
}

func videoHead(r words.Reader, vendor string) []string {
	return []string{r.T("admin.video.user.here"), r.T("admin.staff.email"), r.T("admin.staff.username"), r.T("admin.staff.employee_no"), r.T("admin.video.match"),
		r.T("admin.video.user.there", "Vendor", vendor), r.T("admin.video.there.name", "Vendor", vendor), r.T("admin.reason"), r.T("admin.video.toggle"), r.T("admin.video.changed") + " (UTC)"}
}

func videoCells(r words.Reader, l identity.Line) []string {
	i, reason, changed := l.Identity, "", ""
	if i.State != identity.Matched || i.Reason != "" {
		reason = reasonOf(r, i)
	}
	if !i.Changed.IsZero() {
		changed = i.Changed.UTC().Format(time.RFC3339)
	}
	return []string{l.Person.Name, l.Person.Email, l.Person.Username, l.Person.EmployeeNo, matchText(r, i), i.SignInName, i.VendorName, reason, onOff(r, i.Enabled), changed}
}

// matchText is whether somebody is found at the vendor, in a word.
func matchText(r words.Reader, i identity.Identity) string {
	switch {
	case i.State != identity.Matched:
		return r.T("admin.video.is.missed")
	case i.Hand:
		return r.T("admin.video.is.hand")
	}
	return r.T("admin.video.is.matched")
}
