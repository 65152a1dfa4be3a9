package notify

import (
	"context"

	"parley/internal/connector"
)

// A Mailer is an organization's mail channel, as the vault has it now.
type Mailer struct {
	// From is who the mails are from.
	From connector.Address
	// Gate is the key of the pace that the mail server allows; empty is any pace.
	Gate string
	// Workers is how many connections are used at once; zero is four.
	Workers int
	// Open connects to the mail server. A fault of it is about the server, never
	// about a mail.
	Open func(ctx context.Context) (Session, error)
}

// workersUsual is what a small mail server bears.
const workersUsual = 4

// sessionMost is how many messages go over one connection: mail servers close
// one that brings too many.
const sessionMost = 50

func (m Mailer) workers() int {
	if m.Workers > 0 {
		return m.Workers
	}
	return workersUsual
}

// A Session is one connection to a channel. One goroutine uses it, for one
// message after another.
type Session struct {
	// Send returns the channel's own name of the message. The kinds of its faults
	// decide what becomes of the delivery: Limited and Away: certainly not sent,
	// try later; Unsure: it may have arrived; Denied: a fact about this person;
	// Invalid: refused for good.
	Send func(ctx context.Context, m connector.Message) (ref string, err error)
	// Close ends the connection.
	Close func() error
}
