package client

import (
	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/words"
)

// said writes texts of cards on a page.
func said(r words.Reader, lines ...card.Text) []string {
	return card.Draw(card.Card{Lead: lines}, r, func(a card.Action) string { return a.Path }).Paragraphs
}

// door is what the client of this choice will meet, as far as it is chosen.
func (v bookView) door() appointment.Door {
	d := appointment.Door{Method: v.method, Lobby: v.service.Lobby, Client: v.form.Get("name"), Location: v.branch.Location, Starts: v.start}
	for _, s := range v.staffs() {
		if s.ID == v.staff {
			d.Staff = s.Name
		}
	}
	return d
}
