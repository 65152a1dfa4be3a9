package smtp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/mail"
	"sync"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// A postOffice is a real mail server that keeps what it gets.
type postOffice struct {
	mu    sync.Mutex
	mails [][]byte
}

func (p *postOffice) NewSession(*gosmtp.Conn) (gosmtp.Session, error) {
	return &counter{office: p}, nil
}

func (p *postOffice) last(t *testing.T) *mail.Message {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mails) == 0 {
		t.Fatal("no mail arrived")
	}
	m, err := mail.ReadMessage(bytes.NewReader(p.mails[len(p.mails)-1]))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

type counter struct{ office *postOffice }

func (c *counter) Reset()                                 {}
func (c *counter) Logout() error                          { return nil }
func (c *counter) Mail(string, *gosmtp.MailOptions) error { return nil }
func (c *counter) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (c *counter) AuthMechanisms() []string               { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != "parley" || password != "correct horse" {
			return &gosmtp.SMTPError{Code: 535, Message: "wrong"}
		}
		return nil
	}), nil
}

func (c *counter) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.mails = append(c.office.mails, text)
	return nil
}

// open starts the server; trust is what a client needs to believe it.
func open(t *testing.T, implicit bool) (office *postOffice, relay connector.Relay, trust *tls.Config) {
	t.Helper()
	cert, pool := certificate(t)
	office = &postOffice{}
	server := gosmtp.NewServer(office)
	server.ErrorLog = log.New(io.Discard, "", 0)
	server.Domain, server.AllowInsecureAuth = "mx.example", true
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relay = relayTo(l.Addr())
	if implicit {
		l = tls.NewListener(l, server.TLSConfig)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return office, relay, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestWaysToConnect(t *testing.T) {
	for _, c := range []struct {
		name, tls, password string
		implicit, trusted   bool
		want                string
	}{
		{"plain", tlsNone, "", false, false, ""},
		{"plain with password on this machine", tlsNone, "correct horse", false, false, ""},
		{"starttls", tlsStart, "correct horse", false, true, ""},
		{"implicit", tlsImplicit, "correct horse", true, true, ""},
		{"wrong password", tlsStart, "battery staple", false, true, "smtp.signin.refused"},
		{"unknown certificate", tlsStart, "correct horse", false, false, "smtp.tls.failed"},
		{"unknown certificate at once", tlsImplicit, "correct horse", true, false, "smtp.tls.failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			office, relay, trust := open(t, c.implicit)
			relay.TLS, relay.Password = c.tls, connector.NewSecret(c.password)
			if c.password != "" {
				relay.Username = "parley"
			}
			if !c.trusted {
				trust = nil
			}
			ref, err := post(t.Context(), relay, message(), trust)
			if c.want != "" {
				if err == nil || fault.As(err).Key != c.want {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if ref == "" {
				t.Error("there is no reference")
			}
			office.last(t)
		})
	}
}

func TestServerWithoutTLSGetsNothing(t *testing.T) {
	relay := serve(t, func(p *peer) { p.greet() })
	relay.TLS = tlsStart
	_, err := post(t.Context(), relay, message(), nil)
	if f := fault.As(err); err == nil || f.Kind != fault.Away || f.Key != "smtp.tls.missing" {
		t.Errorf("got %v", err)
	}
}

// TestCommandsPutBehindSTARTTLSAreRefused has somebody in between who adds an
// answer in the open, and a server that could go on.
func TestCommandsPutBehindSTARTTLSAreRefused(t *testing.T) {
	cert, pool := certificate(t)
	relay := serve(t, func(p *peer) {
		p.greet("250-STARTTLS")
		p.hear("STARTTLS")
		_, _ = p.conn.Write([]byte("220 go on\r\n250 injected\r\n"))
		if tls.Server(p.conn, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake() == nil {
			t.Error("the client went on")
		}
	})
	relay.TLS = tlsStart
	_, err := post(t.Context(), relay, message(), &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12})
	if f := fault.As(err); err == nil || f.Key != "smtp.tls.failed" {
		t.Errorf("got %v", err)
	}
}

func TestSignInByLOGIN(t *testing.T) {
	relay := serve(t, func(p *peer) {
		p.greet("250-AUTH LOGIN")
		p.hear("AUTH LOGIN")
		p.say("334 VXNlcm5hbWU6")
		p.hear("cGFybGV5")
		p.say("334 UGFzc3dvcmQ6")
		p.hear("c2VjcmV0")
		p.say("235 welcome")
		p.data()
		p.hearMail()
		p.say("250 ok")
	})
	relay.Username, relay.Password = "parley", connector.NewSecret("secret")
	if _, err := post(t.Context(), relay, message(), nil); err != nil {
		t.Error(err)
	}
}
