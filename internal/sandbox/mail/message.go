package mail

import (
	"bytes"
	"errors"
	"mime"
	"net/textproto"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"
)

// Message is one mail as it arrived.
type Message struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// From and To are the envelope's; the headers may say otherwise.
	From      string              `json:"from"`
	To        []string            `json:"to"`
	Subject   string              `json:"subject"`
	MessageID string              `json:"messageId"`
	Headers   map[string][]string `json:"headers"`
	Text      string              `json:"text"`
	HTML      string              `json:"html"`
	// Calendar is the decoded calendar part, nil without one.
	Calendar    *Calendar    `json:"calendar"`
	Attachments []Attachment `json:"attachments"`
	Raw         string       `json:"raw"`
}

// Attachment is a file that came with a message.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"`
	Body string `json:"body"`
}

// parse reads a message and refuses what RFC 5322 calls incomplete.
func parse(raw []byte) (*Message, error) {
	envelope, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		return nil, errors.New("the message cannot be read: " + err.Error())
	}
	for _, name := range []string{"From", "Date"} {
		if strings.TrimSpace(envelope.GetHeader(name)) == "" {
			return nil, errors.New("the message has no " + name + " header, which RFC 5322 requires")
		}
	}
	message := &Message{Subject: envelope.GetHeader("Subject"), MessageID: strings.Trim(envelope.GetHeader("Message-Id"), "<> "),
		Headers: map[string][]string{}, Text: envelope.Text, HTML: envelope.HTML, Attachments: []Attachment{}, Raw: string(raw)}
	if !strings.Contains(strings.ToLower(envelope.GetHeader("Content-Type")), "text/html") && envelope.Root.DepthMatchFirst(isPlain) == nil {
		message.Text = ""
	}
	for _, name := range envelope.GetHeaderKeys() {
		message.Headers[textproto.CanonicalMIMEHeaderKey(name)] = envelope.GetHeaderValues(name)
	}
	for _, p := range append(append([]*enmime.Part{}, envelope.Attachments...), envelope.Inlines...) {
		message.Attachments = append(message.Attachments, Attachment{Name: p.FileName, Type: p.ContentType, Size: len(p.Content), Body: string(p.Content)})
	}
	message.Calendar, err = calendarOf(envelope.Root)
	return message, err
}

func isPlain(p *enmime.Part) bool { return p.ContentType == "text/plain" || p.ContentType == "" }

func isCalendar(p *enmime.Part) bool { return strings.EqualFold(p.ContentType, "text/calendar") }

// calendarOf decodes the calendar part that a mail program would offer as an invitation.
func calendarOf(root *enmime.Part) (*Calendar, error) {
	part := root.DepthMatchFirst(isCalendar)
	if part == nil {
		return nil, nil
	}
	calendar, err := readCalendar(part.Content)
	if err != nil {
		return nil, errors.New("the calendar part cannot be read: " + err.Error())
	}
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil {
		return nil, errors.New("the type of the calendar part cannot be read: " + err.Error())
	}
	calendar.PartMethod = params["method"]
	if calendar.PartMethod != "" && !strings.EqualFold(calendar.PartMethod, calendar.Method) {
		return nil, errors.New("the method of the calendar part's type is not the one inside it")
	}
	return calendar, nil
}
