package client

import (
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// managePages are what a client does behind the link of their appointment.
func (p *Pages) managePages() {
	p.public("GET /manage/{token}", p.manage)
	p.public("GET /manage/{token}/invite.ics", p.invite)
	p.public("GET /manage/{token}/reschedule", p.times)
	p.public("POST /manage/{token}/reschedule", p.reschedule)
	p.question("cancel", question{cancelPage, p.cancel, "client.cancelled"})
	p.question("guest", question{guestFormPage, p.inviteGuest, "client.guest.invited"})
	p.public("POST /manage/{token}/guest/{guest}/remove", p.removeGuest)
	p.question("earlier", question{earlierPage, p.awaitEarlier, "client.waiting.joined"})
	p.public("POST /manage/{token}/earlier/leave", p.leaveEarlier)
	p.public("GET /manage/{token}/late", p.askLate)
	p.public("POST /manage/{token}/late", p.late)
	p.public("POST /manage/{token}/language", p.saveLanguage)
}

// manageView is what a client's own page of an appointment shows.
type manageView struct {
	appointment.View
	shell ui.PublicShellProps
	// base is the address of the page.
	base string
	// joinURL is the permanent address with the host, for copying.
	joinURL string
	// way says whether the join page has a way in now.
	way meeting.Way
	// fresh is set right after booking.
	fresh bool
	now   time.Time
	form  web.Form
	// when and start are for moving: the times to choose from, and the chosen one.
	when  when
	start time.Time
	// waiting is the client's place on the waiting list, if they wait for an
	// earlier time, and offer the address of what they are offered.
	waiting appointment.Waiting
	waits   bool
	offer   string
}

// open proves the link and reads the appointment as its client may see it.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) (v manageView, err error) {
	ctx := r.Context()
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	claim, err := p.Links.Verify(r.PathValue("token"), appointment.ManagePath, v.now)
	if err != nil {
		return v, err
	}
	if v.View, err = p.Appointments.ForClient(ctx, p.Orgs.Read(), claim.OrgID, claim.PersonID, claim.Object); err != nil {
		return v, err
	}
	web.InOrganization(r, v.Organization)
	web.ReadsAs(r, v.Client.Lang, v.Zone)
	if v.way, err = meeting.Join(ctx, p.Orgs.Read(), v.Meeting.Code, v.now); err != nil {
		return v, err
	}
	v.base = appointment.ManagePath + "/" + r.PathValue("token")
	v.joinURL = p.Site.URL("/j/" + v.Meeting.Code)
	reader := web.ReaderOf(r)
	v.shell = page.Public(w, r, reader.T("client.manage.title", "Service", v.Service.Name))
	v.shell.Page.ZoneGuess = guess(r, reader)
	return v, nil
}

func (v manageView) by() org.Actor { return org.Client(v.Client) }

// seen is the appointment as the client saw it who sent a form: what the staff
// changed meanwhile is neither moved nor called off unseen.
func (v manageView) seen(form web.Form) appointment.Seen {
	return appointment.Seen{ID: v.ID, Version: form.Version()}
}

// manage shows the appointment: what was agreed, the join link and what can
// still be changed.
func (p *Pages) manage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if err := p.readWaiting(r, &v); err != nil {
		return err
	}
	v.fresh = r.URL.Query().Get("new") != ""
	if v.State == appointment.Confirmed && v.way.State == meeting.WayPending {
		v.shell.Page.Refresh = pendingLook
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, http.StatusOK, managePage(web.ReaderOf(r), v))
}

// invite is the calendar entry, for who lost the mail.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	ics, err := p.Invite(v.View, web.ReaderOf(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="appointment.ics"`)
	_, err = w.Write(ics)
	return err
}

// cancel calls the appointment off.
func (p *Pages) cancel(r *http.Request, v manageView, form web.Form) error {
	_, err := p.Appointments.Cancel(r.Context(), v.by(), v.seen(form), form.Get("reason"))
	return err
}

// linkTone says how much a link state asks for attention.
func linkTone(s meeting.LinkState) ui.Tone {
	switch s {
	case meeting.Ready:
		return ui.Success
	case meeting.NoLink:
		return ui.Neutral
	}
	return ui.Warning
}
