package mail

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"parley/internal/sandbox/stage"
)

// session is one client's conversation.
type session struct {
	relay *Relay
	conn  *smtp.Conn
	from  string
	to    []string
}

// session begins a conversation.
func (m *Relay) session(c *smtp.Conn) (smtp.Session, error) { return &session{relay: m, conn: c}, nil }

// perform does one step of a conversation, applies a fault to it, and writes the log.
func (s *session) perform(call, to string, do func() error) error {
	fault := s.relay.stage.Faults.Take("mail", call, append([]string{to}, s.to...)...)
	entry := stage.Entry{At: s.relay.stage.Now(), Vendor: "mail", Call: call, Method: "SMTP", Path: to, Who: s.from, Status: 250}
	err := s.step(fault, &entry, do)
	var refusal *smtp.SMTPError
	if errors.As(err, &refusal) {
		entry.Status = refusal.Code
	}
	if call == "data" {
		entry.Body, _ = json.Marshal(map[string]any{"to": s.to})
	}
	s.relay.stage.Log.Add(entry)
	return err
}

func (s *session) step(fault *stage.Fault, entry *stage.Entry, do func() error) error {
	if fault == nil {
		return do()
	}
	entry.Fault = fault.ID
	if fault.After || !fault.Replaces() {
		if err := do(); err != nil {
			return err
		}
	}
	fault.Wait(s.relay.ended)
	if fault.Hangup {
		entry.Status = 0
		_ = s.conn.Conn().Close()
		return io.ErrClosedPipe
	}
	if fault.Status == 0 {
		return nil
	}
	text := fault.Body
	if text == "" {
		text = "Refused because the sandbox was told to"
	}
	return refuse(fault.Status, text)
}

func refuse(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// Mail begins a message.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.perform("from", "", func() error { return nil })
}

// Rcpt adds a recipient. Mailboxes named "nobody" do not exist anywhere.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	return s.perform("rcpt", to, func() error {
		name, domain, ok := strings.Cut(to, "@")
		if !ok || name == "" || domain == "" {
			return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 1, 3}, Message: "That is not a mail address"}
		}
		if strings.EqualFold(name, "nobody") {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "There is no such mailbox"}
		}
		s.to = append(s.to, to)
		return nil
	})
}

// Data takes the message.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.perform("data", "", func() error {
		message, err := parse(raw)
		if err != nil {
			return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: fmt.Sprintf("Refused: %v", err)}
		}
		message.From, message.To = s.from, append([]string{}, s.to...)
		s.relay.keep(message)
		return nil
	})
}

// Reset forgets the message begun.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the conversation.
func (s *session) Logout() error { return nil }

// AuthMechanisms offers signing in; it is not required.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth checks the account.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		return s.perform("auth", "", func() error {
			if username != Username || password != Password {
				return smtp.ErrAuthFailed
			}
			return nil
		})
	}), nil
}
