package card

import (
	"fmt"
	"strings"

	"parley/internal/words"
)

// Links makes the URL of an action for the recipient: it resolves paths against
// the base URL, signs what is to be signed, and makes a link of a verb. The
// empty URL leaves the button without one; a channel that needs one leaves it
// out.
type Links func(Action) string

// A Drawn is a card in plain strings, in one reader's language and zone. What
// people typed is in it as they typed it: whoever puts it into HTML escapes it.
type Drawn struct {
	Kind       string
	Lang       string
	Subject    string
	Title      string
	Paragraphs []string
	Facts      []DrawnFact
	Buttons    []Button
	Note       string
	Event      *DrawnEvent
}

// A DrawnFact is a fact in plain strings.
type DrawnFact struct {
	Label string
	Value string
	// URL is where the value leads, when the value is a link.
	URL string
}

// A Button is an action in plain strings.
type Button struct {
	Label  string
	URL    string
	Verb   string
	Object string
	Args   map[string]string
	Style  Style
}

// A pen draws for one reader.
type pen struct {
	words.Reader
	links Links
}

// Draw writes the card for the reader.
func Draw(c Card, r words.Reader, links Links) Drawn {
	p := pen{Reader: r, links: links}
	d := Drawn{Kind: c.Kind, Lang: r.Language(), Title: p.text(c.Title), Event: p.event(c.Event)}
	d.Subject = d.Title
	if c.Subject != nil {
		d.Subject = p.text(*c.Subject)
	}
	for _, lead := range c.Lead {
		if text := p.text(lead); text != "" {
			d.Paragraphs = append(d.Paragraphs, text)
		}
	}
	for _, f := range c.Facts {
		d.Facts = append(d.Facts, p.fact(f))
	}
	for _, a := range c.Actions {
		d.Buttons = append(d.Buttons, Button{Label: p.text(a.Label), URL: links(a), Verb: a.Verb, Object: a.Object, Args: a.Args, Style: a.Style})
	}
	if c.Note != nil {
		d.Note = p.text(*c.Note)
	}
	return d
}

func (p pen) text(t Text) string {
	if t.Key == "" {
		return p.values(t.Args)
	}
	args := make([]any, 0, 2*len(t.Args))
	for _, a := range t.Args {
		args = append(args, a.Name, p.draw(a))
	}
	return p.T(t.Key, args...)
}

// values joins arguments that stand alone.
func (p pen) values(args []Arg) string {
	parts := make([]string, len(args))
	for i, a := range args {
		switch v := p.draw(a).(type) {
		case int:
			parts[i] = p.Number(v)
		default:
			parts[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(parts, " ")
}

// fact draws a value that is one link as text and URL, so that a channel can
// make it one.
func (p pen) fact(f Fact) DrawnFact {
	d := DrawnFact{Label: p.text(f.Label)}
	if f.Value.Key != "" || len(f.Value.Args) != 1 || f.Value.Args[0].Kind != kindLink {
		d.Value = p.text(f.Value)
		return d
	}
	link := f.Value.Args[0]
	d.URL = p.links(Action{Path: link.Ref})
	d.Value = link.Text
	if d.Value == "" {
		d.Value = d.URL
	}
	return d
}
