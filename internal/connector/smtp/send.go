package smtp

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// Send composes a mail, hands it over, and returns what the server answered. The
// kinds of its faults: Limited and Away mean certainly not sent; Denied is a
// refusal of this recipient and Invalid of this mail, for good; SignIn means that
// the server did not accept the name and password; Unsure means that the server
// fell silent after it had the whole mail.
func (s *Session) Send(ctx context.Context, m connector.Message) (ref string, err error) {
	l, err := compose(s.relay, m)
	if err != nil {
		return "", err
	}
	return s.send(ctx, l)
}

func (s *Session) send(ctx context.Context, l letter) (ref string, err error) {
	defer s.watch(ctx)()
	if err := s.envelope(l); err != nil {
		s.reset()
		return "", err
	}
	if _, err := s.command(stageData, 354, "DATA"); err != nil {
		s.reset()
		return "", err
	}
	// Up to here, and until the end of the mail is written, the server has
	// nothing to deliver: a break means certainly not sent.
	w := s.text.DotWriter()
	_, err = w.Write(l.body)
	if err == nil {
		err = s.text.W.Flush()
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		s.dead = true
		return "", away(s.relay, err)
	}
	// From here on the server may have the whole mail, whatever we hear of it.
	if err := w.Close(); err != nil {
		s.dead = true
		return "", unsure(s.relay, err)
	}
	return s.verdict()
}

// verdict reads what the server says about the whole mail.
func (s *Session) verdict() (string, error) {
	code, text, err := s.read()
	if err != nil {
		return "", unsure(s.relay, err)
	}
	if code/100 != 2 {
		return "", s.refused(stageData, code, text)
	}
	return line200(fmt.Sprintf("%d %s", code, text)), nil
}

func (s *Session) envelope(l letter) error {
	from := "MAIL FROM:<" + l.from + ">"
	if !isASCII(l.from) || !isASCII(l.to) {
		if _, offered := s.ext["SMTPUTF8"]; !offered {
			return fault.New(fault.Denied, "smtp.address.utf8", "Address", shown(l.to), "Host", s.relay.Host)
		}
		from += " SMTPUTF8"
	}
	if _, err := s.command(stageSender, 250, "%s", from); err != nil {
		return err
	}
	_, err := s.command(stageRecipient, 250, "RCPT TO:<%s>", l.to)
	return err
}

// reset makes the session ready for the next mail after a refusal.
func (s *Session) reset() {
	if s.dead {
		return
	}
	if code, _, err := s.exchange("RSET"); err != nil || code != 250 {
		s.dead = true
		_ = s.conn.Close()
	}
}

// A stage is how far the conversation had come.
type stage int

const (
	stageGreeting stage = iota
	stageSignIn
	stageSender
	stageRecipient
	stageData
)

// refused is the fault of an answer that says no (RFC 5321, 4.2.1: 4yz not now,
// 5yz never; 4.2.3 and RFC 4954, 6 for the codes).
func (s *Session) refused(at stage, code int, text string) error {
	said := line200(fmt.Sprintf("%d %s", code, text))
	cause := fmt.Errorf("the mail server answered %s", said)
	host := s.relay.Host
	if code == 421 {
		s.dead = true // It closes the connection with these words.
	}
	switch {
	case code >= 530 && code <= 538, at == stageSignIn && code/100 == 5:
		return fault.Wrap(fault.SignIn, cause, "smtp.signin.refused", "Host", host, "Answer", said)
	case code/100 == 4 && at == stageRecipient && code != 421 && code != 452:
		// Only this mailbox is busy, or strangers have to come twice. The
		// others need not wait for it.
		return fault.Wrap(fault.Away, cause, "smtp.later", "Host", host, "Answer", said)
	case code == 421, code == 450, code == 451, code == 452:
		f := fault.Wrap(fault.Limited, cause, "smtp.later", "Host", host, "Answer", said)
		f.After = limitedFor
		return f
	case code/100 == 4, at == stageGreeting:
		return fault.Wrap(fault.Away, cause, "smtp.later", "Host", host, "Answer", said)
	case at == stageRecipient:
		return fault.Wrap(fault.Denied, cause, "smtp.refused.recipient", "Answer", said)
	}
	return fault.Wrap(fault.Invalid, cause, "smtp.refused.mail", "Host", host, "Answer", said)
}

// limitedFor is how long a server that is busy is left alone; it does not say
// itself.
const limitedFor = 30 * time.Second

// away is the fault of a connection that failed before the whole mail was sent.
func away(r connector.Relay, err error) error {
	return fault.Wrap(fault.Away, err, "smtp.away", "Host", r.Host)
}

// unsure is the fault of silence after the whole mail was sent.
func unsure(r connector.Relay, err error) error {
	return fault.Wrap(fault.Unsure, err, "smtp.unsure", "Host", r.Host)
}

// line200 is what a server said, as one line that fits a ledger.
func line200(text string) string {
	text = oneLine(text)
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return text
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func decode(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(strings.TrimSpace(s)) }
