package appointment

import (
	"testing"
	"time"

	"parley/internal/card"
	"parley/internal/org"
)

// joined gives the appointment a colleague.
func joined(v *View) {
	v.Colleagues = []Guest{{ID: "0190a5b2-7e1f-7000-8000-00000000000c", PersonID: "ben", Role: Colleague, State: Invited, Person: org.Person{ID: "ben", Name: "Ben Carter", Email: "ben@example.org"}}}
	v.Beside = []string{"ben"}
}

func delayed(v *View) { v.Delay = 10 * time.Minute }

func TestCardsOfColleagues(t *testing.T) {
	const host = "parley.example"
	boss := org.Actor{PersonID: "boss", Name: "Eleanor Price"}
	now, video := story(Video, ready, moved, joined), story(Video, ready, joined)
	g := video.Colleagues[0]
	invited := colleagueCard(video, g, "invited", *video.eventFor(staffSide, card.Request, host))
	invited.Lead = []card.Text{card.Say("appointment.colleague.card.invited.by", card.String("Actor", boss.Name))}
	over := story(InPerson, joined, off)
	for name, c := range map[string]card.Card{
		"colleague.invited":   invited,
		"colleague.changed":   now.forColleagues(KindMoved, now.forStaff(host).Event)[0].Card,
		"colleague.cancelled": over.forColleagues(KindCancelled, over.eventFor(staffSide, card.Cancel, host))[0].Card,
		"colleague.left":      video.endCard(g, "left", host),
		"colleague.promoted":  video.endCard(g, "promoted", host),
		"colleague.news":      video.colleagueNews(boss, g, "invited")[0].Card,
		"colleague.news.left": video.colleagueNews(boss, g, "left")[0].Card,
		"client.place":        placedForClient(story(InPerson), host),
		"staff.place":         placedForStaff(story(InPerson), host),
		"delay.video":         delayCard(story(Video, ready, delayed), story(Video).clientActions()),
		"delay.phone":         delayCard(story(Phone, delayed), story(Phone).clientActions()),
		"delay.inperson":      delayCard(story(InPerson, delayed), story(InPerson).clientActions()),
	} {
		for lang, zone := range map[string]string{"en": "Europe/London", "fr": "Europe/Paris"} {
			t.Run(name+"."+lang, func(t *testing.T) { checkGolden(t, name+"."+lang, draw(t, c, lang, zone)) })
		}
	}
}
