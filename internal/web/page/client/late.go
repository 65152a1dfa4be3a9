package client

import (
	"crypto/rand"
	"net/http"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/page"
)

// lateView is the question of a link in a mail, on the client's own page.
func (p *Pages) lateView(v manageView, form web.Form) deedView {
	return deedView{doing: doings[appointment.LateVerb], verb: appointment.LateVerb, actor: v.Client, shell: v.shell, form: form, base: v.base + "/late", key: rand.Text()}
}

func (p *Pages) askLate(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, deedPage(web.ReaderOf(r), p.lateView(v, web.Form{})))
}

func (p *Pages) late(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	d := p.lateView(v, form)
	if form.Get("key") != "" {
		d.key = form.Get("key")
	}
	args := map[string]string{appointment.LateMinutes: form.Get(appointment.LateMinutes)}
	return p.deedDone(w, r, d, p.deed(r, v.OrgID, v.Client, appointment.LateVerb, v.ID, d.key, args))
}
