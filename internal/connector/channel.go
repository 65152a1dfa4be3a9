package connector

import (
	"context"
	"net"
	"net/http"
)

// A Channel carries one message to one person. Only notify calls it.
//
// The kinds of its faults decide what becomes of a delivery: Limited and Away:
// certainly not sent, try later; Unsure: it may have arrived; Denied: a fact
// about this person; Invalid: refused for good.
type Channel interface {
	// Send delivers and returns the vendor's reference of the message.
	Send(ctx context.Context, line Line, m Message) (ref string, err error)
}

// A Line is leave to send over a channel now, lent by the vault. The part that
// the channel does not use is nil.
type Line struct {
	// HTTP is for channels that are called over the web.
	HTTP *http.Client
	// Relay is for e-mail.
	Relay *Relay
}

// A Relay is a mail server that takes our mail.
type Relay struct {
	Host string
	Port int
	// TLS is "implicit", "starttls" or "none".
	TLS string
	// Username and Password are empty when the server asks for none.
	Username string
	Password Secret
	// From is who the mail is from.
	From Address
	// Dial opens the connection; it refuses any host but the relay's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// An Address is a mailbox and the name to show for it.
type Address struct {
	Name    string
	Mailbox string
}
