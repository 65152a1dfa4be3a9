package app

import (
	"context"
	"time"

	"parley/internal/calendar"
	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/notify"
)

// tellFailing tells a member, once until it works again, that their calendar
// elsewhere cannot be read. The key of the notice is since when it fails, so that
// telling it again is no second notice.
func (h *house) tellFailing(ctx context.Context, tx *db.Tx, s calendar.Source) error {
	return h.notify.Tell(ctx, tx, notify.Notice{
		OrgID: s.OrgID, Key: "busy:" + s.ID + ":" + s.Failing.UTC().Format(time.RFC3339), Kind: "busy.failing",
		Urgency: notify.Action, To: []string{s.PersonID}, About: s.ID, Card: failing(s),
	})
}

func failing(s calendar.Source) card.Card {
	facts := []card.Fact{{Label: card.Say("app.failing.calendar"), Value: card.Value(card.String("", s.Host+" …"+s.Tail))}}
	if !s.Read.IsZero() {
		facts = append(facts, card.Fact{Label: card.Say("app.failing.read"), Value: card.Value(card.Instant("", s.Read, ""))})
	}
	return card.Card{
		Kind:    "busy.failing",
		Title:   card.Say("app.failing.title"),
		Lead:    []card.Text{card.Say(s.Fault), card.Say("app.failing.text")},
		Facts:   facts,
		Actions: []card.Action{{Label: card.Say("app.failing.go"), Path: "/hours/busy", Style: card.Primary}},
	}
}
