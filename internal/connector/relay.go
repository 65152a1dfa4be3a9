package connector

import (
	"context"
	"net"
)

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
