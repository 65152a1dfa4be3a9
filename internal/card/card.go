// Package card owns what a person is told and can do about it, as data: a Card
// holds catalogue keys and typed arguments, never sentences. It is composed
// once by a feature, stored as JSON, and drawn for each reader, in their
// language and zone, at the moment it is sent.
//
// It owns how a card is drawn as an e-mail. It does not own who is told, by
// which channel, nor what an action does: package notify does.
package card

import "strings"

// A Card is a notice as something to act on.
type Card struct {
	// Kind names what it tells, such as "appointment.confirmed". It is for
	// ledgers and tests, and not shown.
	Kind string `json:"kind"`
	// Title says what happened. It is also the subject of an e-mail, unless
	// Subject is set.
	Title Text `json:"title"`
	// Subject is the subject of an e-mail, where the title alone says too
	// little in a full inbox.
	Subject *Text `json:"subject,omitempty"`
	// Lead are the paragraphs under the title: what it means, what to do.
	Lead []Text `json:"lead,omitempty"`
	// Facts are the details, as label and value.
	Facts []Fact `json:"facts,omitempty"`
	// Actions are what can be done, the likeliest first.
	Actions []Action `json:"actions,omitempty"`
	// Event is the entry in the reader's calendar, if the card has one.
	Event *Event `json:"event,omitempty"`
	// Note is the small print under the actions.
	Note *Text `json:"note,omitempty"`
}

// A Fact is one detail: "When", "Tuesday 24 November 2026, 14:30–15:00".
type Fact struct {
	Label Text `json:"label"`
	Value Text `json:"value"`
}

// An Action is something the reader can do. It either opens a page or does a
// verb.
type Action struct {
	Label Text `json:"label"`
	// Path is the page to open: a path below the base URL, or a whole URL.
	Path string `json:"path,omitempty"`
	// Signed asks for a link that is made for the recipient and proves them, so
	// that a person without an account can act.
	Signed bool `json:"signed,omitempty"`
	// Verb is what is done to Object, such as "request.accept", with Args.
	Verb   string            `json:"verb,omitempty"`
	Object string            `json:"object,omitempty"`
	Args   map[string]string `json:"args,omitempty"`
	// Style is how it looks: Primary, Plain or Danger.
	Style Style `json:"style,omitempty"`
}

// A Style is how an action looks.
type Style string

// The styles of actions. A card has at most one primary action.
const (
	Plain   Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// A Text is a sentence of the catalogue with its arguments. Without a key it is
// its arguments themselves, joined by spaces: a name, a span, a link.
type Text struct {
	Key  string `json:"key,omitempty"`
	Args []Arg  `json:"args,omitempty"`
}

// Say is the text of a catalogue key.
func Say(key string, args ...Arg) Text { return Text{Key: key, Args: args} }

// Value is a text that is nothing but a value, such as a span or what somebody
// typed.
func Value(args ...Arg) Text { return Text{Args: args} }

// Empty reports whether there is nothing to draw.
func (t Text) Empty() bool { return t.Key == "" && len(t.Args) == 0 }

// Absolute reports whether a path is a whole URL already.
func Absolute(path string) bool {
	return strings.HasPrefix(path, "https://") || strings.HasPrefix(path, "http://")
}
