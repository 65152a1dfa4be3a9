package smtp

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/connector/ical"
	"parley/internal/fault"

	"github.com/wneessen/go-mail"
)

// A letter is a mail ready to be handed over.
type letter struct {
	from, to string
	body     []byte
}

var (
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,70}$`)
	messageID  = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}$`)
	// ours are headers that a message cannot replace.
	ours = regexp.MustCompile(`(?i)^(from|to|cc|bcc|sender|subject|date|message-id|mime-version|return-path|received|content-.*)$`)
)

// compose writes the mail: plain text, HTML and the calendar entry as
// alternatives, and the entry once more as a file, for programs that look only
// at attachments.
func compose(r connector.Relay, m connector.Message) (letter, error) {
	if m.From.Mailbox == "" {
		m.From = r.From
	}
	from, err := checkAddress(m.From.Mailbox)
	if err != nil {
		return letter{}, err
	}
	to, err := checkAddress(m.To.Mailbox)
	if err != nil {
		return letter{}, err
	}
	subject, html, text, err := card.Email(m.Drawn, m.Brand)
	if err != nil {
		return letter{}, fault.Wrap(fault.Internal, err, "")
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingQP))
	msg.FromMailAddress(&netmail.Address{Name: oneLine(m.From.Name), Address: from})
	msg.ToMailAddress(&netmail.Address{Name: oneLine(m.To.Name), Address: to})
	msg.Subject(oneLine(subject))
	if err := setHeaders(msg, m); err != nil {
		return letter{}, err
	}
	msg.SetBodyString(mail.TypeTextPlain, text)
	msg.AddAlternativeString(mail.TypeTextHTML, html)
	if err := addEvent(msg, m, from, to); err != nil {
		return letter{}, err
	}
	var body bytes.Buffer
	if _, err := msg.WriteTo(&body); err != nil {
		return letter{}, fault.Wrap(fault.Internal, err, "")
	}
	return letter{from: from, to: to, body: body.Bytes()}, nil
}

func setHeaders(msg *mail.Msg, m connector.Message) error {
	id := strings.Trim(m.MessageID, "<>")
	if !messageID.MatchString(id) {
		return fault.Wrap(fault.Internal, fmt.Errorf("%q cannot be a Message-ID", shown(id)), "")
	}
	msg.SetMessageIDWithValue(id)
	// So that no absence notice comes back (RFC 3834; Exchange reads its own).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply")
	if m.Drawn.Lang != "" {
		msg.SetGenHeader("Content-Language", oneLine(m.Drawn.Lang))
	}
	if m.ReplyTo.Mailbox != "" {
		address, err := checkAddress(m.ReplyTo.Mailbox)
		if err != nil {
			return err
		}
		msg.ReplyToMailAddress(&netmail.Address{Name: oneLine(m.ReplyTo.Name), Address: address})
	}
	for name, value := range m.Headers {
		if !headerName.MatchString(name) || ours.MatchString(name) {
			return fault.Wrap(fault.Internal, fmt.Errorf("%q cannot be set as a header", shown(name)), "")
		}
		msg.SetGenHeader(mail.Header(name), oneLine(value))
	}
	return nil
}

// addEvent puts the recipient into their own copy of the entry, because mail
// programs show an invitation only to somebody it names, and names whoever
// sends the mail as organizer where the event names none.
func addEvent(msg *mail.Msg, m connector.Message, from, to string) error {
	if m.Drawn.Event == nil {
		return nil
	}
	e := *m.Drawn.Event
	if e.Organizer.Address == "" {
		e.Organizer = card.Mailbox{Name: m.From.Name, Address: from}
	}
	if !strings.EqualFold(e.Organizer.Address, to) && !listed(e.Attendees, to) {
		e.Attendees = append(e.Attendees[:len(e.Attendees):len(e.Attendees)], card.Mailbox{Name: m.To.Name, Address: to})
	}
	entry := ical.Write(e)
	method := card.Request
	if e.Method == card.Cancel {
		method = card.Cancel
	}
	kind := mail.ContentType("text/calendar; method=" + method + "; component=VEVENT")
	msg.AddAlternativeString(kind, string(entry), mail.WithPartEncoding(mail.EncodingB64))
	err := msg.AttachReader("invite.ics", bytes.NewReader(entry), mail.WithFileContentType("application/ics"))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "")
	}
	return nil
}

func listed(list []card.Mailbox, address string) bool {
	for _, m := range list {
		if strings.EqualFold(m.Address, address) {
			return true
		}
	}
	return false
}

// oneLine keeps a header to one line, whatever was typed.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(c rune) bool { return c == ' ' || c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029 }), " ")
}
