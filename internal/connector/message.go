package connector

// A Message is what a channel carries.
type Message struct {
	From, To Address
	// ID stays the same however often the message is sent, so that a receiver
	// can tell a repetition.
	ID string
	// Headers are further e-mail headers, such as List-Unsubscribe.
	Headers map[string]string
}
