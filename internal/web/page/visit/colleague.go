package visit

import (
	"net/http"
	"strconv"
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// askColleague asks which colleague is to be there too.
func (p *Pages) askColleague(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if !v.CanInviteColleague(v.now) {
		return web.Redirect(w, r, v.base)
	}
	return p.drawColleague(w, r, v, http.StatusOK)
}

func (p *Pages) drawColleague(w http.ResponseWriter, r *http.Request, v view, status int) (err error) {
	if v.invitable, err = p.Appointments.Invitable(r.Context(), p.Orgs.Read(), v.View); err != nil {
		return err
	}
	return page.Render(w, r, status, colleaguePage(web.ReaderOf(r), v))
}

func (p *Pages) inviteColleague(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.read(w, r)
	if err != nil {
		return err
	}
	who := form.Get("colleague")
	err = fault.New(fault.Invalid, "appointment.colleague.choose").At("colleague")
	if who != "" {
		_, err = p.Appointments.InviteColleague(r.Context(), web.ActorOf(r), v.seen(form), who)
	}
	switch {
	case stale(err):
		return p.settled(w, r, v, err, v.base+"/colleague")
	case err != nil && fault.As(err).Field == "":
		return p.settled(w, r, v, err, v.base)
	}
	if v.form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if v.form.Errors != nil {
		return p.drawColleague(w, r, v, http.StatusUnprocessableEntity)
	}
	to, err := p.Orgs.Person(r.Context(), p.Orgs.Read(), v.OrgID, who)
	if err != nil {
		return err
	}
	return done(w, r, v, "visit.colleague.done", "Name", to.Name)
}

// dropColleague says that a colleague will not be there. Who said so of themselves
// sees the appointment no more, and is led back to their schedule.
func (p *Pages) dropColleague(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.readAny(w, r)
	if err != nil {
		return err
	}
	if _, err := p.Appointments.DropColleague(r.Context(), web.ActorOf(r), v.seen(form), r.PathValue("person")); err != nil {
		return p.settled(w, r, v, err, v.base)
	}
	if !v.may {
		web.Tell(w, r, web.Flash{Tone: "success", Key: "visit.colleague.left"})
		return web.Redirect(w, r, v.trail[0].Href)
	}
	return done(w, r, v, "visit.colleague.dropped")
}

// colleagueOptions are who can be invited.
func (v view) colleagueOptions(r words.Reader) []ui.Option {
	options := []ui.Option{{Label: r.T("visit.colleague.choose")}}
	for _, p := range v.invitable {
		options = append(options, ui.Option{Value: p.ID, Label: p.Name})
	}
	return options
}

// delay tells the client how late the staff will be.
func (p *Pages) delay(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.read(w, r)
	if err != nil {
		return err
	}
	minutes, _ := strconv.Atoi(form.Get(appointment.LateMinutes)) // what is no number is no length either
	if _, err := p.Appointments.RunBehind(r.Context(), web.ActorOf(r), v.seen(form), time.Duration(minutes)*time.Minute); err != nil {
		to, _ := v.place(form)
		return p.settled(w, r, v, err, to)
	}
	return pressed(w, r, v, form, "visit.delay.done", "visit.delay.done")
}

// delayText says what the client was told, or what they will be.
func (v view) delayText(r words.Reader) string {
	switch {
	case v.Delay > 0:
		return r.T("visit.delay.told", "Late", v.Delay, "When", r.Time(v.DelayAt), "Name", clientName(r, v.View))
	case v.own:
		return r.T("visit.delay.own", "Name", clientName(r, v.View))
	}
	return r.T("visit.delay.text", "Name", clientName(r, v.View), "Staff", v.Staff.Name)
}
