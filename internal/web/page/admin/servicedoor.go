package admin

import (
	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/meeting"
	"parley/internal/words"
)

// A met is what a client meets by one choice, in the words that they read.
type met struct {
	title string
	lines []string
}

// doors are what clients will meet, by method and, by video, by who waits.
func doors(r words.Reader) (all []met) {
	read := func(title string, d appointment.Door) {
		lines := card.Draw(card.Card{Lead: d.Lines()}, r, func(card.Action) string { return "" }).Paragraphs
		all = append(all, met{title, lines})
	}
	client := r.T("admin.service.door.client")
	for _, l := range []meeting.Lobby{meeting.StaffAdmits, meeting.OrganizationEnters, meeting.EveryoneEnters} {
		read(r.T(appointment.Video.Key())+": "+r.T("admin.lobby."+string(l)), appointment.Door{Method: appointment.Video, Lobby: l, Client: client})
	}
	read(r.T(appointment.Phone.Key()), appointment.Door{Method: appointment.Phone})
	read(r.T(appointment.InPerson.Key()), appointment.Door{Method: appointment.InPerson})
	return all
}
