package client

import (
	"net/http"

	"parley/internal/web"
	"parley/internal/web/page"
)

// saveLanguage changes the language in which the client is written to, and in
// which these pages are shown.
func (p *Pages) saveLanguage(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	lang := form.Get("lang")
	if err := p.Appointments.SaveReading(r.Context(), v.by(), v.ID, lang); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.language.saved"})
	return web.Redirect(w, r, page.Address("/language", "lang", lang, "next", v.base))
}
