package card

import "time"

// Trial is the card by which somebody tries a channel: it does what every card
// does, and says that nothing need be done.
func Trial(organization, sender string, at time.Time, zone string) Card {
	return Card{
		Kind:  "card.trial",
		Title: Say("card.trial.title", String("Organization", organization)),
		Lead:  []Text{Say("card.trial.lead"), Say("card.trial.zone")},
		Facts: []Fact{
			{Label: Say("card.trial.sender"), Value: Value(Person("", "", sender))},
			{Label: Say("card.trial.at"), Value: Value(Instant("", at, zone))},
		},
		Actions: []Action{{Label: Say("card.trial.open"), Path: "/", Style: Primary}},
	}
}
