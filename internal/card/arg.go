package card

import (
	"time"

	"parley/internal/words"
)

// A Kind is the type of an argument; it decides how a language writes it.
type Kind string

// The kinds of argument.
const (
	kindString   Kind = "string"
	kindNumber   Kind = "number"
	kindInstant  Kind = "instant"
	kindSpan     Kind = "span"
	kindDate     Kind = "date"
	kindDuration Kind = "duration"
	kindLink     Kind = "link"
	kindPerson   Kind = "person"
	kindKey      Kind = "key"
)

// An Arg is a named value of a text. Make one with the functions below.
type Arg struct {
	// Name is the placeholder it fills; empty for a value that stands alone.
	Name string `json:"name,omitempty"`
	Kind Kind   `json:"kind"`
	// Text is the string, the person's name, or the words of a link.
	Text string `json:"text,omitempty"`
	// Ref is the person's id, or the path of a link.
	Ref    string `json:"ref,omitempty"`
	Number int    `json:"number,omitempty"`
	// Starts and Ends are instants; Zone is the IANA zone of the meeting, in
	// which they are written for a reader whose zone is not known.
	Starts time.Time `json:"starts,omitzero"`
	Ends   time.Time `json:"ends,omitzero"`
	Zone   string    `json:"zone,omitempty"`
	Nested *Text     `json:"nested,omitempty"`
}

// String is a text as somebody typed it. It is escaped wherever it is drawn.
func String(name, text string) Arg { return Arg{Name: name, Kind: kindString, Text: text} }

// Number is a whole number. Under the name "Count" it chooses the plural form.
func Number(name string, n int) Arg { return Arg{Name: name, Kind: kindNumber, Number: n} }

// Instant is a moment, written with day, time and zone.
func Instant(name string, at time.Time, zone string) Arg {
	return Arg{Name: name, Kind: kindInstant, Starts: plain(at), Zone: zone}
}

// Span is from when to when, written with day, times and zone.
func Span(name string, starts, ends time.Time, zone string) Arg {
	return Arg{Name: name, Kind: kindSpan, Starts: plain(starts), Ends: plain(ends), Zone: zone}
}

// Date is a day of the calendar, the same in every zone.
func Date(name string, year int, month time.Month, day int) Arg {
	return Arg{Name: name, Kind: kindDate, Starts: time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// Duration is a length of time.
func Duration(name string, d time.Duration) Arg {
	return Arg{Name: name, Kind: kindDuration, Number: int(d / time.Second)}
}

// Link is a path below the base URL, or a whole URL, with the words to show for
// it; without words it shows itself.
func Link(name, text, path string) Arg { return Arg{Name: name, Kind: kindLink, Text: text, Ref: path} }

// Person is somebody by their name; the id lets a channel mention them.
func Person(name, personID, shown string) Arg {
	return Arg{Name: name, Kind: kindPerson, Text: shown, Ref: personID}
}

// Key is another text of the catalogue.
func Key(name string, nested Text) Arg { return Arg{Name: name, Kind: kindKey, Nested: &nested} }

// plain is the instant without the reading of the monotonic clock and in UTC,
// so that a card is the same after it was stored.
func plain(t time.Time) time.Time { return t.UTC().Round(0) }

// draw writes the argument for the reader.
func (p pen) draw(a Arg) any {
	switch a.Kind {
	case kindNumber:
		return a.Number
	case kindInstant:
		r := p.zoned(a.Zone)
		return r.T("card.instant", "When", r.DateTime(a.Starts), "Zone", r.ZoneName(a.Starts))
	case kindSpan:
		r := p.zoned(a.Zone)
		return r.T("card.instant", "When", r.Span(a.Starts, a.Ends), "Zone", r.ZoneName(a.Starts))
	case kindDate:
		return p.In(time.UTC).Date(a.Starts)
	case kindDuration:
		return p.Duration(time.Duration(a.Number) * time.Second)
	case kindLink:
		return p.link(a)
	case kindKey:
		return p.nested(a)
	}
	return a.Text
}

func (p pen) link(a Arg) string {
	url := p.links(Action{Path: a.Ref})
	if a.Text == "" || a.Text == url {
		return url
	}
	return a.Text + " (" + url + ")"
}

func (p pen) nested(a Arg) string {
	if a.Nested == nil {
		return ""
	}
	return p.text(*a.Nested)
}

// zoned is the reader in their own zone, or in the meeting's where theirs is
// not known.
func (p pen) zoned(zone string) words.Reader {
	if p.Zone != nil {
		return p.Reader
	}
	if z, ok := words.Zone(zone); ok {
		return p.In(z)
	}
	return p.Reader
}
