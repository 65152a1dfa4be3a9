package appointment

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/calendar"
	"parley/internal/card"
	"parley/internal/meeting"
	"parley/internal/org"
	"parley/internal/words"
)

var golden = flag.Bool("golden", false, "write the golden files anew")

// story is an appointment in the hour after the clocks went forward in London.
func story(m Method, edit ...func(*View)) View {
	starts := time.Date(2027, 3, 29, 13, 30, 0, 0, time.UTC)
	v := View{
		Appointment: Appointment{
			OrgID: "org", ID: "0190a5b2-7e1f-7000-8000-000000000001", StaffID: "staff", ClientID: "client", Method: m,
			Starts: starts, Ends: starts.Add(30 * time.Minute), Zone: "Europe/Paris", Notes: "I bring <my> papers.",
			Answers: []Answer{{Question: "q", Label: "What is it about?", Text: "A flat & a loan"}},
			State:   Confirmed, Booked: starts.AddDate(0, 0, -7), Changed: starts.AddDate(0, 0, -7),
		},
		Service:      Service{Name: "Mortgage review"},
		Staff:        org.Person{ID: "staff", Name: "Amelia Hart"},
		Client:       org.Person{ID: "client", Name: "Zoé <Martin>", Email: "zoe@example.org", Phone: "+33 1 23 45 67 89"},
		Organization: org.Organization{Name: "Harbour Bank", Slug: "harbour-bank"},
		Meeting:      meeting.Meeting{Code: "k7m2-q9xd-4htw", Link: meeting.Pending},
	}
	switch m {
	case InPerson:
		v.Meeting.Place, v.Meeting.Link = "1 Quay Street", meeting.NoLink
	case Phone:
		v.Meeting.Place, v.Meeting.Link = v.Client.Phone, meeting.NoLink
	}
	for _, f := range edit {
		f(&v)
	}
	return v
}

func ready(v *View) { v.Meeting.Link = meeting.Ready }

func moved(v *View) {
	v.Sequence = 1
	v.Meeting.Prior = calendar.Span{Start: v.Starts.Add(-72 * time.Hour), End: v.Ends.Add(-72 * time.Hour)}
}

func off(v *View) { v.Sequence, v.State, v.Reason = 2, Cancelled, "I am ill" }

func outdated(v *View) { v.Meeting.LinkReason = meeting.ReasonOldTime }

func rescued(v *View) {
	v.Sequence, v.Service.Methods = 1, Methods()
	v.Rescue = Rescue{From: []string{"connection"}, Why: "meeting.reason.reauthorize"}
}

func late(v *View) { v.Late = 30 * time.Minute }

// guests gives the appointment an interpreter, and its service a list.
func guests(v *View) {
	v.Service.Bring = []string{"Your passport", "The last three payslips"}
	v.Guests = []Guest{interpreter()}
}

func interpreter() Guest {
	return Guest{ID: "0190a5b2-7e1f-7000-8000-00000000000a", PersonID: "ana", Role: Interpreter, State: Invited, Person: org.Person{ID: "ana", Name: "Ana Costa", Email: "ana@example.org"}}
}

func TestCards(t *testing.T) {
	const host = "parley.example"
	client, staff := org.Actor{PersonID: "client", Name: "Zoé <Martin>"}, org.Actor{PersonID: "staff", Name: "Amelia Hart"}
	for name, c := range map[string]card.Card{
		"client.confirmed.video":    confirmedForClient(story(Video), host),
		"client.confirmed.phone":    confirmedForClient(story(Phone), host),
		"client.confirmed.inperson": confirmedForClient(story(InPerson), host),
		"client.moved":              movedForClient(story(Video, ready, moved), host),
		"client.cancelled.own":      cancelledForClient(story(Video, off), client, host),
		"client.cancelled.staff":    cancelledForClient(story(Phone, off), staff, host),
		"client.reminder.video":     reminderCard(story(Video, ready), true),
		"client.reminder.inperson":  reminderCard(story(InPerson), false),
		"staff.confirmed":           confirmedForStaff(story(Video), host),
		"staff.guests":              confirmedForStaff(story(Video, guests), host),
		"client.guests":             confirmedForClient(story(InPerson, guests), host),
		"guest.invited":             guestCard(story(Video, guests), interpreter(), KindConfirmed, *story(Video).eventFor(clientSide, card.Request, host)),
		"guest.moved":               guestCard(story(Phone, guests, moved), interpreter(), KindMoved, *story(Phone, moved).eventFor(clientSide, card.Request, host)),
		"guest.cancelled":           guestCard(story(Video, guests, off), interpreter(), KindCancelled, *story(Video, off).eventFor(clientSide, card.Cancel, host)),
		"late.staff":                lateForStaff(story(Video, late), Appointment{ID: "next", Starts: time.Date(2027, 3, 29, 14, 15, 0, 0, time.UTC)}),
		"late.client":               lateAnswer(story(Video, late)),
		"waiting.offer":             offerCard(Waiting{ID: "w", Start: time.Date(2027, 3, 29, 13, 30, 0, 0, time.UTC), Until: time.Date(2027, 3, 28, 13, 30, 0, 0, time.UTC)}, Service{Name: "Mortgage review"}, "Europe/Paris"),
		"staff.moved.outdated":      movedForStaff(story(Video, ready, moved, outdated), host),
		"client.rescued.video":      rescuedForClient(story(Video, rescued), host),
		"client.rescued.phone":      rescuedForClient(story(Phone, rescued), host),
		"staff.rescued.video":       rescuedForStaff(story(Video, rescued), host),
		"staff.rescued.phone":       rescuedForStaff(story(Phone, rescued), host),
		"client.stranded":           strandedForClient(story(Video, rescued)),
		"staff.stranded":            strandedForStaff(story(Video, rescued)),
		"host.lost":                 lostForMember("appointments@harbourbank.example", 1),
		"host.lost.administrator":   lostForAdministrator("appointments@harbourbank.example", "connection", []string{"Amelia Hart", "Zoé Martin"}, 12),
		"feedback":                  feedbackCard(story(Video)),
		"staff.moved":               movedForStaff(story(Video, ready, moved), host),
		"staff.cancelled":           cancelledForStaff(story(Video, off), client, host),
	} {
		for lang, zone := range map[string]string{"en": "Europe/London", "fr": "Europe/Paris"} {
			t.Run(name+"."+lang, func(t *testing.T) { checkGolden(t, name+"."+lang, draw(t, c, lang, zone)) })
		}
	}
}

// draw writes a card as text, after it was stored and read as the database does.
func draw(t *testing.T, c card.Card, lang, zone string) string {
	t.Helper()
	stored, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var read card.Card
	if err := json.Unmarshal(stored, &read); err != nil {
		t.Fatal(err)
	}
	loc, err := calendar.Zone(zone)
	if err != nil {
		t.Fatal(err)
	}
	d := card.Draw(read, words.Reader{Lang: lang, Zone: loc}, func(a card.Action) string {
		if a.Signed {
			return "https://parley.example" + a.Path + "/<signed for " + a.Object + ">"
		}
		return "https://parley.example" + a.Path
	})
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(out)) + "\n"
	if strings.Contains(text, "⟦") || strings.Contains(text, "no value") {
		t.Errorf("a text is missing:\n%s", text)
	}
	return text
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "cards", name+".json")
	if *golden {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A calendar must take every state of an appointment for the same entry, and
// the later for the later.
func TestTheEntryStaysTheSame(t *testing.T) {
	cards := []card.Card{
		confirmedForClient(story(Video), "h"), movedForClient(story(Video, moved), "h"), cancelledForClient(story(Video, off), org.Actor{}, "h"),
	}
	for i, c := range cards {
		if c.Event.UID != cards[0].Event.UID {
			t.Errorf("card %d has UID %s", i, c.Event.UID)
		}
		if want := fmt.Sprint(i); fmt.Sprint(c.Event.Sequence) != want {
			t.Errorf("card %d has sequence %d, want %s", i, c.Event.Sequence, want)
		}
	}
	if m := cards[2].Event.Method; m != card.Cancel {
		t.Errorf("the cancelled card says %s", m)
	}
}
