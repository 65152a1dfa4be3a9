package client

import (
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

func (p *Pages) waitingPages() {
	p.public("GET /book/{org}/{service}/waiting", p.askWaiting)
	p.public("POST /book/{org}/{service}/waiting", p.await, web.Body(typedMost))
	p.public("GET /waiting/{token}", p.showWaiting)
	p.public("POST /waiting/{token}/take", p.takeOffer, web.Body(typedMost))
	p.public("POST /waiting/{token}/leave", p.leaveWaiting)
}

// askWaiting asks who wants to be told when a time comes free. What they look
// for stands in the address, as on the page of times.
func (p *Pages) askWaiting(w http.ResponseWriter, r *http.Request) error {
	return p.drawWaiting(w, r, web.Form{}, http.StatusOK, false)
}

func (p *Pages) drawWaiting(w http.ResponseWriter, r *http.Request, form web.Form, status int, done bool) error {
	c, err := p.choiceOf(r)
	if err != nil {
		return err
	}
	if c.step() != "time" && c.step() != "details" {
		return web.Redirect(w, r, c.with())
	}
	v := bookView{choice: c, shell: page.Public(w, r, c.service.Name), form: form}
	if err := p.frame(w, r, c.booking.Organization.ID, &v.shell); err != nil {
		return err
	}
	if done {
		return page.Render(w, r, status, waitingDonePage(web.ReaderOf(r), v))
	}
	return page.Render(w, r, status, waitingAskPage(web.ReaderOf(r), v))
}

// await puts a client on the list.
func (p *Pages) await(w http.ResponseWriter, r *http.Request) error {
	form, asked, cause, err := p.asked(r)
	if err != nil {
		return err
	}
	wish := appointment.WaitWish{Ask: asked.Ask, Client: asked.Client}
	if cause == nil {
		wish.Earliest, wish.Latest, cause = daysOf(web.ReaderOf(r), form)
	}
	if cause == nil {
		_, cause = p.Appointments.Await(r.Context(), wish)
	}
	if cause == nil {
		return p.drawWaiting(w, r, form, http.StatusOK, true)
	}
	if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	return p.drawWaiting(w, r, form, http.StatusUnprocessableEntity, false)
}

// waitingView is what the page behind the link of who waits shows.
type waitingView struct {
	appointment.View
	waiting appointment.Waiting
	shell   ui.PublicShellProps
	base    string
	now     time.Time
	// gone says that somebody else was quicker.
	gone bool
	// form is what was answered to the service's questions.
	form web.Form
}

// asks reports whether there is something to say before the offer can be taken:
// who they are is known, what the service asks is not.
func (v waitingView) asks() bool {
	return v.waiting.AppointmentID == "" && len(v.Service.Questions) > 0
}

func (p *Pages) openWaiting(w http.ResponseWriter, r *http.Request) (v waitingView, err error) {
	if v.now, err = p.Now(r.Context()); err != nil {
		return v, err
	}
	claim, err := p.Links.Verify(r.PathValue("token"), appointment.WaitingPath, v.now)
	if err != nil {
		return v, err
	}
	if v.waiting, v.View, err = p.Appointments.ForWaiting(r.Context(), p.Orgs.Read(), claim.OrgID, claim.PersonID, claim.Object); err != nil {
		return v, err
	}
	web.InOrganization(r, v.Organization)
	web.ReadsAs(r, v.Client.Lang, v.Client.Zone)
	reader := web.ReaderOf(r)
	v.shell = page.Public(w, r, reader.T("client.waiting.page"))
	v.shell.Page.ZoneGuess = guess(r, reader)
	v.base = appointment.WaitingPath + "/" + r.PathValue("token")
	return v, nil
}

func (p *Pages) showWaiting(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openWaiting(w, r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, waitingPage(web.ReaderOf(r), v))
}

// takeOffer moves the appointment to the time that was offered, or books it for
// who has none, if it is still there.
func (p *Pages) takeOffer(w http.ResponseWriter, r *http.Request) error {
	form, cause, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	v, err := p.openWaiting(w, r)
	if err != nil {
		return err
	}
	var a appointment.Appointment
	if cause == nil {
		a, cause = p.take(r, v, form)
	}
	if cause == nil {
		return web.Redirect(w, r, p.taken(w, r, v, a))
	}
	status := http.StatusUnprocessableEntity
	if v.gone = fault.Is(cause, fault.Conflict); v.gone {
		status = http.StatusConflict
	} else if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	v.form = form
	return page.Render(w, r, status, waitingPage(web.ReaderOf(r), v))
}

func (p *Pages) take(r *http.Request, v waitingView, form web.Form) (appointment.Appointment, error) {
	if v.waiting.AppointmentID == "" {
		return p.Appointments.BookOffer(r.Context(), v.OrgID, v.ClientID, v.waiting.ID, page.Answers(form))
	}
	return p.Appointments.TakeOffer(r.Context(), v.OrgID, v.ClientID, v.waiting.ID)
}

// taken is where somebody who took an offer is led: their own page of it.
func (p *Pages) taken(w http.ResponseWriter, r *http.Request, v waitingView, a appointment.Appointment) string {
	if v.waiting.AppointmentID == "" {
		return p.manageURL(a) + "?new=1"
	}
	web.Tell(w, r, movedFlash(a.Method))
	return p.manageURL(a)
}

func (p *Pages) leaveWaiting(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openWaiting(w, r)
	if err != nil {
		return err
	}
	if err := p.Appointments.LeaveWaiting(r.Context(), v.waiting.Ask.OrgID, v.waiting.ClientID, v.waiting.ID); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.waiting.left"})
	return web.Redirect(w, r, v.base)
}
