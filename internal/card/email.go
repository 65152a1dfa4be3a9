package card

import (
	_ "embed"
	"html/template"
	"regexp"
	"strings"
	texttemplate "text/template"
	"unicode/utf8"

	"parley/internal/words"
)

// A Brand is how an organization looks in a mail.
type Brand struct {
	// Name is the organization's name.
	Name string
	// LogoURL is a picture at most 40 pixels high; empty shows the name.
	LogoURL string
	// Plate is the ground that the picture needs where the mail is of its own
	// colour: "light", "dark", or "" for none.
	Plate string
	// Accent is the colour of the bar above the letter, the buttons and the
	// links, as "#rrggbb". It must be readable under white text, and so on
	// white paper; the design system sees to that.
	Accent string
}

// defaultAccent is what a brand without a usable colour gets.
const defaultAccent = "#0f62b0"

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// longestSubject cuts subjects: longer ones are not shown by any mail program.
const longestSubject = 200

// longestPreheader is about what an inbox shows of a mail next to its subject.
const longestPreheader = 140

//go:embed email.html.tmpl
var htmlSource string

//go:embed email.text.tmpl
var textSource string

var (
	htmlBody = template.Must(template.New("html").Parse(htmlSource))
	textBody = texttemplate.Must(texttemplate.New("text").Parse(textSource))
)

// A letter is what the two templates draw.
type letter struct {
	Drawn
	Brand     Brand
	Accent    template.CSS // checked by hexColour
	Preheader string
	Buttons   []Button // only those that lead somewhere
	First     *Button
	CopyLink  string
	SentBy    string
	Underline string
	Lines     []string // the facts, for the text body
}

// Email draws the card as a mail: subject, HTML body and plain text body. The
// text says everything that the HTML says. Buttons without a URL are left out,
// because a mail has no other way to act.
func Email(d Drawn, b Brand) (subject, html, text string, err error) {
	l := newLetter(d, b)
	var h, t strings.Builder
	if err := htmlBody.Execute(&h, l); err != nil {
		return "", "", "", err
	}
	if err := textBody.Execute(&t, l); err != nil {
		return "", "", "", err
	}
	return cut(oneLine(d.Subject), longestSubject), h.String(), strings.TrimSpace(t.String()) + "\n", nil
}

func newLetter(d Drawn, b Brand) letter {
	if !hexColour.MatchString(b.Accent) {
		b.Accent = defaultAccent
	}
	r := words.Reader{Lang: d.Lang}
	l := letter{Drawn: d, Brand: b, Accent: template.CSS(b.Accent), CopyLink: r.T("card.mail.copy"),
		SentBy: r.T("card.mail.sentby", "Name", b.Name), Underline: strings.Repeat("=", min(utf8.RuneCountInString(oneLine(d.Title)), 72))}
	l.Title = oneLine(d.Title)
	if len(d.Paragraphs) > 0 {
		l.Preheader = cut(oneLine(d.Paragraphs[0]), longestPreheader)
	}
	for _, f := range d.Facts {
		l.Lines = append(l.Lines, r.T("card.mail.fact", "Label", f.Label, "Value", f.line()))
	}
	for _, button := range d.Buttons {
		if button.URL != "" {
			l.Buttons = append(l.Buttons, button)
		}
	}
	if len(l.Buttons) > 0 {
		l.First = &l.Buttons[0]
	}
	return l
}

// Heading is a button's label over its address, where nothing can be pressed.
// What stands before a colon is the language's to say.
func (l letter) Heading(label string) string {
	return words.Reader{Lang: l.Lang}.T("card.mail.button", "Label", label)
}

// line is the fact's value where nothing can be clicked.
func (f DrawnFact) line() string {
	if f.URL == "" || f.URL == f.Value {
		return f.Value
	}
	return f.Value + " (" + f.URL + ")"
}

// oneLine puts a text on one line, which a subject has to be.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
