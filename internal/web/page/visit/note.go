package visit

import (
	"time"

	"net/http"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// addNote writes a note, or a follow-up where a day was given.
func (p *Pages) addNote(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.readAny(w, r)
	if err != nil {
		return err
	}
	key, actor := "visit.note.done", web.ActorOf(r)
	if form.Get("kind") == "followup" {
		key = "visit.followup.done"
		err = p.addFollowUp(r, v, form)
	} else {
		_, err = p.Appointments.AddNote(r.Context(), actor, v.ID, form.Get("text"))
	}
	if v.form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if v.form.Errors == nil {
		return done(w, r, v, key)
	}
	if err := p.readAround(r, &v); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, visitPage(web.ReaderOf(r), v))
}

func (p *Pages) addFollowUp(r *http.Request, v view, form web.Form) error {
	due, err := calendar.ParseDate(form.Get("due"))
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "visit.followup.day").At("due")
	}
	_, err = p.Appointments.AddFollowUp(r.Context(), web.ActorOf(r), v.ID, form.Get("task"), due)
	if f := fault.As(err); f != nil && f.Field == "text" {
		return f.At("task")
	}
	return err
}

// noteAt is the note of the address, which the reader wrote.
func (p *Pages) noteAt(w http.ResponseWriter, r *http.Request) (v view, err error) {
	if v, err = p.look(w, r); err != nil {
		return v, err
	}
	notes, err := p.Appointments.Notes(r.Context(), p.Orgs.Read(), v.OrgID, v.ID)
	if err != nil {
		return v, err
	}
	for _, n := range notes {
		if n.ID == r.PathValue("note") {
			v.note = n
			return v, nil
		}
	}
	return v, fault.New(fault.NotFound, "")
}

func (p *Pages) editNote(w http.ResponseWriter, r *http.Request) error {
	v, err := p.noteAt(w, r)
	if err != nil {
		return err
	}
	v.form = web.Form{Values: map[string][]string{"text": {v.note.Text}}}
	return page.Render(w, r, http.StatusOK, notePage(web.ReaderOf(r), v))
}

func (p *Pages) saveNote(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.noteAt(w, r)
	if err != nil {
		return err
	}
	v.form = form
	if v.form.Errors, err = web.FieldErrors(r, p.Appointments.EditNote(r.Context(), web.ActorOf(r), v.note.ID, form.Get("text"))); err != nil {
		return err
	}
	if v.form.Errors != nil {
		return page.Render(w, r, http.StatusUnprocessableEntity, notePage(web.ReaderOf(r), v))
	}
	return done(w, r, v, "visit.note.saved")
}

func (p *Pages) removeNote(w http.ResponseWriter, r *http.Request) error {
	v, err := p.noteAt(w, r)
	if err != nil {
		return err
	}
	if err := p.Appointments.RemoveNote(r.Context(), web.ActorOf(r), v.note.ID); err != nil {
		return p.settled(w, r, v, err, v.base)
	}
	return done(w, r, v, "visit.note.removed")
}

// finish says that a follow-up is done, or that it is not.
func (p *Pages) finish(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.noteAt(w, r)
	if err != nil {
		return err
	}
	if err := p.Appointments.FinishFollowUp(r.Context(), web.ActorOf(r), v.note.ID, form.On("done")); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "visit.followup.saved"})
	return web.Redirect(w, r, web.Back(r))
}

// due is the day of a follow-up in words.
func due(r words.Reader, n appointment.Note) string {
	day, err := calendar.ParseDate(n.Due)
	if err != nil {
		return n.Due
	}
	return r.In(time.UTC).Date(day.In(time.UTC).Start)
}
