package client

import (
	"crypto/rand"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

func (p *Pages) manageMore() {
	p.public("POST /manage/{token}/language", p.saveLanguage)
	p.public("GET /manage/{token}/guest", p.askGuest)
	p.public("POST /manage/{token}/guest", p.inviteGuest)
	p.public("POST /manage/{token}/guest/{guest}/remove", p.removeGuest)
	p.public("GET /manage/{token}/late", p.askLate)
	p.public("POST /manage/{token}/late", p.late)
	p.public("GET /manage/{token}/earlier", p.askEarlier)
	p.public("POST /manage/{token}/earlier", p.awaitEarlier)
	p.public("POST /manage/{token}/earlier/leave", p.leaveEarlier)
}

// moreOf reads what the page shows beside the appointment itself.
func (p *Pages) moreOf(r *http.Request, v *manageView) (err error) {
	v.waiting, v.waits, err = p.Appointments.WaitingFor(r.Context(), p.Orgs.Read(), v.Appointment)
	v.offer = appointment.WaitingPath + "/" + p.Links.Sign(notify.Claim{
		Purpose: appointment.WaitingPath, OrgID: v.OrgID, Object: v.waiting.ID, PersonID: v.ClientID, Expires: v.waiting.Until.Add(24 * time.Hour),
	})
	return err
}

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

// askGuest asks who else is to come.
func (p *Pages) askGuest(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	return page.Render(w, r, http.StatusOK, guestFormPage(web.ReaderOf(r), v))
}

func (p *Pages) inviteGuest(w http.ResponseWriter, r *http.Request) error {
	form, cause, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if cause == nil {
		_, cause = p.Appointments.InviteGuest(r.Context(), v.by(), appointment.Seen{ID: v.ID}, guestsOf(form)[0])
	}
	if cause != nil {
		if form.Errors, err = web.FieldErrors(r, cause); err != nil {
			return err
		}
		v.form = form
		return page.Render(w, r, http.StatusUnprocessableEntity, guestFormPage(web.ReaderOf(r), v))
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.guest.invited"})
	return web.Redirect(w, r, v.base)
}

func (p *Pages) removeGuest(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	err = p.Appointments.RemoveGuest(r.Context(), v.by(), appointment.Seen{ID: v.ID}, r.PathValue("guest"))
	switch {
	case fault.Is(err, fault.NotFound): // removed a moment ago
	case err != nil:
		return err
	default:
		web.Tell(w, r, web.Flash{Tone: "success", Key: "client.guest.removed"})
	}
	return web.Redirect(w, r, v.base)
}

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

// askEarlier asks between which days an earlier time would suit.
func (p *Pages) askEarlier(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	return page.Render(w, r, http.StatusOK, earlierPage(web.ReaderOf(r), v))
}

func (p *Pages) awaitEarlier(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	earliest, latest, cause := daysOf(web.ReaderOf(r), form)
	if cause == nil {
		_, cause = p.Appointments.AwaitEarlier(r.Context(), v.by(), v.ID, earliest, latest)
	}
	if cause != nil {
		if form.Errors, err = web.FieldErrors(r, cause); err != nil {
			return err
		}
		v.form = form
		return page.Render(w, r, http.StatusUnprocessableEntity, earlierPage(web.ReaderOf(r), v))
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.waiting.joined"})
	return web.Redirect(w, r, v.base)
}

// daysOf reads the days between which a time suits, on the reader's wall clock:
// from the start of the first to the end of the last.
func daysOf(r words.Reader, form web.Form) (earliest, latest time.Time, err error) {
	if text := form.Get("earliest"); text != "" {
		day, err := calendar.ParseDate(text)
		if err != nil {
			return earliest, latest, fault.Wrap(fault.Invalid, err, "client.waiting.day").At("earliest")
		}
		earliest = day.In(r.Zone).Start
	}
	if text := form.Get("latest"); text != "" {
		day, err := calendar.ParseDate(text)
		if err != nil {
			return earliest, latest, fault.Wrap(fault.Invalid, err, "client.waiting.day").At("latest")
		}
		latest = day.In(r.Zone).End
	}
	return earliest, latest, nil
}

func (p *Pages) leaveEarlier(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if err := p.moreOf(r, &v); err != nil {
		return err
	}
	if v.waits {
		if err := p.Appointments.LeaveWaiting(r.Context(), v.OrgID, v.ClientID, v.waiting.ID); err != nil {
			return err
		}
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.waiting.left"})
	return web.Redirect(w, r, v.base)
}
