package words

import (
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

const day = 24 * time.Hour

// Duration writes a length of time to the minute: "30 minutes", "1 hour 30
// minutes", "2 days". What is shorter than a minute is written in seconds.
func (r Reader) Duration(d time.Duration) string {
	d = d.Abs()
	if d < time.Minute {
		return r.T("words.seconds", "Count", int(d/time.Second))
	}
	parts := ""
	for _, unit := range []struct {
		key string
		len time.Duration
	}{{"words.days", day}, {"words.hours", time.Hour}, {"words.minutes", time.Minute}} {
		if n := int(d / unit.len); n > 0 {
			if parts != "" {
				parts += " "
			}
			parts += r.T(unit.key, "Count", n)
		}
		d %= unit.len
	}
	return parts
}

// Relative writes an instant as seen from now: "in 5 minutes", "yesterday". What
// is more than a week away is written as a date.
func (r Reader) Relative(t, now time.Time) string {
	away := t.Sub(now)
	days := dayNumber(t.In(r.location())) - dayNumber(now.In(r.location()))
	switch {
	case away.Abs() < time.Minute:
		return r.T("words.now")
	case away.Abs() < time.Hour:
		return r.ahead(away, "words.minutes", time.Minute)
	case days == 0, away.Abs() < 6*time.Hour:
		return r.ahead(away, "words.hours", time.Hour)
	case days == 1:
		return r.T("words.tomorrow")
	case days == -1:
		return r.T("words.yesterday")
	case -7 <= days && days <= 7:
		return r.ahead(time.Duration(days)*day, "words.days", day)
	}
	return r.Date(t)
}

func (r Reader) ahead(away time.Duration, unit string, size time.Duration) string {
	length := r.T(unit, "Count", int(away.Abs()/size))
	if away < 0 {
		return r.T("words.ago", "Length", length)
	}
	return r.T("words.in", "Length", length)
}

// dayNumber counts calendar days, so that two days differ by one whatever the
// clocks did in between.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

var printers sync.Map // language -> *message.Printer

// Number writes a whole number with the separators of the language.
func (r Reader) Number(n int) string {
	lang := r.Language()
	if lang == Pseudo {
		lang = Default
	}
	p, ok := printers.Load(lang)
	if !ok {
		p, _ = printers.LoadOrStore(lang, message.NewPrinter(language.Make(lang)))
	}
	return p.(*message.Printer).Sprintf("%d", n)
}

// List joins names as a sentence does: "A, B and C".
func (r Reader) List(items ...string) string {
	if len(items) == 0 {
		return ""
	}
	text := items[0]
	for i, item := range items[1:] {
		key := "words.list.more"
		if i == len(items)-2 {
			key = "words.list.last"
		}
		text = r.T(key, "Before", text, "Item", item)
	}
	return text
}
