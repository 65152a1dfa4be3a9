package visit

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// read reads the form that was posted and the appointment that it is to change.
func (p *Pages) read(w http.ResponseWriter, r *http.Request) (view, web.Form, error) {
	v, form, err := p.readAny(w, r)
	if err == nil && !v.may {
		err = fault.New(fault.NotFound, "")
	}
	return v, form, err
}

// readAny is read for what a colleague who was invited may do too.
func (p *Pages) readAny(w http.ResponseWriter, r *http.Request) (view, web.Form, error) {
	form, err := web.ReadForm(r)
	if err != nil {
		return view{}, form, err
	}
	v, err := p.look(w, r)
	v.form = form
	return v, form, err
}

// done leads back to the appointment and tells what was done.
func done(w http.ResponseWriter, r *http.Request, v view, key string, args ...string) error {
	web.Tell(w, r, web.Flash{Tone: "success", Key: key, Args: args})
	return web.Redirect(w, r, v.base)
}

// place is where a press of one line leads back to: the page of ours that it stood
// on, or else the page of the appointment.
func (v view) place(form web.Form) (path string, elsewhere bool) {
	if next := web.Local(form.Get("next")); next != "/" {
		return next, true
	}
	return v.base, false
}

// pressed leads back to where it was pressed, and says of which appointment where
// that is not its own page.
func pressed(w http.ResponseWriter, r *http.Request, v view, form web.Form, here, there string, args ...string) error {
	to, elsewhere := v.place(form)
	if elsewhere {
		here = there
	}
	args = append(args, "Name", clientName(web.ReaderOf(r), v.View))
	web.Tell(w, r, web.Flash{Tone: "success", Key: here, Args: args})
	return web.Redirect(w, r, to)
}

// setState says how far the appointment has come.
func (p *Pages) setState(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.read(w, r)
	if err != nil {
		return err
	}
	after, err := p.Appointments.SetState(r.Context(), web.ActorOf(r), v.seen(form), appointment.State(form.Get("state")))
	if err != nil {
		to, _ := v.place(form)
		return p.settled(w, r, v, err, to)
	}
	return pressed(w, r, v, form, "visit.state.done", "schedule.stepped", "State", web.ReaderOf(r).T(after.State.Key()))
}

// askReassign shows who could take it over, and why the others could not.
func (p *Pages) askReassign(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	return p.drawReassign(w, r, v, http.StatusOK)
}

func (p *Pages) drawReassign(w http.ResponseWriter, r *http.Request, v view, status int) (err error) {
	if v.takers, v.others, err = p.Appointments.Takers(r.Context(), web.ActorOf(r), v.ID); err != nil {
		return err
	}
	return page.Render(w, r, status, reassignPage(web.ReaderOf(r), v))
}

// reassign gives it to a colleague. Who gives their own away sees it no more, and
// is led back to their schedule.
func (p *Pages) reassign(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.read(w, r)
	if err != nil {
		return err
	}
	actor := web.ActorOf(r)
	after, err := p.Appointments.Reassign(r.Context(), actor, v.seen(form), form.Get("staff"))
	switch {
	case stale(err):
		return p.settled(w, r, v, err, v.base+"/reassign")
	case err != nil && fault.As(err).Field == "":
		return p.settled(w, r, v, err, v.base)
	}
	if v.form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if v.form.Errors != nil {
		return p.drawReassign(w, r, v, http.StatusConflict)
	}
	to, err := p.Orgs.Person(r.Context(), p.Orgs.Read(), v.OrgID, after.StaffID)
	if err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "visit.reassigned", Args: []string{"Name", to.Name}})
	if _, err := p.Appointments.Open(r.Context(), p.Orgs.Read(), actor, v.ID); err != nil {
		return web.Redirect(w, r, v.trail[0].Href)
	}
	return web.Redirect(w, r, v.base)
}

// askMethod asks how the client and the staff are to meet.
func (p *Pages) askMethod(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	v.form = web.Form{Values: map[string][]string{"method": {string(v.Method)}, "location": {v.LocationID}, "phone": {v.Client.Phone}}}
	if v.Method == appointment.Phone {
		v.form.Set("phone", v.Meeting.Place)
	}
	return p.drawMethod(w, r, v, http.StatusOK)
}

func (p *Pages) drawMethod(w http.ResponseWriter, r *http.Request, v view, status int) error {
	all, err := p.Appointments.Locations(r.Context(), p.Orgs.Read(), v.OrgID)
	if err != nil {
		return err
	}
	for _, l := range all {
		for _, id := range l.Staff {
			if l.Active && id == v.StaffID {
				v.places = append(v.places, l)
			}
		}
	}
	return page.Render(w, r, status, methodPage(web.ReaderOf(r), v))
}

func (p *Pages) changeMethod(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.read(w, r)
	if err != nil {
		return err
	}
	to := appointment.To{LocationID: form.Get("location"), Phone: form.Get("phone")}
	_, err = p.Appointments.ChangeMethod(r.Context(), web.ActorOf(r), v.seen(form), appointment.Method(form.Get("method")), to)
	switch {
	case stale(err):
		return p.settled(w, r, v, err, v.base+"/method")
	case fault.Is(err, fault.Conflict):
		return p.settled(w, r, v, err, v.base)
	}
	if v.form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if v.form.Errors != nil {
		return p.drawMethod(w, r, v, http.StatusUnprocessableEntity)
	}
	return done(w, r, v, "visit.method.done")
}

// askChoose asks before the client is asked for another time.
func (p *Pages) askChoose(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, choosePage(web.ReaderOf(r), v))
}

func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.read(w, r)
	if err != nil {
		return err
	}
	if _, err := p.Appointments.AskAnotherTime(r.Context(), web.ActorOf(r), v.seen(form)); err != nil {
		return p.settled(w, r, v, err, v.base)
	}
	return done(w, r, v, "visit.choose.done", "Name", clientName(web.ReaderOf(r), v.View))
}

// whyNot is why a colleague cannot take it, in the reader's words.
func whyNot(r words.Reader, t appointment.Taker) string { return r.T(t.Why) }
