package admin

import (
	"net/http"
	"slices"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/meeting"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// A met is what a client meets by one choice, in the words that they read.
type met struct {
	title string
	lines []string
}

var (
	lobbyChoices     = []meeting.Lobby{meeting.StaffAdmits, meeting.OrganizationEnters, meeting.EveryoneEnters}
	presenterChoices = []meeting.Presenters{meeting.HostsPresent, meeting.OrganizationPresents, meeting.EveryonePresents}
)

// doorLines are what a client reads of a door.
func doorLines(r words.Reader, d appointment.Door) []string {
	return card.Draw(card.Card{Lead: d.Lines()}, r, func(card.Action) string { return "" }).Paragraphs
}

// videoDoor is what an example of a client meets by video.
func videoDoor(r words.Reader, l meeting.Lobby, p meeting.Presenters) appointment.Door {
	return appointment.Door{Method: appointment.Video, Lobby: l, Presenters: p, Client: r.T("admin.service.door.client")}
}

// doors are what clients will meet, by method and, by video, by who waits and who
// may show something.
func doors(r words.Reader) (all []met) {
	video := r.T(appointment.Video.Key()) + ": "
	for _, l := range lobbyChoices {
		lines := doorLines(r, videoDoor(r, l, meeting.HostsPresent))
		all = append(all, met{video + r.T("admin.lobby."+string(l)), lines[:len(lines)-1]})
	}
	for _, p := range presenterChoices {
		lines := doorLines(r, videoDoor(r, meeting.StaffAdmits, p))
		all = append(all, met{video + r.T("admin.presenters."+string(p)), lines[len(lines)-1:]})
	}
	for _, m := range []appointment.Method{appointment.Phone, appointment.InPerson} {
		all = append(all, met{r.T(m.Key()), doorLines(r, appointment.Door{Method: m})})
	}
	return all
}

// met is what a client meets by video as the form stands.
func (v serviceView) met(r words.Reader) met {
	l, p := meeting.Lobby(v.form.Get("lobby")), meeting.Presenters(v.form.Get("presenters"))
	if !slices.Contains(lobbyChoices, l) {
		l = meeting.StaffAdmits
	}
	if !slices.Contains(presenterChoices, p) {
		p = meeting.HostsPresent
	}
	return met{r.T("admin.service.door.now"), append(doorLines(r, videoDoor(r, l, p)), v.holders...)}
}

// holders say who holds the meetings that the connections make: that is somebody
// whom clients see among the participants.
func (p *Pages) holders(r *http.Request, reader words.Reader) (lines []string, err error) {
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	for _, c := range all {
		makes := p.Vault.Conference(c)
		if c.Kind != page.VideoKind || c.State != vault.Connected || makes == nil {
			continue
		}
		key := "admin.service.door.account"
		if makes.OfHost() {
			key = "admin.service.door.host"
		}
		lines = append(lines, reader.T(key, "Vendor", reader.T(p.Vault.Title(c.Vendor)), "Account", c.Account.Name))
	}
	return lines, err
}
