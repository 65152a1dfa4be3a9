package appointment

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
)

func TestSpread(t *testing.T) {
	when := func(day int) db.Time { return db.Time(time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)) }
	got := spread([]load{
		{"busy", 3, when(1)}, {"b", 1, when(5)}, {"a", 1, when(5)}, {"rested", 1, when(2)}, {"new", 0, db.Time{}},
	})
	if diff := cmp.Diff([]string{"new", "rested", "a", "b", "busy"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPrepare(t *testing.T) {
	zone, err := calendar.Zone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC) // in New York
	window := calendar.Span{Start: noon.Add(-12 * time.Hour), End: noon.Add(36 * time.Hour)}
	own := calendar.Span{Start: noon, End: noon.Add(time.Hour)}.Stretch()
	sheet := calendar.NewSheet("p", zone, window, calendar.Rules{
		Hours:  []calendar.Hours{{Weekday: 2, Start: 600, End: 840}, {Weekday: 3, Start: 600, End: 660}},
		Claims: calendar.Line{own},
	})
	day := []taken{{id: "own", span: own, before: time.Hour, after: time.Hour}}
	starts := func(limit int, except string) (list []string) {
		s := prepare(sheet, day, limit, except)
		for at := range s.Starts(window, calendar.Fit{Length: time.Hour, Step: time.Hour}) {
			list = append(list, at.Time().In(zone).Format("2 15h"))
		}
		return list
	}
	for _, c := range []struct {
		name   string
		limit  int
		except string
		want   []string
	}{
		{"its quiet is kept on both sides", 0, "", []string{"24 10h", "25 10h"}},
		{"a full day is shut, by the staff's own clock", 1, "", []string{"25 10h"}},
		{"room for one more", 2, "", []string{"24 10h", "25 10h"}},
		{"the one that moves is in nobody's way", 1, "own", []string{"24 10h", "24 11h", "24 12h", "24 13h", "25 10h"}},
	} {
		if diff := cmp.Diff(c.want, starts(c.limit, c.except)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestServiceCheck(t *testing.T) {
	good := func() Service {
		s := NewService("Mortgage review")
		s.Methods = []Method{Video}
		return s
	}
	for _, c := range []struct {
		field, key string
		edit       func(*Service)
	}{
		{"name", "appointment.service.name.missing", func(s *Service) { s.Name = " " }},
		{"slug", "appointment.service.slug.shape", func(s *Service) { s.Slug = "Not A Slug" }},
		{"methods", "appointment.service.methods.missing", func(s *Service) { s.Methods = nil }},
		{"methods", "appointment.method.unknown", func(s *Service) { s.Methods = []Method{"pigeon"} }},
		{"lobby", "appointment.service.lobby.unknown", func(s *Service) { s.Lobby = meeting.Lobby("open bar") }},
		{"duration", "appointment.length", func(s *Service) { s.Duration = 0 }},
		{"duration", "appointment.length", func(s *Service) { s.Duration = 25 * time.Hour }},
		{"step", "appointment.length", func(s *Service) { s.Step = time.Second }},
		{"ahead", "appointment.length", func(s *Service) { s.Ahead = 5000 * 24 * time.Hour }},
		{"questions.0", "appointment.service.options", func(s *Service) { s.Questions = []Question{{Label: "Which?", Kind: Choice}} }},
		{"questions.0", "appointment.service.question.kind", func(s *Service) { s.Questions = []Question{{Label: "Which?", Kind: "essay"}} }},
	} {
		s := good()
		c.edit(&s)
		f := fault.Of(s.tidy().check())
		if len(f) != 1 || f[0].Key != c.key || f[0].Field != c.field {
			t.Errorf("%s: %v, want only %s", c.field, f, c.key)
		}
	}
	if err := good().tidy().check(); err != nil {
		t.Errorf("a usual service: %v", err)
	}
}

func TestReadStart(t *testing.T) {
	for _, c := range []struct{ local, zone, want, key string }{
		{"2027-03-28T09:30", "Europe/London", "2027-03-28T08:30:00Z", ""},
		{"2027-10-31T01:30", "Europe/London", "2027-10-31T00:30:00Z", ""},
		{"2027-03-28T01:30", "Europe/London", "", "appointment.start.gap"},
		{"2027-03-28T01:30", "Nowhere", "", "calendar.zone.unknown"},
		{"tomorrow", "Europe/London", "", "appointment.start.missing"},
		{"2027-02-30T01:30", "Europe/London", "", "appointment.start.missing"},
	} {
		at, err := startIn(c.local, c.zone)
		switch {
		case c.key != "" && (err == nil || err.Key != c.key):
			t.Errorf("%s in %s: %v, want %s", c.local, c.zone, err, c.key)
		case c.key == "" && (err != nil || at.Format(time.RFC3339) != c.want):
			t.Errorf("%s in %s: %v, %v; want %s", c.local, c.zone, at, err, c.want)
		}
	}
}

// Whatever a stranger sends is refused or kept, in short and valid lines, and
// the check neither panics nor lets a line break into a mail header.
func FuzzClient(f *testing.F) {
	f.Add("Ada", "ada@example.org", "+44 20 7946 0000", "en", "Europe/London", "2027-01-04T10:00")
	f.Add("<b>", "a@b", "\x00", "tlh", "Local", "2027-03-28T01:30")
	s := NewService("x")
	s.Methods = Methods()
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, name, email, phone, lang, zone, local string) {
		r := Request{Ask: Ask{Method: Phone}, Local: local, Client: Client{name, email, phone, lang, zone}}.tidy()
		if r.check(s, now, nil) != nil {
			return
		}
		for _, text := range []string{r.Client.Name, r.Client.Email, r.Client.Phone} {
			if text == "" || len(text) > 1000 || strings.ContainsAny(text, "\r\n\x00") {
				t.Errorf("kept %q", text)
			}
		}
	})
}
