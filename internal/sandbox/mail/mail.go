// Package mail plays a mail relay and everyone's inbox: it takes messages by SMTP, keeps them, and shows them. It
// sends nothing on.
package mail

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"

	"parley/internal/sandbox/face"
	"parley/internal/sandbox/stage"
)

//go:embed page/*.html
var files embed.FS

// The account an application may sign in to the relay with; signing in is not required.
const (
	Username = "parley"
	Password = "sandbox-mail-secret"
)

// MaxBytes is the largest message the relay takes.
const MaxBytes = 10 << 20

// Relay is the mail server with its mailboxes.
type Relay struct {
	stage *stage.Stage
	pages face.Pages
	smtp  *smtp.Server
	// ended is over when the relay is closed, so that no delay outlives it.
	ended context.Context
	end   context.CancelFunc

	mu       sync.Mutex
	next     int
	messages []*Message
}

// New returns a relay that is not listening yet.
func New(s *stage.Stage) *Relay {
	folder, err := fs.Sub(files, "page")
	if err != nil {
		panic(err)
	}
	m := &Relay{stage: s, pages: face.Parse(folder)}
	m.ended, m.end = context.WithCancel(context.Background())
	m.smtp = smtp.NewServer(smtp.BackendFunc(m.session))
	m.smtp.Domain = "mail.sandbox.example"
	m.smtp.MaxMessageBytes = MaxBytes
	m.smtp.MaxRecipients = 100
	m.smtp.AllowInsecureAuth = true
	m.smtp.EnableSMTPUTF8 = true
	m.smtp.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	return m
}

// Serve takes connections until the relay is closed.
func (m *Relay) Serve(l net.Listener) error { return m.smtp.Serve(door{l, m}) }

// Close ends the relay and its connections.
func (m *Relay) Close() error {
	m.end()
	return m.smtp.Close()
}

// Reset empties every mailbox.
func (m *Relay) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages = nil
}

// keep puts a message into the mailboxes of its recipients.
func (m *Relay) keep(message *Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next++
	message.ID = strconv.Itoa(m.next)
	message.At = m.stage.Now()
	m.messages = append(m.messages, message)
}

// Messages lists what a mailbox holds, oldest first; an empty name lists every message once.
func (m *Relay) Messages(to string) []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := []Message{}
	for _, message := range m.messages {
		if to == "" || slices.ContainsFunc(message.To, func(x string) bool { return strings.EqualFold(x, to) }) {
			list = append(list, *message)
		}
	}
	return list
}

// Message finds one message.
func (m *Relay) Message(id string) (Message, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, message := range m.messages {
		if message.ID == id {
			return *message, true
		}
	}
	return Message{}, false
}
