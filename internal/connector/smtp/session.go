// Package smtp speaks to mail servers: it composes a drawn card as a mail and
// hands it over, and says exactly what became of it.
//
// It owns the mail's form and the conversation with the server. It owns no
// decision about who is written to, when it is tried again, or which server:
// the vault lends that.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// A Session is one conversation with a mail server, in which several mails can
// be handed over, one after the other.
//
// The conversation is our own, because go-mail's client does not tell at which
// point it broke off: whether the end of the mail had been sent is the
// difference between "try again" and "it may have arrived twice". go-mail
// composes the mail.
type Session struct {
	conn  net.Conn
	text  *textproto.Conn
	relay connector.Relay
	ext   map[string]string // what the server offers, by name in capitals
	tls   bool
	dead  bool
}

// Modes of TLS, as a relay names them.
const (
	tlsImplicit = "implicit"
	tlsStart    = "starttls"
	tlsNone     = "none"
)

// patience is the longest that opening a session, or one mail, may take; a
// caller's own deadline comes first. The answer to a whole mail may take ten
// minutes by RFC 5321 (4.5.3.2.6), which no lane waits.
const patience = 30 * time.Second

// answerCap bounds what is read for one answer.
const answerCap = 64 << 10

// Open connects, secures the connection as the relay says, and signs in. base
// is the TLS configuration to start from; nil means the machine's. Nothing has
// been sent when it fails.
func Open(ctx context.Context, r connector.Relay, base *tls.Config) (s *Session, err error) {
	if r.Dial == nil {
		return nil, fault.Wrap(fault.Internal, errors.New("the relay was lent without a way to dial"), "")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := r.Dial(ctx, "tcp", net.JoinHostPort(r.Host, strconv.Itoa(r.Port)))
	if err != nil {
		return nil, away(r, err)
	}
	s = &Session{relay: r}
	s.use(conn)
	defer s.watch(ctx)()
	if err := s.begin(base); err != nil {
		s.dead = true
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) use(conn net.Conn) {
	s.conn = conn
	s.text = textproto.NewConn(&bounded{Conn: conn, left: answerCap})
}

// bounded refuses an endless answer. The budget is renewed with each command.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the answer is too long")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func (b *bounded) Write(p []byte) (int, error) {
	b.left = answerCap
	return b.Conn.Write(p)
}

// watch lets the end of the context end whatever the connection waits for, and
// gives it time anew. The returned function ends the watch.
func (s *Session) watch(ctx context.Context) func() {
	conn := s.conn
	deadline := time.Now().Add(patience)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	_ = conn.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// Close ends the conversation.
func (s *Session) Close() {
	if !s.dead {
		_ = s.conn.SetDeadline(time.Now().Add(time.Second))
		_ = s.text.PrintfLine("QUIT")
		s.dead = true
	}
	_ = s.conn.Close()
}

// exchange sends one line and reads the answer. Its errors are those of the
// connection, after which there is no other mail in this session.
func (s *Session) exchange(line string) (code int, text string, err error) {
	if strings.ContainsAny(line, "\r\n") {
		return 0, "", errors.New("a command of more than one line")
	}
	if err := s.text.PrintfLine("%s", line); err != nil {
		s.dead = true
		return 0, "", err
	}
	return s.read()
}

func (s *Session) read() (code int, text string, err error) {
	code, text, err = s.text.ReadResponse(0)
	var said *textproto.Error
	if errors.As(err, &said) {
		return said.Code, said.Msg, nil
	}
	if err == nil && code >= 200 && code <= 599 {
		return code, text, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = fmt.Errorf("the server answered nothing that SMTP knows: %w", io.ErrUnexpectedEOF)
	}
	s.dead = true
	return 0, "", err
}

// command sends a command and wants an answer.
func (s *Session) command(at stage, want int, format string, args ...any) (string, error) {
	code, text, err := s.exchange(fmt.Sprintf(format, args...))
	return s.expect(at, want, code, text, err)
}

func (s *Session) answer(at stage, want int) (string, error) {
	code, text, err := s.read()
	return s.expect(at, want, code, text, err)
}

func (s *Session) expect(at stage, want, code int, text string, err error) (string, error) {
	switch {
	case err != nil:
		return "", away(s.relay, err)
	case code != want && code/10*10 != want:
		return "", s.refused(at, code, text)
	}
	return text, nil
}
