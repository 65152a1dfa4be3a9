package client

import (
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/web"
	"parley/internal/words"
)

// readWaiting reads whether the client waits for an earlier time, and where they
// see what they are offered.
func (p *Pages) readWaiting(r *http.Request, v *manageView) (err error) {
	v.waiting, v.waits, err = p.Appointments.WaitingFor(r.Context(), p.Orgs.Read(), v.Appointment)
	if err != nil || !v.waits {
		return err
	}
	v.offer = appointment.WaitingPath + "/" + p.Links.Sign(notify.Claim{
		Purpose: appointment.WaitingPath, OrgID: v.OrgID, Object: v.waiting.ID, PersonID: v.ClientID, Expires: v.waiting.Until.Add(24 * time.Hour),
	})
	return nil
}

// awaitEarlier puts the client on the list, between the days that suit.
func (p *Pages) awaitEarlier(r *http.Request, v manageView, form web.Form) error {
	earliest, latest, err := daysOf(web.ReaderOf(r), form)
	if err == nil {
		_, err = p.Appointments.AwaitEarlier(r.Context(), v.by(), v.ID, earliest, latest)
	}
	return err
}

func (p *Pages) leaveEarlier(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if err := p.readWaiting(r, &v); err != nil {
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

// daysOf reads the days between which a time suits, on the reader's wall clock:
// from the start of the first to the end of the last.
func daysOf(r words.Reader, form web.Form) (earliest, latest time.Time, err error) {
	first, err := dayOf(r, form, "earliest")
	if err != nil {
		return earliest, latest, err
	}
	last, err := dayOf(r, form, "latest")
	return first.Start, last.End, err
}

// dayOf is the day in a field; the zero span when there is none.
func dayOf(r words.Reader, form web.Form, field string) (calendar.Span, error) {
	text := form.Get(field)
	if text == "" {
		return calendar.Span{}, nil
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		return calendar.Span{}, fault.Wrap(fault.Invalid, err, "client.waiting.day").At(field)
	}
	return day.In(r.Zone), nil
}
