package vault

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"

	"parley/internal/connector"
	"parley/internal/fault"
)

// mailGate begins the key of a mail server's gate.
const mailGate = "mail"

// ParseMail reads the installation's mail server: smtp://user:password@host:587
// (STARTTLS), smtps://host:465, or smtp://host:25?tls=none; and who mails are
// from, as "Name <mailbox>". Its errors never quote the password.
func ParseMail(address, from string) (connector.Relay, error) {
	u, err := url.Parse(address)
	if err != nil {
		return connector.Relay{}, errors.New("the mail server's address cannot be read: write smtp://user:password@host:port")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return connector.Relay{}, fmt.Errorf("the sender %q is not an address: write Name <name@example.com>", from)
	}
	r := connector.Relay{Host: u.Hostname(), From: connector.Address{Name: sender.Name, Mailbox: sender.Address}}
	if r.Host == "" {
		return connector.Relay{}, errors.New("the mail server's address has no host: write smtp://user:password@host:port")
	}
	if r.TLS, r.Port, err = security(u); err != nil {
		return connector.Relay{}, err
	}
	if u.User != nil {
		password, _ := u.User.Password()
		r.Username, r.Password = u.User.Username(), connector.NewSecret(password)
	}
	return r, nil
}

// security is how the connection is secured, and its port.
func security(u *url.URL) (tls string, port int, err error) {
	switch u.Scheme {
	case "smtps":
		tls, port = "implicit", 465
	case "smtp":
		tls, port = "starttls", 587
		if loopback(u.Hostname()) {
			tls = "none"
		}
	default:
		return "", 0, fmt.Errorf("%q is not a way to send mail: it is smtp or smtps", u.Scheme)
	}
	switch said := u.Query().Get("tls"); said {
	case "":
	case "none", "starttls", "implicit":
		tls = said
	default:
		return "", 0, fmt.Errorf("tls=%s is not known: it is none, starttls or implicit", said)
	}
	if u.Port() != "" {
		port, err = strconv.Atoi(u.Port())
	}
	return tls, port, err
}

// LendMail returns the mail server for an organization and the key of its gate.
// Today all organizations use the installation's.
func (v *Vault) LendMail(_ context.Context, _ string) (relay connector.Relay, gate string, err error) {
	relay = v.cfg.Mail
	if relay.Host == "" {
		return connector.Relay{}, "", fault.New(fault.Away, "vault.mail.missing")
	}
	server := net.JoinHostPort(relay.Host, strconv.Itoa(relay.Port))
	relay.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != server {
			return nil, fault.Wrap(fault.Denied, errors.New("a call to a host that is not the mail server"), "vault.lend.host")
		}
		return (&net.Dialer{Timeout: connector.Deadline}).DialContext(ctx, network, address)
	}
	return relay, mailGate + ":" + server, nil
}
