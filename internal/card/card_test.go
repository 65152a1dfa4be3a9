package card_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/card"
	"parley/internal/words"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	starts = time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC)
	ends   = starts.Add(30 * time.Minute)
	brand  = card.Brand{Name: "Harbour Bank", Accent: "#0b5c4a"}
)

// full is a card that has everything a card can have.
func full() card.Card {
	c := card.Trial("Harbour Bank", "Amelia Hart", starts, "Europe/London")
	c.Subject = ptr(card.Value(card.String("", "Your appointment:"), card.Span("", starts, ends, "Europe/London")))
	c.Facts = append(c.Facts,
		card.Fact{Label: card.Value(card.String("", "Service")), Value: card.Value(card.String("", `Mortgage <review> & "advice"`))},
		card.Fact{Label: card.Value(card.String("", "Join")), Value: card.Value(card.Link("", "", "/j/k7m2-p9qr-x4tv"))},
		card.Fact{Label: card.Value(card.String("", "Day")), Value: card.Value(card.Date("", 2026, 11, 24), card.Duration("", 30*time.Minute), card.Number("", 1200))},
		card.Fact{Label: card.Value(card.String("", "Nested")), Value: card.Say("card.instant", card.Key("When", card.Say("words.now")), card.String("Zone", "?"))})
	c.Actions = append(c.Actions,
		card.Action{Label: card.Value(card.String("", "Move")), Path: "/manage", Signed: true},
		card.Action{Label: card.Value(card.String("", "Cancel")), Verb: "appointment.cancel", Object: "a1", Args: map[string]string{"why": "ill"}, Style: card.Danger})
	c.Note = ptr(card.Value(card.String("", "Ask for the ramp at the side door.")))
	c.Event = &card.Event{UID: "m1@parley", Sequence: 2, Method: card.Request, Starts: starts, Ends: ends, Zone: "Europe/London",
		Summary: card.Value(card.String("", "Mortgage review")), Description: []card.Text{card.Say("card.trial.open"), card.Value(card.Link("", "", "/j/x"))},
		Path: "/j/x", Organizer: card.Mailbox{Name: "Harbour Bank", Address: "appointments@harbourbank.example"},
		Attendees: []card.Mailbox{{Name: "Amelia Hart", Address: "amelia.hart@harbourbank.example"}}, At: starts}
	return c
}

func ptr[T any](v T) *T { return &v }

func links(a card.Action) string {
	switch {
	case card.Absolute(a.Path):
		return a.Path
	case a.Signed:
		return "https://meet.example" + a.Path + "/signed-for-you"
	case a.Verb != "":
		return "https://meet.example/do/" + a.Verb
	}
	return "https://meet.example" + a.Path
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, ok := words.Zone(name)
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return z
}

func TestJSONRoundTrip(t *testing.T) {
	want := full()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got card.Card
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the card changed (-want +got):\n%s", diff)
	}
}

func TestEmailGolden(t *testing.T) {
	readers := map[string]words.Reader{
		"en": {Lang: "en", Zone: zone(t, "Europe/London")},
		"fr": {Lang: "fr", Zone: zone(t, "Europe/Paris")},
	}
	for name, r := range readers {
		subject, html, text, err := card.Email(card.Draw(full(), r, links), brand)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "full."+name+".html", html)
		golden(t, "full."+name+".txt", "Subject: "+subject+"\n\n"+text)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); run with -update if this is right:\n%s", name, diff)
	}
}

func TestReaderWithoutZoneReadsTheMeetingsZone(t *testing.T) {
	c := card.Card{Title: card.Value(card.Instant("", starts, "America/Sao_Paulo"))}
	got := card.Draw(c, words.Reader{Lang: "en"}, links).Title
	if want := "Tuesday 24 November 2026, 11:30, São Paulo time (UTC−3)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEverythingComesFromTheCatalogue(t *testing.T) {
	c := card.Trial("Harbour Bank", "", starts, "Europe/London")
	d := card.Draw(c, words.Reader{Lang: words.Pseudo, Zone: zone(t, "Europe/London")}, links)
	texts := append([]string{d.Subject, d.Title, d.Note}, d.Paragraphs...)
	for _, f := range d.Facts {
		texts = append(texts, f.Label, f.Value)
	}
	for _, b := range d.Buttons {
		texts = append(texts, b.Label)
	}
	for _, text := range texts {
		if out := words.Outside(text); out != "" {
			t.Errorf("%q holds %q, which is in no catalogue", text, out)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	bad := `"><script>alert(1)</script>` + "\r\nBcc: everyone@example.com\n" + strings.Repeat("x", 10_000)
	c := card.Trial(bad, bad, starts, "no/where")
	c.Facts = append(c.Facts, card.Fact{Label: card.Value(card.String("", bad)), Value: card.Value(card.Link("", bad, "javascript:alert(1)"))})
	c.Note = ptr(card.Value(card.String("", bad)))
	d := card.Draw(c, words.Reader{Lang: bad}, func(a card.Action) string { return a.Path })
	subject, html, _, err := card.Email(d, card.Brand{Name: bad, LogoURL: "javascript:alert(2)", Accent: `red;}</style>`})
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(subject, "\r\n") || len([]rune(subject)) > 200 {
		t.Errorf("the subject is not one short line: %.300q", subject)
	}
	for _, sign := range []string{"<script", "javascript:", `}</style>"`} {
		if strings.Contains(html, sign) {
			t.Errorf("the HTML holds %q", sign)
		}
	}
}

func TestButtonsWithoutURLAreLeftOutOfMail(t *testing.T) {
	d := card.Draw(full(), words.Reader{}, func(a card.Action) string { return "" })
	_, html, text, err := card.Email(d, brand)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(html, "appointment.cancel") || strings.Contains(text, "Move") || strings.Contains(html, ">Move<") {
		t.Error("a button that leads nowhere was drawn")
	}
}
