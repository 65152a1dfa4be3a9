package connector

import "parley/internal/card"

// A Message is what a channel carries to one person.
type Message struct {
	From, To Address
	// Drawn is what the person reads, in their language and zone; its Event, if
	// there is one, becomes the entry in their calendar.
	Drawn card.Drawn
	// Brand is how the organization looks in an e-mail.
	Brand card.Brand
	// ReplyTo is where answers go, if not to From.
	ReplyTo Address
	// MessageID stays the same however often the message is sent, so that a
	// receiver can tell a repetition.
	MessageID string
	// Headers are further e-mail headers, such as List-Unsubscribe.
	Headers map[string]string
}
