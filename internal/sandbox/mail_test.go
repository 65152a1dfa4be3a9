package sandbox_test

import (
	"errors"
	"fmt"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"parley/internal/sandbox"
)

const sender = "appointments@harbourbank.example"

// invitation is a message with text, HTML and a calendar part.
func invitation(method string, sequence int) string {
	event := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", "METHOD:" + method,
		"BEGIN:VTIMEZONE", "TZID:Europe/London", "BEGIN:STANDARD", "DTSTART:19701025T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE",
		"BEGIN:VEVENT", "UID:42@parley", fmt.Sprintf("SEQUENCE:%d", sequence), "DTSTAMP:20261122T090000Z",
		"DTSTART;TZID=Europe/London:20261201T090000", "DTEND;TZID=Europe/London:20261201T093000", "SUMMARY:Mortgage advice", "LOCATION:https://example.com/j/abc",
		"ORGANIZER:mailto:" + sender, "ATTENDEE:mailto:client@example.com", "END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n")
	return strings.Join([]string{
		"From: Harbour Bank <" + sender + ">", "To: client@example.com", "Date: Sun, 22 Nov 2026 10:00:00 +0000", "Message-ID: <42@parley>", "Subject: Your appointment",
		"MIME-Version: 1.0", `Content-Type: multipart/alternative; boundary="b"`, "",
		"--b", "Content-Type: text/plain; charset=utf-8", "", "Hello", "--b", "Content-Type: text/html; charset=utf-8", "", "<b>Hello</b>",
		"--b", "Content-Type: text/calendar; charset=utf-8; method=" + method, "", event, "--b--", "",
	}, "\r\n")
}

func deliver(c *client, to, raw string) error {
	return smtp.SendMail(c.SMTPAddr(), nil, sender, []string{to}, []byte(raw))
}

func send(t *testing.T, c *client, raw string) {
	t.Helper()
	if err := deliver(c, "client@example.com", raw); err != nil {
		t.Fatal(err)
	}
}

func TestInvitationIsExplained(t *testing.T) {
	c := start(t)
	send(t, c, invitation("REQUEST", 1))
	got := c.Messages("client@example.com")[0]
	event := got.Calendar
	if event == nil || event.Method != "REQUEST" || event.UID != "42@parley" || event.Sequence != 1 || event.Zone != "Europe/London" ||
		!event.Start.Equal(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)) || event.End.Sub(event.Start) != 30*time.Minute || event.Organizer != sender {
		t.Errorf("the calendar part reads %+v", event)
	}
	if strings.TrimSpace(got.Text) != "Hello" || !strings.Contains(got.HTML, "<b>Hello</b>") {
		t.Errorf("the message reads %q %q", got.Text, got.HTML)
	}
}

func TestRelayRefuses(t *testing.T) {
	c := start(t)
	whole := invitation("REQUEST", 1)
	without := func(part string) string { return strings.Replace(whole, part+"\r\n", "", 1) }
	for _, x := range []struct {
		name, to, raw string
		code          int
	}{
		{"an address that is none", "client@", whole, 501},
		{"a mailbox that does not exist", "nobody@example.com", whole, 550},
		{"no From", "client@example.com", without("From: Harbour Bank <" + sender + ">"), 554},
		{"no Date", "client@example.com", without("Date: Sun, 22 Nov 2026 10:00:00 +0000"), 554},
		{"an event without UID", "client@example.com", without("UID:42@parley"), 554},
		{"an event without DTSTAMP", "client@example.com", without("DTSTAMP:20261122T090000Z"), 554},
		{"an invitation without organizer", "client@example.com", without("ORGANIZER:mailto:" + sender), 554},
		{"a zone that is not defined", "client@example.com", strings.ReplaceAll(whole, "TZID:Europe/London", "TZID:Europe/Paris"), 554},
		{"two methods", "client@example.com", strings.Replace(whole, "METHOD:REQUEST", "METHOD:CANCEL", 1), 554},
		{"a message that is too large", "client@example.com", whole + strings.Repeat(strings.Repeat("x", 998)+"\r\n", 11000), 552},
	} {
		t.Run(x.name, func(t *testing.T) { wantCode(t, deliver(c, x.to, x.raw), x.code) })
	}
	if n := len(c.Messages("")); n != 0 {
		t.Errorf("%d refused messages were kept", n)
	}
}

func wantCode(t *testing.T, err error, code int) {
	t.Helper()
	var refused *textproto.Error
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("the relay answered %v, want %d", err, code)
	}
}

func TestRelayChecksPasswords(t *testing.T) {
	c := start(t)
	host := strings.Split(c.SMTPAddr(), ":")[0]
	raw := []byte(invitation("REQUEST", 1))
	if err := smtp.SendMail(c.SMTPAddr(), smtp.PlainAuth("", "parley", "sandbox-mail-secret", host), sender, []string{"client@example.com"}, raw); err != nil {
		t.Error(err)
	}
	wantCode(t, smtp.SendMail(c.SMTPAddr(), smtp.PlainAuth("", "parley", "guess", host), sender, []string{"client@example.com"}, raw), 535)
}

func TestRelayFaults(t *testing.T) {
	c := start(t)
	raw := invitation("REQUEST", 1)
	for _, x := range []struct {
		call string
		code int
	}{{"connect", 421}, {"rcpt", 450}, {"data", 451}} {
		c.Fault(sandbox.Fault{Vendor: "mail", Call: x.call, Status: x.code, Times: 1})
		if x.call == "connect" {
			if err := deliver(c, "client@example.com", raw); err == nil {
				t.Error("a relay that is down took a message")
			}
			continue
		}
		wantCode(t, deliver(c, "client@example.com", raw), x.code)
	}
	if n := len(c.Messages("")); n != 0 {
		t.Fatalf("%d messages came through a fault", n)
	}
	c.Fault(sandbox.Fault{Vendor: "mail", Call: "data", After: true, Hangup: true, Times: 1})
	if err := deliver(c, "client@example.com", raw); err == nil {
		t.Error("the lost answer arrived")
	}
	if n := len(c.Messages("client@example.com")); n != 1 {
		t.Errorf("the message whose answer was lost is there %d times", n)
	}
	c.ClearFaults()
	send(t, c, raw)
}
