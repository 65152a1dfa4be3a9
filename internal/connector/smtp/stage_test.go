package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/fault"
)

// A peer is a mail server that follows a script.
type peer struct {
	t    *testing.T
	conn *net.TCPConn
	r    *bufio.Reader
}

func (p *peer) say(lines ...string) {
	for _, line := range lines {
		_, _ = p.conn.Write([]byte(line + "\r\n"))
	}
}

func (p *peer) hear(verb string) {
	line, err := p.r.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, verb) {
		p.t.Errorf("heard %q (%v), expected %s", line, err, verb)
	}
}

func (p *peer) hearMail() string {
	var b strings.Builder
	for {
		line, err := p.r.ReadString('\n')
		if err != nil {
			p.t.Errorf("the mail broke off: %v", err)
			return ""
		}
		if line == ".\r\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

// reset drops the connection as a machine does that lost its power.
func (p *peer) reset() { _ = p.conn.SetLinger(0); _ = p.conn.Close() }

// silence waits until the other side gives up.
func (p *peer) silence() { _, _ = p.r.ReadString(0) }

func (p *peer) greet(offers ...string) {
	p.say("220 mx.example ESMTP")
	p.hear("EHLO")
	p.say("250-mx.example")
	p.say(offers...)
	p.say("250 8BITMIME")
}

func (p *peer) envelope() {
	p.hear("MAIL FROM:<appointments@harbourbank.example>")
	p.say("250 ok")
	p.hear("RCPT TO:<client@example.com>")
	p.say("250 ok")
}

func (p *peer) data() {
	p.envelope()
	p.hear("DATA")
	p.say("354 go on")
}

// serve runs the script once a connection, in order.
func serve(t *testing.T, scripts ...func(*peer)) connector.Relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, script := range scripts {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			script(&peer{t: t, conn: conn.(*net.TCPConn), r: bufio.NewReader(conn)})
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return relayTo(l.Addr())
}

func relayTo(a net.Addr) connector.Relay {
	return connector.Relay{
		Host: "127.0.0.1", Port: a.(*net.TCPAddr).Port, TLS: tlsNone,
		From: connector.Address{Name: "Harbour Bank", Mailbox: "appointments@harbourbank.example"},
		Dial: (&net.Dialer{}).DialContext,
	}
}

func message() connector.Message {
	starts := time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC)
	return connector.Message{
		To:        connector.Address{Name: "Zoë O'Brien", Mailbox: "client@example.com"},
		MessageID: "0190-d1@parley.example",
		Brand:     card.Brand{Name: "Harbour Bank"},
		Headers:   map[string]string{"X-Parley-Notice": "n1\r\nBcc: everyone@example.com"},
		Drawn: card.Drawn{
			Lang: "en", Subject: "Your appointment\r\nBcc: all@example.com", Title: "Your appointment", Paragraphs: []string{"We look forward to it. Às 14h.", ".", "..dots"},
			Event: &card.DrawnEvent{UID: "m1@parley.example", Method: card.Request, Starts: starts, Ends: starts.Add(time.Hour), Zone: "Europe/London", Summary: "Mortgage review"},
		},
	}
}

// post hands over one mail in a session of its own.
func post(ctx context.Context, r connector.Relay, m connector.Message, trust *tls.Config) (ref string, err error) {
	s, err := Open(ctx, r, trust)
	if err != nil {
		return "", err
	}
	defer s.Close()
	return s.Send(ctx, m)
}

// patient is long enough for a loaded machine; only a silent server uses it up.
const patient = 5 * time.Second

func TestStages(t *testing.T) {
	for _, c := range []struct {
		name   string
		script func(*peer)
		want   fault.Kind
		key    string
		silent bool
	}{
		{"greeting refused", func(p *peer) { p.say("554 no service here") }, fault.Away, "smtp.later", false},
		{"greeting busy", func(p *peer) { p.say("421 too many connections") }, fault.Limited, "smtp.later", false},
		{"greeting reset", func(p *peer) { p.reset() }, fault.Away, "smtp.away", false},
		{"greeting nonsense", func(p *peer) { p.say("HTTP/1.1 400 Bad Request") }, fault.Away, "smtp.away", false},
		{"greeting endless", func(p *peer) { p.say("220-" + strings.Repeat("x", 100_000)) }, fault.Away, "smtp.away", false},
		{"greeting silent", (*peer).silence, fault.Away, "smtp.away", true},
		{"sender refused", func(p *peer) { p.greet(); p.hear("MAIL"); p.say("550 not you"); p.hear("RSET"); p.say("250 ok") }, fault.Invalid, "smtp.refused.mail", false},
		{"sender must sign in", func(p *peer) {
			p.greet()
			p.hear("MAIL")
			p.say("530 5.7.0 sign in first")
			p.hear("RSET")
			p.say("250 ok")
		}, fault.SignIn, "smtp.signin.refused", false},
		{"recipient refused", func(p *peer) {
			p.greet()
			p.hear("MAIL")
			p.say("250 ok")
			p.hear("RCPT")
			p.say("550 5.1.1 no such user")
			p.hear("RSET")
			p.say("250 ok")
		}, fault.Denied, "smtp.refused.recipient", false},
		{"recipient greylisted", func(p *peer) {
			p.greet()
			p.hear("MAIL")
			p.say("250 ok")
			p.hear("RCPT")
			p.say("450 4.2.0 come again")
			p.hear("RSET")
			p.say("250 ok")
		}, fault.Away, "smtp.later", false},
		{"too much", func(p *peer) {
			p.greet()
			p.hear("MAIL")
			p.say("452 4.3.1 out of storage")
			p.hear("RSET")
			p.say("250 ok")
		}, fault.Limited, "smtp.later", false},
		{"data refused", func(p *peer) {
			p.greet()
			p.envelope()
			p.hear("DATA")
			p.say("503 no")
			p.hear("RSET")
			p.say("250 ok")
		}, fault.Invalid, "smtp.refused.mail", false},
		{"reset at data", func(p *peer) { p.greet(); p.envelope(); p.hear("DATA"); p.reset() }, fault.Away, "smtp.away", false},
		{"content refused", func(p *peer) { p.greet(); p.data(); p.hearMail(); p.say("554 5.6.0 spam") }, fault.Invalid, "smtp.refused.mail", false},
		{"content later", func(p *peer) { p.greet(); p.data(); p.hearMail(); p.say("451 4.3.0 try later") }, fault.Limited, "smtp.later", false},
		{"content not now", func(p *peer) { p.greet(); p.data(); p.hearMail(); p.say("447 timeout") }, fault.Away, "smtp.later", false},
		{"reset after the end", func(p *peer) { p.greet(); p.data(); p.hearMail(); p.reset() }, fault.Unsure, "smtp.unsure", false},
		{"closed after the end", func(p *peer) { p.greet(); p.data(); p.hearMail() }, fault.Unsure, "smtp.unsure", false},
		{"nonsense after the end", func(p *peer) { p.greet(); p.data(); p.hearMail(); p.say("thanks!") }, fault.Unsure, "smtp.unsure", false},
		{"silent after the end", func(p *peer) { p.greet(); p.data(); p.hearMail(); p.silence() }, fault.Unsure, "smtp.unsure", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			relay := serve(t, c.script)
			wait := patient
			if c.silent {
				wait = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			_, err := post(ctx, relay, message(), nil)
			if f := fault.As(err); err == nil || f.Kind != c.want || f.Key != c.key {
				t.Errorf("got %v, want %s (%s)", err, c.want, c.key)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relay := relayTo(l.Addr())
	_ = l.Close()
	_, err = post(t.Context(), relay, message(), nil)
	if !fault.Is(err, fault.Away) {
		t.Errorf("got %v, want away", err)
	}
}

func TestSeveralMailsOneConnection(t *testing.T) {
	relay := serve(t, func(p *peer) {
		p.greet()
		for _, answer := range []string{"250 2.0.0 Ok: queued as A1", "250 2.0.0 Ok: queued as A2"} {
			p.data()
			p.hearMail()
			p.say(answer)
		}
		p.hear("MAIL")
		p.say("550 no")
		p.hear("RSET")
		p.say("250 ok")
		p.data()
		p.hearMail()
		p.say("250-2.0.0 Ok:", "250 queued as A3")
		p.hear("QUIT")
	})
	session, err := Open(t.Context(), relay, nil)
	if err != nil {
		t.Fatal(err)
	}
	var refs []string
	for range 4 {
		ref, err := session.Send(t.Context(), message())
		if err != nil {
			ref = fault.As(err).Kind.String()
		}
		refs = append(refs, ref)
	}
	session.Close()
	want := "250 2.0.0 Ok: queued as A1|250 2.0.0 Ok: queued as A2|invalid|250 2.0.0 Ok: queued as A3"
	if got := strings.Join(refs, "|"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCancelledContextBeforeTheEndIsNotSent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	relay := serve(t, func(p *peer) {
		p.greet()
		p.envelope()
		p.hear("DATA")
		cancel()
		p.silence()
	})
	_, err := post(ctx, relay, message(), nil)
	if !fault.Is(err, fault.Away) {
		t.Errorf("got %v, want away", err)
	}
}

func TestAddressOutsideASCIINeedsTheServersWord(t *testing.T) {
	relay := serve(t, func(p *peer) { p.greet(); p.hear("RSET"); p.say("250 ok"); p.hear("QUIT") },
		func(p *peer) {
			p.greet("250-SMTPUTF8")
			p.hear("MAIL FROM:<appointments@harbourbank.example> SMTPUTF8")
			p.say("250 ok")
			p.hear("RCPT TO:<zoë@xn--bcher-kva.example>")
			p.say("250 ok")
			p.hear("DATA")
			p.say("354 go on")
			p.hearMail()
			p.say("250 ok")
			p.hear("QUIT")
		})
	m := message()
	m.To.Mailbox = "zoë@bücher.example"
	for i, want := range []string{"denied", ""} {
		_, err := post(t.Context(), relay, m, nil)
		got := ""
		if err != nil {
			got = fault.As(err).Kind.String()
		}
		if got != want {
			t.Errorf("server %d: got %v, want %q", i, err, want)
		}
	}
}
