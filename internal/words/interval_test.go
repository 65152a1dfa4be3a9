package words

import (
	"testing"
	"time"
)

// TestDaysAreWrittenOnce: what two days share is said once, as each language does.
func TestDaysAreWrittenOnce(t *testing.T) {
	zone := in(t, "en", "Europe/London").Zone
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, zone) }
	for _, c := range []struct {
		name                         string
		first, last                  time.Time
		short, frShort, long, frLong string
	}{
		{"a day", day(2026, 11, 23), day(2026, 11, 23), "23 Nov 2026", "23 nov. 2026", "Monday 23 November 2026", "lundi 23 novembre 2026"},
		{"a week", day(2026, 11, 23), day(2026, 11, 29), "23–29 Nov 2026", "23–29 nov. 2026",
			"Monday 23 – Sunday 29 November 2026", "du lundi 23 au dimanche 29 novembre 2026"},
		{"from the first", day(2026, 12, 1), day(2026, 12, 3), "1–3 Dec 2026", "1er–3 déc. 2026",
			"Tuesday 1 – Thursday 3 December 2026", "du mardi 1er au jeudi 3 décembre 2026"},
		{"over two months", day(2026, 11, 30), day(2026, 12, 6), "30 Nov – 6 Dec 2026", "30 nov. – 6 déc. 2026",
			"Monday 30 November – Sunday 6 December 2026", "du lundi 30 novembre au dimanche 6 décembre 2026"},
		{"over two years", day(2026, 12, 28), day(2027, 1, 3), "28 Dec 2026 – 3 Jan 2027", "28 déc. 2026 – 3 janv. 2027",
			"Monday 28 December 2026 – Sunday 3 January 2027", "du lundi 28 décembre 2026 au dimanche 3 janvier 2027"},
		{"the same day of two years", day(2026, 11, 23), day(2027, 11, 23), "23 Nov 2026 – 23 Nov 2027", "23 nov. 2026 – 23 nov. 2027",
			"Monday 23 November 2026 – Tuesday 23 November 2027", "du lundi 23 novembre 2026 au mardi 23 novembre 2027"},
		{"where the clocks change", day(2026, 10, 25), day(2026, 10, 25), "25 Oct 2026", "25 oct. 2026", "Sunday 25 October 2026", "dimanche 25 octobre 2026"},
	} {
		t.Run(c.name, func(t *testing.T) {
			en, fr := Reader{Lang: "en", Zone: zone, Clock12: true}, Reader{Lang: "fr", Zone: zone}
			for got, want := range map[string]string{
				en.ShortDates(c.first, c.last): c.short, fr.ShortDates(c.first, c.last): c.frShort,
				en.Dates(c.first, c.last): c.long, fr.Dates(c.first, c.last): c.frLong,
			} {
				if got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
			if got := en.Span(c.first, c.last.AddDate(0, 0, 1)); got != c.long {
				t.Errorf("the whole days are %q, want %q", got, c.long)
			}
			if got := fr.Span(c.first, c.last.AddDate(0, 0, 1)); got != c.frLong {
				t.Errorf("the whole days are %q, want %q", got, c.frLong)
			}
		})
	}
}

// TestWhatIsNotWholeDaysHasTimes: midnight in one zone is no midnight in another,
// and a day may begin at another hour.
func TestWhatIsNotWholeDaysHasTimes(t *testing.T) {
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	beirut := in(t, "en", "Asia/Beirut") // where 29 March 2026 begins at one o'clock
	dawn := time.Date(2026, 3, 28, 22, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{in(t, "en", "Europe/Paris").Span(midnight, midnight.AddDate(0, 0, 1)), "Tuesday 24 November 2026, 01:00 – Wednesday 25 November 2026, 01:00"},
		{Reader{}.Span(midnight, midnight.Add(time.Hour)), "Tuesday 24 November 2026, 00:00–01:00"},
		{Reader{}.Span(midnight, midnight), "Tuesday 24 November 2026, 00:00–00:00"},
		{beirut.Span(dawn, dawn.Add(23*time.Hour)), "Sunday 29 March 2026"},
		{Reader{}.Times(midnight, midnight.AddDate(0, 0, 1)), "all day"},
		{Reader{Lang: "fr"}.Times(midnight, midnight.AddDate(0, 0, 1)), "toute la journée"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
