// Package smtp speaks to mail servers: it composes a drawn card as a mail and
// hands it over, and says exactly what became of it.
//
// It owns the mail's form and the conversation with the server. It owns no
// decision about who is written to, when it is tried again, or which server:
// the vault lends that.
package smtp

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"strconv"
	"sync"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// idleFor is how long a connection waits for the next mail. It is short, so
// that a server's patience is not used up and a switch to off leaves none.
const idleFor = 5 * time.Second

// idleMost bounds the waiting connections to one server.
const idleMost = 8

// A Channel sends mail. It keeps connections open for a few seconds, because a
// lane sends many mails one after the other. The zero Channel is ready to use.
type Channel struct {
	// TLS is the configuration to start from, for a server with a private
	// certificate authority; nil means the machine's.
	TLS *tls.Config

	mu   sync.Mutex
	idle map[line][]*waiting
}

// A line is what makes two connections interchangeable.
type line struct {
	address, tls, username string
	password               [sha256.Size]byte
}

type waiting struct {
	session *Session
	timer   *time.Timer
}

// Vendor describes the mail server as a vendor.
func Vendor() connector.Vendor {
	return connector.Vendor{Name: "smtp", Kind: connector.Mail, Title: "smtp.name", Icon: "mail", Setup: setup{}, Channel: &Channel{}}
}

// Send hands the mail over and returns what the server answered. The kinds of
// its faults: Limited and Away mean certainly not sent; Denied is a refusal of
// this recipient and Invalid of this mail, for good; SignIn means that the
// server did not accept the name and password; Unsure means that the server
// fell silent after it had the whole mail.
func (c *Channel) Send(ctx context.Context, l connector.Line, m connector.Message) (ref string, err error) {
	if l.Relay == nil {
		return "", fault.New(fault.Internal, "")
	}
	letter, err := compose(*l.Relay, m)
	if err != nil {
		return "", err
	}
	session, reused, err := c.take(ctx, *l.Relay)
	if err != nil {
		return "", err
	}
	ref, err = session.send(ctx, letter)
	if reused && !session.Alive() && (fault.Is(err, fault.Away) || fault.Is(err, fault.Limited)) {
		// The server had hung up, or had enough of waiting. Nothing was sent.
		session.Close()
		if session, err = Open(ctx, *l.Relay, c.TLS); err != nil {
			return "", err
		}
		ref, err = session.send(ctx, letter)
	}
	c.give(*l.Relay, session)
	return ref, err
}

// Close ends all waiting connections.
func (c *Channel) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range c.idle {
		for _, w := range list {
			if w.timer.Stop() {
				w.session.Close()
			}
		}
	}
	c.idle = nil
}

func key(r connector.Relay) line {
	return line{r.Host + ":" + strconv.Itoa(r.Port), r.TLS, r.Username, sha256.Sum256([]byte(r.Password.Reveal()))}
}

func (c *Channel) take(ctx context.Context, r connector.Relay) (s *Session, reused bool, err error) {
	if w := c.waiting(key(r)); w != nil {
		return w.session, true, nil
	}
	s, err = Open(ctx, r, c.TLS)
	return s, false, err
}

func (c *Channel) waiting(k line) *waiting {
	c.mu.Lock()
	defer c.mu.Unlock()
	for list := c.idle[k]; len(list) > 0; list = c.idle[k] {
		w := list[len(list)-1]
		c.idle[k] = list[:len(list)-1]
		if w.timer.Stop() {
			return w
		}
	}
	return nil
}

func (c *Channel) give(r connector.Relay, s *Session) {
	k := key(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.Alive() || len(c.idle[k]) >= idleMost {
		s.Close()
		return
	}
	if c.idle == nil {
		c.idle = map[line][]*waiting{}
	}
	w := &waiting{session: s}
	w.timer = time.AfterFunc(idleFor, func() { c.drop(k, w) })
	c.idle[k] = append(c.idle[k], w)
}

func (c *Channel) drop(k line, gone *waiting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, w := range c.idle[k] {
		if w == gone {
			c.idle[k] = append(c.idle[k][:i:i], c.idle[k][i+1:]...)
			break
		}
	}
	if len(c.idle[k]) == 0 {
		delete(c.idle, k)
	}
	gone.session.Close()
}
