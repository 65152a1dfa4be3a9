package client

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// pendingLook is how often, in seconds, a page that waits for a link looks again.
const pendingLook = "5"

// joinView is what the join page shows.
type joinView struct {
	shell   ui.PublicShellProps
	way     meeting.Way
	service string
	host    string
	now     time.Time
	// booked is the appointment that the meeting is held for, if it is one. Not
	// everything of it is for whoever has the link.
	booked appointment.View
	// go is where the button leads; empty when there is no way in now.
	enter string
	spell []string
}

// enterCode is for who was told the code over the telephone.
func (p *Pages) enterCode(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	typed := r.URL.Query().Get("code")
	if code, ok := meeting.Normal(typed); ok {
		return web.Redirect(w, r, "/j/"+code)
	}
	field := ui.Field{Name: "code", Label: reader.T("client.code.label"), Hint: reader.T("client.code.hint"), Value: typed, Required: true, Width: "m"}
	status := http.StatusOK
	if typed != "" {
		field.Error, status = reader.T("meeting.join.unknown"), http.StatusUnprocessableEntity
	}
	return page.Render(w, r, status, codePage(reader, page.Bare(w, r, reader.T("client.code.title")), field))
}

// join shows when the meeting is, in the reader's zone, and the way in. It
// counts nothing and changes nothing: mail scanners open every link.
func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	if code, ok := meeting.Normal(r.PathValue("code")); ok && code != r.PathValue("code") {
		return web.Redirect(w, r, "/j/"+code)
	}
	v, err := p.joinView(w, r)
	if fault.Is(err, fault.NotFound) {
		return web.Redirect(w, r, "/j?code="+r.PathValue("code"))
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, http.StatusOK, joinPage(web.ReaderOf(r), v))
}

func (p *Pages) joinView(w http.ResponseWriter, r *http.Request) (v joinView, err error) {
	ctx := r.Context()
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	if v.way, err = meeting.Join(ctx, p.Orgs.Read(), r.PathValue("code"), v.now); err != nil {
		return v, err
	}
	o, err := p.Orgs.Organization(ctx, p.Orgs.Read(), v.way.Meeting.OrgID)
	if err != nil {
		return v, err
	}
	web.InOrganization(r, o)
	if booked, ok := p.booked(ctx, v.way.Meeting); ok {
		v.booked, v.host, v.service = booked, booked.Staff.Name, booked.Service.Name
		web.ReadsAs(r, booked.Client.Lang, booked.Zone)
	}
	reader := web.ReaderOf(r)
	v.shell = page.Public(w, r, reader.T("client.join.title", "Organization", o.Name))
	v.shell.Page.ZoneGuess = guess(r, reader)
	v.spell = spell(reader, v.way.Meeting.Code)
	if v.way.URL != "" {
		v.enter = "/j/" + v.way.Meeting.Code + "/go"
	}
	if v.way.State == meeting.WayPending {
		v.shell.Page.Refresh = pendingLook
	}
	return v, nil
}

// booked is the appointment behind a meeting, if one is. Anybody with the link
// may know who holds it and what it is about: never who else comes.
func (p *Pages) booked(ctx context.Context, m meeting.Meeting) (appointment.View, bool) {
	v, err := p.Appointments.OfMeeting(ctx, p.Orgs.Read(), m)
	return v, err == nil // else a meeting of another room, or one whose owner is gone
}

// door says what is met when it is time. It names neither the client nor their
// number: whoever was sent the link reads it.
func (v joinView) door() []card.Text {
	if v.booked.ID == "" || v.way.State == meeting.WayCancelled || v.way.State == meeting.WayOver {
		return nil
	}
	d := v.booked.Door()
	d.Client, d.Phone = "", ""
	return d.Lines()
}

// enter sends the visitor on to the vendor's present link. The vendor does not
// learn where they came from.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	now, err := p.Now(r.Context())
	if err != nil {
		return err
	}
	way, err := meeting.Join(r.Context(), p.Orgs.Read(), r.PathValue("code"), now)
	if err != nil {
		return err
	}
	if way.URL == "" {
		return web.Redirect(w, r, "/j/"+way.Meeting.Code)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, way.URL, http.StatusFound)
	return nil
}

// spell writes how a code is read out, a line for each group.
func spell(r words.Reader, code string) (lines []string) {
	for _, group := range meeting.Spell(code) {
		var said []string
		for _, key := range group {
			said = append(said, r.T(key))
		}
		lines = append(lines, joinWords(said))
	}
	return lines
}

func joinWords(said []string) (line string) {
	for i, word := range said {
		if i > 0 {
			line += ", "
		}
		line += word
	}
	return line
}

// guess is the zone to tell the script when the browser has not told its own.
func guess(r *http.Request, reader words.Reader) string {
	if _, told := ui.ZoneOf(r); told {
		return ""
	}
	return reader.Zone.String()
}
