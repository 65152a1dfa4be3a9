package words

import (
	"strings"
	"testing"
	"time"
)

func in(t *testing.T, lang, zone string) Reader {
	t.Helper()
	z, ok := Zone(zone)
	if !ok {
		t.Fatalf("no zone %s", zone)
	}
	return Reader{Lang: lang, Zone: z}
}

var tuesday = time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC)

func TestWritten(t *testing.T) {
	en, fr := in(t, "en", "Europe/London"), in(t, "fr", "Europe/Paris")
	half := en
	half.Clock12 = true
	spring := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // 01:30 BST, an hour before it is 01:30 GMT
	for _, c := range []struct{ got, want string }{
		{en.Date(tuesday), "Tuesday 24 November 2026"},
		{fr.Date(tuesday), "mardi 24 novembre 2026"},
		{en.DateTime(tuesday), "Tuesday 24 November 2026, 14:30"},
		{fr.DateTime(tuesday), "mardi 24 novembre 2026 à 15:30"},
		{fr.Date(tuesday.AddDate(0, 0, 7)), "mardi 1er décembre 2026"},
		{en.Date(tuesday.AddDate(0, 0, 7)), "Tuesday 1 December 2026"},
		{en.ShortDate(tuesday), "24 Nov 2026"},
		{fr.ShortDate(tuesday), "24 nov. 2026"},
		{en.DayMonth(tuesday), "Tuesday 24 November"},
		{fr.MonthYear(tuesday), "novembre 2026"},
		{en.Time(tuesday), "14:30"},
		{half.Time(tuesday), "2:30 pm"},
		{half.Time(tuesday.Add(-14*time.Hour - 30*time.Minute)), "12:00 am"},
		{en.Span(tuesday, tuesday.Add(30*time.Minute)), "Tuesday 24 November 2026, 14:30–15:00"},
		{fr.Span(tuesday, tuesday.Add(30*time.Minute)), "mardi 24 novembre 2026, 15:30–16:00"},
		{en.Span(tuesday, tuesday.Add(10*time.Hour)), "Tuesday 24 November 2026, 14:30 – Wednesday 25 November 2026, 00:30"},
		{en.Span(spring, spring.Add(time.Hour)), "Sunday 25 October 2026, 01:30 BST–01:30 GMT"},
		{en.ZoneName(tuesday), "London time (GMT, UTC+0)"},
		{en.ZoneName(tuesday.AddDate(0, -5, 0)), "London time (BST, UTC+1)"},
		{fr.ZoneName(tuesday), "heure de Paris (CET, UTC+1)"},
		{in(t, "fr", "Europe/Athens").ZoneName(tuesday), "heure d’Athènes (EET, UTC+2)"},
		{in(t, "en", "Asia/Kolkata").ZoneName(tuesday), "Kolkata time (IST, UTC+5:30)"},
		{in(t, "en", "America/Sao_Paulo").ZoneName(tuesday), "São Paulo time (UTC−3)"},
		{in(t, "en", "America/Argentina/Buenos_Aires").ZoneName(tuesday), "Buenos Aires time (UTC−3)"},
		{Reader{}.ZoneName(tuesday), "Coordinated Universal Time (UTC)"},
		{Reader{}.Time(tuesday), "14:30"},
		{en.Duration(30 * time.Minute), "30 minutes"},
		{en.Duration(time.Minute), "1 minute"},
		{en.Duration(90 * time.Minute), "1 hour 30 minutes"},
		{en.Duration(49 * time.Hour), "2 days 1 hour"},
		{en.Duration(0), "0 seconds"},
		{fr.Duration(0), "0 seconde"},
		{en.Number(1234567), "1,234,567"},
		{en.List(), ""},
		{en.List("A"), "A"},
		{en.List("A", "B"), "A and B"},
		{fr.List("A", "B", "C"), "A, B et C"},
		{en.Relative(tuesday.Add(5*time.Minute), tuesday), "in 5 minutes"},
		{fr.Relative(tuesday.Add(-time.Hour), tuesday), "il y a 1 heure"},
		{en.Relative(tuesday.Add(time.Second), tuesday), "now"},
		{en.Relative(tuesday.Add(-20*time.Hour), tuesday), "yesterday"},
		{en.Relative(tuesday.Add(24*time.Hour), tuesday), "tomorrow"},
		{en.Relative(tuesday.AddDate(0, 0, 3), tuesday), "in 3 days"},
		{en.Relative(tuesday.AddDate(0, 0, -30), tuesday), "Sunday 25 October 2026"},
		{en.T("words.days", "Count", 1_000_000), "1,000,000 days"},
		{fr.T("words.days", "Count", 1_000_000), "1\u00a0000\u00a0000 jours"},
		{en.T("words.in", "Length", 90*time.Minute), "in 1 hour 30 minutes"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestUnknownLanguageReadsEnglish(t *testing.T) {
	r := Reader{Lang: "tlh"}
	if got := r.T("words.tomorrow"); got != "tomorrow" || r.Language() != Default {
		t.Errorf("got %q in %q", got, r.Language())
	}
}

func TestMissingIsSeen(t *testing.T) {
	for _, got := range []string{Reader{}.T("no.such"), Reader{}.T("words.in"), Reader{}.T("words.in", "Wrong", 1)} {
		if !strings.HasPrefix(got, "⟦") {
			t.Errorf("%q hides that something is missing", got)
		}
	}
	if got := strings.Join(Missing(), " "); got != "no.such words.in" {
		t.Errorf("missing are %q", got)
	}
	missing.keys = nil
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "fr": "fr", "fr-CA,fr;q=0.9,en;q=0.8": "fr", "en-GB": "en", "ja": "en", "qps": "en",
		"ja,fr;q=0.1": "fr", "\x00;;q=": "en", strings.Repeat("fr,", 5000): "en",
	} {
		if got := Match(header); got != want {
			t.Errorf("%.40q gets %q, want %q", header, got, want)
		}
	}
}

func TestLangs(t *testing.T) {
	var got []string
	for _, l := range Langs() {
		got = append(got, l.Tag+"="+l.Name)
	}
	if s := strings.Join(got, " "); s != "en=English fr=Français" {
		t.Errorf("the languages are %s", s)
	}
	if !IsLang("fr") || IsLang(Pseudo) || IsLang("") {
		t.Error("only the languages that are listed can be chosen")
	}
}

func TestPseudo(t *testing.T) {
	r := Reader{Lang: Pseudo}
	for _, text := range []string{r.Date(tuesday), r.ZoneName(tuesday), r.Duration(time.Hour), r.Span(tuesday, tuesday), r.T("fault.internal")} {
		if out := Outside(text); out != "" {
			t.Errorf("%q holds %q outside the catalogue", text, out)
		}
	}
	if got := Outside(r.T("words.tomorrow") + " typed"); got != "typed" {
		t.Errorf("what is outside is %q", got)
	}
}

func TestZones(t *testing.T) {
	if _, ok := Zone("Local"); ok {
		t.Error(`"Local" is no zone of a person`)
	}
	seen := map[string]bool{}
	for _, region := range in(t, "fr", "UTC").Zones(tuesday) {
		for _, z := range region.Zones {
			if _, ok := Zone(z.Name); !ok || seen[z.Name] {
				t.Errorf("%s is unknown or listed twice", z.Name)
			}
			seen[z.Name] = true
			if z.Label == z.Name || strings.ContainsAny(z.Label, "_⟦") {
				t.Errorf("%s is labelled %q", z.Name, z.Label)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d zones are offered", len(seen))
	}
}
