// Package ui is the design system of Parley: the components, icons, styles and
// small scripts that every page is made of, and a gallery that shows them all.
//
// It owns how things look and how they are operated: colours and their
// contrast, measures, keyboard, focus, print. It owns no routes but those of
// its assets, reads no database and decides nothing; pages give it translated
// text and it gives them markup. A component that needs words of its own takes
// the reader of the page as its first argument.
//
// Pages are served under a strict Content-Security-Policy (default-src 'none';
// script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'none';
// connect-src 'self'; form-action 'self'), so nothing here writes a style
// attribute or an inline script. Everything works without JavaScript.
package ui

// A Tone is what a colour means. It never stands alone: each tone has its own
// shape, and whoever uses one gives a word as well.
type Tone string

// The tones.
const (
	Neutral Tone = "neutral"
	Success Tone = "success"
	Warning Tone = "warning"
	Danger  Tone = "danger"
	Info    Tone = "info"
	// Waiting is somebody who is there and is waiting; Live is what goes on now.
	Waiting Tone = "waiting"
	Live    Tone = "live"
)

// icon names the shape that goes with the tone.
func (t Tone) icon() string {
	switch t {
	case Success:
		return "tone-success"
	case Warning:
		return "tone-warning"
	case Danger:
		return "tone-danger"
	case Info, Waiting, Live:
		return "tone-" + string(t)
	}
	return "tone-neutral"
}

// class gives the CSS class of the tone; the zero tone is neutral.
func (t Tone) class() string {
	if t == "" {
		t = Neutral
	}
	return "tone-" + string(t)
}
