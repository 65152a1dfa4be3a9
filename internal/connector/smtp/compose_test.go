package smtp

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/fault"

	"github.com/google/go-cmp/cmp"
)

// A part is one leaf of a mail.
type part struct{ Kind, Method, File, Text string }

func parts(t *testing.T, contentType, encoding string, body io.Reader) []part {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		text, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if encoding == "base64" {
			if text, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(string(text), "\r\n", "")); err != nil {
				t.Fatal(err)
			}
		}
		return []part{{Kind: kind, Method: params["method"], Text: string(text)}}
	}
	var list []part
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextPart()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		inner := parts(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
		inner[0].File = p.FileName()
		list = append(list, inner...)
	}
}

func TestMailAsItArrives(t *testing.T) {
	office, relay, _ := open(t, false)
	m := message()
	m.ReplyTo = connector.Address{Name: "Amelia Hart", Mailbox: "amelia.hart@harbourbank.example"}
	if _, err := post(t.Context(), relay, m, nil); err != nil {
		t.Fatal(err)
	}
	got := office.last(t)
	header := map[string]string{}
	for _, name := range []string{"From", "To", "Reply-To", "Subject", "Message-Id", "Auto-Submitted", "Bcc", "X-Parley-Notice", "Content-Language"} {
		text, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		header[name] = text
	}
	want := map[string]string{
		"From": `"Harbour Bank" <appointments@harbourbank.example>`, "To": `Zoë O'Brien <client@example.com>`,
		"Reply-To": `"Amelia Hart" <amelia.hart@harbourbank.example>`, "Subject": "Your appointment Bcc: all@example.com",
		"Message-Id": "<0190-d1@parley.example>", "Auto-Submitted": "auto-generated", "Bcc": "",
		"X-Parley-Notice": "n1 Bcc: everyone@example.com", "Content-Language": "en",
	}
	if diff := cmp.Diff(want, header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	leaves := parts(t, got.Header.Get("Content-Type"), "", got.Body)
	var shape []string
	for _, p := range leaves {
		shape = append(shape, strings.TrimSpace(p.Kind+" "+p.Method+p.File))
	}
	if diff := cmp.Diff([]string{"text/plain", "text/html", "text/calendar REQUEST", "application/ics invite.ics"}, shape); diff != "" {
		t.Fatalf("parts (-want +got):\n%s", diff)
	}
	if !strings.Contains(leaves[0].Text, "\r\n.\r\n") || !strings.Contains(leaves[0].Text, "..dots") {
		t.Errorf("lines that begin with a dot were changed: %q", leaves[0].Text)
	}
	entry := strings.ReplaceAll(leaves[2].Text, "\r\n ", "")
	for _, line := range []string{`CN="Zoë O'Brien":mailto:client@example.com`, `ORGANIZER;CN="Harbour Bank":mailto:appointments@harbourbank.example`, "UID:m1@parley.example"} {
		if !strings.Contains(entry, line) {
			t.Errorf("the entry lacks %q:\n%s", line, entry)
		}
	}
	if leaves[2].Text != leaves[3].Text {
		t.Error("the file differs from the part")
	}
}

func TestRepetitionCarriesTheSameNames(t *testing.T) {
	r := connector.Relay{From: connector.Address{Mailbox: "a@example.com"}}
	for range 2 {
		l, err := compose(r, message())
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(l.body), "0190-d1@parley.example"); n != 1 {
			t.Errorf("the Message-ID is there %d times", n)
		}
	}
}

func TestComposeDoesNotTouchTheCallersEvent(t *testing.T) {
	m := message()
	m.Drawn.Event.Attendees = make([]card.Mailbox, 1, 4)
	m.Drawn.Event.Attendees[0] = card.Mailbox{Address: "amelia.hart@harbourbank.example"}
	if _, err := compose(connector.Relay{From: connector.Address{Mailbox: "a@example.com"}}, m); err != nil {
		t.Fatal(err)
	}
	if got := m.Drawn.Event.Attendees[:2][1]; got.Address != "" || m.Drawn.Event.Organizer.Address != "" {
		t.Errorf("the next recipient would see %v", got)
	}
}

func TestComposeRefuses(t *testing.T) {
	r := connector.Relay{From: connector.Address{Mailbox: "a@example.com"}}
	for name, spoil := range map[string]func(*connector.Message){
		"recipient":  func(m *connector.Message) { m.To.Mailbox = "x@example.com>\r\nRCPT TO:<y@example.com" },
		"reply-to":   func(m *connector.Message) { m.ReplyTo.Mailbox = "nobody" },
		"message id": func(m *connector.Message) { m.MessageID = "a b@c\r\nX: y" },
		"no id":      func(m *connector.Message) { m.MessageID = "" },
		"header":     func(m *connector.Message) { m.Headers = map[string]string{"X\r\nBcc": "y"} },
		"our header": func(m *connector.Message) { m.Headers = map[string]string{"BCC": "y@example.com"} },
	} {
		m := message()
		spoil(&m)
		if _, err := compose(r, m); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestCheckAddress(t *testing.T) {
	for given, want := range map[string]string{
		"client@example.com":                     "client@example.com",
		"  Amelia.Hart@Example.COM ":             "Amelia.Hart@example.com",
		"a+tag_1='!#$%&*/?^`{|}~-@b.co":          "a+tag_1='!#$%&*/?^`{|}~-@b.co",
		"zoë@bücher.example":                     "zoë@xn--bcher-kva.example",
		"o'brien@example.com":                    "o'brien@example.com",
		"":                                       "",
		"client":                                 "",
		"@example.com":                           "",
		"client@":                                "",
		"client@localhost":                       "",
		"client@exa mple.com":                    "",
		"cli ent@example.com":                    "",
		"client@example..com":                    "",
		".client@example.com":                    "",
		"client.@example.com":                    "",
		"a@b@example.com":                        "",
		"client@[127.0.0.1]":                     "",
		`"quoted local"@example.com`:             "",
		"Amelia <a@example.com>":                 "",
		"a@example.com, b@example.com":           "",
		"a@example.com\r\nBcc: b@c.de":           "",
		"a\x00@example.com":                      "",
		"a\u200b@example.com":                    "",
		"\xff@example.com":                       "",
		strings.Repeat("a", 65) + "@example.com": "",
		"a@" + strings.Repeat(strings.Repeat("b", 60)+".", 5) + "com": "",
	} {
		got, err := checkAddress(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q gives %q (%v), want %q", given, got, err, want)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q gives %v, want invalid", given, err)
		}
	}
}

func FuzzCompose(f *testing.F) {
	f.Add("Your appointment", "Zoë", "client@example.com", "<b>")
	f.Add("a\r\nBcc: x@y.z\r\n\r\nbody", "\"x\" <a@b.c>,", "a@b.c\r\nBcc: d@e.f", ".\r\n.\r\nQUIT\r\n")
	f.Fuzz(func(t *testing.T, subject, name, address, text string) {
		m := message()
		m.To = connector.Address{Name: name, Mailbox: address}
		m.Drawn.Subject, m.Drawn.Title, m.Drawn.Paragraphs, m.Brand.Name = subject, text, []string{text}, name
		l, err := compose(connector.Relay{From: connector.Address{Name: name, Mailbox: "a@example.com"}}, m)
		if err != nil {
			return
		}
		if strings.ContainsAny(l.to+l.from, "\r\n<> ") {
			t.Fatalf("the envelope holds %q", l.to)
		}
		got, err := mail.ReadMessage(strings.NewReader(string(l.body)))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Header["Bcc"]) > 0 || len(got.Header["Subject"]) != 1 || len(got.Header) > 13 {
			t.Fatalf("the headers are %v", got.Header)
		}
		if n := len(parts(t, got.Header.Get("Content-Type"), "", got.Body)); n != 4 {
			t.Fatalf("there are %d parts", n)
		}
	})
}
