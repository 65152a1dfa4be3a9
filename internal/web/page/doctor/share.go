package doctor

import (
	"net/http"

	"parley/internal/notify"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// sheetPath is where the sheets of reports lie, and what their links are signed for.
const sheetPath = "/report"

// A link is a sheet that was given to somebody, with its address.
type link struct {
	vault.Share
	address string
}

// links are the sheets of the connection that can still be read.
func (p *Pages) links(r words.Reader, v view) (all []link) {
	for _, s := range v.shares {
		all = append(all, link{s, p.address(s)})
	}
	return all
}

// address is where a sheet is read by whoever was given it.
func (p *Pages) address(s vault.Share) string {
	return p.Site.URL(sheetPath + "/" + p.Links.Sign(notify.Claim{Purpose: sheetPath, OrgID: s.OrgID, Object: s.ID, Expires: s.Expires}))
}

// share makes a link to the report of the form.
func (p *Pages) share(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.read(r)
	if err != nil {
		return err
	}
	if _, err := p.Vault.ShareReport(r.Context(), web.ActorOf(r), v.connection.ID, form.Get("report")); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: string(ui.Success), Key: "doctor.shared"})
	return web.Redirect(w, r, v.path()+"#links")
}

// revoke takes a link back.
func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.read(r)
	if err != nil {
		return err
	}
	if err := p.Vault.RevokeShare(r.Context(), web.ActorOf(r), v.connection.ID, form.Get("share")); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: string(ui.Success), Key: "doctor.revoked"})
	return web.Redirect(w, r, v.path())
}
