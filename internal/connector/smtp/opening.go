package smtp

import (
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"

	"parley/internal/fault"

	"github.com/emersion/go-sasl"
)

func (s *Session) begin(base *tls.Config) error {
	if s.relay.TLS == tlsImplicit {
		if err := s.secure(base); err != nil {
			return err
		}
	}
	if _, err := s.answer(stageGreeting, 220); err != nil {
		return err
	}
	if err := s.hello(); err != nil {
		return err
	}
	if s.relay.TLS != tlsImplicit && s.relay.TLS != tlsNone {
		if err := s.startTLS(base); err != nil {
			return err
		}
	}
	return s.signIn()
}

// hello introduces us by our address, which is all that is known of a machine
// without a public name (RFC 5321, 4.1.4).
func (s *Session) hello() error {
	name := "localhost"
	if tcp, ok := s.conn.LocalAddr().(*net.TCPAddr); ok {
		name = "[" + tcp.IP.String() + "]"
		if tcp.IP.To4() == nil {
			name = "[IPv6:" + tcp.IP.String() + "]"
		}
	}
	text, err := s.command(stageGreeting, 250, "EHLO %s", name)
	if err != nil && s.dead {
		return err
	}
	if err != nil { // An old server.
		_, err = s.command(stageGreeting, 250, "HELO %s", name)
		return err
	}
	s.ext = map[string]string{}
	_, offers, _ := strings.Cut(text, "\n")
	for offer := range strings.SplitSeq(offers, "\n") {
		name, value, _ := strings.Cut(strings.TrimSpace(offer), " ")
		s.ext[strings.ToUpper(name)] = strings.ToUpper(value)
	}
	return nil
}

func (s *Session) startTLS(base *tls.Config) error {
	if _, offered := s.ext["STARTTLS"]; !offered {
		return fault.New(fault.Away, "smtp.tls.missing", "Host", s.relay.Host)
	}
	if _, err := s.command(stageGreeting, 220, "STARTTLS"); err != nil {
		return err
	}
	if s.text.R.Buffered() > 0 {
		// Whoever sits in between put commands behind the answer.
		return fault.Wrap(fault.Away, errors.New("the server spoke before the connection was secure"), "smtp.tls.failed", "Host", s.relay.Host)
	}
	if err := s.secure(base); err != nil {
		return err
	}
	return s.hello()
}

func (s *Session) secure(base *tls.Config) error {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if base != nil {
		config = base.Clone()
	}
	config.ServerName = s.relay.Host
	conn := tls.Client(s.conn, config)
	if err := conn.Handshake(); err != nil {
		s.dead = true
		return fault.Wrap(fault.Away, err, "smtp.tls.failed", "Host", s.relay.Host)
	}
	s.use(conn)
	s.tls = true
	return nil
}

func (s *Session) signIn() error {
	if s.relay.Username == "" {
		return nil
	}
	if !s.tls && !loopback(s.conn.RemoteAddr()) {
		return fault.New(fault.Invalid, "smtp.password.open", "Host", s.relay.Host)
	}
	var client sasl.Client
	password := s.relay.Password.Reveal()
	ways := strings.Fields(s.ext["AUTH"])
	switch {
	case slices.Contains(ways, "PLAIN"):
		client = sasl.NewPlainClient("", s.relay.Username, password)
	case slices.Contains(ways, "LOGIN"):
		client = &login{answers: []string{s.relay.Username, password}}
	default:
		return fault.New(fault.SignIn, "smtp.signin.ways", "Host", s.relay.Host)
	}
	return s.auth(client)
}

// loopback reports whether a password may travel in the open: only where
// nobody else listens.
func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// A login answers what it is asked, name first. The library's own sends the
// name unasked and wants the question for the password spelled in one way,
// which servers do not keep to.
type login struct{ answers []string }

func (l *login) Start() (way string, first []byte, err error) { return "LOGIN", nil, nil }

func (l *login) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}

func (s *Session) auth(client sasl.Client) error {
	way, first, err := client.Start()
	if err != nil {
		return fault.Wrap(fault.Internal, err, "")
	}
	line := "AUTH " + way
	if first != nil {
		line += " " + encode(first)
	}
	for {
		code, text, err := s.exchange(line)
		switch {
		case err != nil:
			return away(s.relay, err)
		case code == 235:
			return nil
		case code != 334:
			return s.refused(stageSignIn, code, text)
		}
		challenge, err := decode(text)
		if err != nil {
			return s.refused(stageSignIn, 501, "the server's challenge cannot be read")
		}
		next, err := client.Next(challenge)
		if err != nil {
			return fault.Wrap(fault.SignIn, err, "smtp.signin.refused", "Host", s.relay.Host)
		}
		line = encode(next)
	}
}
