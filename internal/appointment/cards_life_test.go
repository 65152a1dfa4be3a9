package appointment

import (
	"testing"

	"parley/internal/card"
	"parley/internal/org"
)

// given is the story after a colleague took it over, and as it was before.
func given(m Method) (now, was View) {
	now, was = story(m, ready), story(m, ready)
	now.Sequence, was.Sequence = 1, 1
	now.StaffID, now.Staff = "colleague", org.Person{ID: "colleague", Name: "Ben Carter"}
	return now, was
}

func TestCardsOfWhatTheStaffChange(t *testing.T) {
	const host = "parley.example"
	staff, boss := org.Actor{PersonID: "staff", Name: "Amelia Hart"}, org.Actor{PersonID: "boss", Name: "Eleanor Price"}
	video, was := given(Video)
	phone, _ := given(Phone)
	place, _ := given(InPerson)
	for name, c := range map[string]card.Card{
		"client.reassigned.video":    reassignedForClient(video, host),
		"client.reassigned.phone":    reassignedForClient(phone, host),
		"client.reassigned.inperson": reassignedForClient(place, host),
		"staff.reassigned":           reassignedForStaff(video, host),
		"staff.taken.own":            takenFromStaff(was, video, staff, host),
		"staff.taken.boss":           takenFromStaff(was, video, boss, host),
		"client.method.video":        methodForClient(story(Video), host),
		"client.method.phone":        methodForClient(story(Phone), host),
		"client.method.inperson":     methodForClient(story(InPerson), host),
		"staff.method.phone":         methodForStaff(story(Phone), host),
		"client.choose":              chooseCard(story(Video, ready)),
	} {
		for lang, zone := range map[string]string{"en": "Europe/London", "fr": "Europe/Paris"} {
			t.Run(name+"."+lang, func(t *testing.T) { checkGolden(t, name+"."+lang, draw(t, c, lang, zone)) })
		}
	}
}

// TestEachOfTheStaffHasAnEntryOfTheirOwn asks that taking the entry from one does
// not take it from the other, nor from the client.
func TestEachOfTheStaffHasAnEntryOfTheirOwn(t *testing.T) {
	now, was := given(Video)
	gone, new, client := takenFromStaff(was, now, org.Actor{}, "h"), reassignedForStaff(now, "h"), reassignedForClient(now, "h")
	if gone.Event.Method != card.Cancel || new.Event.Method != card.Request || client.Event.Method != card.Request {
		t.Errorf("%s %s %s", gone.Event.Method, new.Event.Method, client.Event.Method)
	}
	if gone.Event.UID == new.Event.UID || gone.Event.UID == client.Event.UID {
		t.Errorf("what is taken away is %s; what stays is %s and %s", gone.Event.UID, new.Event.UID, client.Event.UID)
	}
	if had := confirmedForStaff(was, "h"); had.Event.UID != gone.Event.UID {
		t.Errorf("who had %s is asked to drop %s", had.Event.UID, gone.Event.UID)
	}
	if client.Event.UID != confirmedForClient(was, "h").Event.UID || client.Event.Sequence != 1 {
		t.Errorf("the client's entry is %s, sequence %d", client.Event.UID, client.Event.Sequence)
	}
}
