package support

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"unicode/utf8"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
)

// Kind is the name of the notice that a question is.
const Kind = "support.question"

// A Question is what somebody asks.
type Question struct {
	// Key makes a form that is sent twice ask once.
	Key string
	// Page is the address of the page it is about, and Title what the guide calls it.
	Page, Title string
	// Reference is the number of an error that somebody was shown, if there was one.
	Reference string
	Message   string
	// Reply lets whoever helps see the asker's e-mail address and answer to it.
	Reply bool
}

// Sent is what became of a question.
type Sent struct {
	// To is where it went, and Reference the number to quote.
	To, Reference string
	// Removed is how many things were taken out because they looked like secrets.
	Removed int
}

var referenceShape = regexp.MustCompile(`^[A-Za-z0-9-]{4,40}$`)

// tidy takes out what must not be sent, and gives the question a number.
func (q Question) tidy() (Question, int) {
	message, removed := Clean(strings.TrimSpace(q.Message))
	q.Message, q.Page = message, CleanPath(q.Page)
	if q.Reference = strings.TrimSpace(q.Reference); q.Reference == "" {
		q.Reference = NewReference()
	}
	return q, removed
}

// NewReference draws a number under which a question can be found again.
func NewReference() string { return rand.Text()[:12] }

func (q Question) check() error {
	var f fault.Fields
	switch n := utf8.RuneCountInString(strings.TrimSpace(q.Message)); {
	case n == 0:
		f.Say("message", "support.message.missing")
	case n > MessageMax:
		f.Add("message", fault.New(fault.Invalid, "support.message.long", "Max", MessageMax))
	}
	if q.Reference != "" && !referenceShape.MatchString(strings.TrimSpace(q.Reference)) {
		f.Say("reference", "support.reference.shape")
	}
	return f.Err()
}

// Ask sends a question to where the asker's organization gets help. What is sent
// is forgotten here as soon as it has left.
func (s *Support) Ask(ctx context.Context, by org.Actor, q Question) (Sent, error) {
	if err := q.check(); err != nil {
		return Sent{}, err
	}
	q, removed := q.tidy()
	var to Contact
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if to, err = s.Contact(ctx, tx, by.OrgID); err != nil {
			return err
		}
		if !to.ByMail() {
			return fault.New(fault.Conflict, "support.nowhere")
		}
		return s.send(ctx, tx, by, to, q)
	})
	return Sent{To: to.Address, Reference: q.Reference, Removed: removed}, err
}

func (s *Support) send(ctx context.Context, tx *db.Tx, by org.Actor, to Contact, q Question) error {
	asker, err := s.orgs.Person(ctx, tx, by.OrgID, by.PersonID)
	if err != nil {
		return err
	}
	n := notify.Notice{
		OrgID: by.OrgID, Key: "support:" + by.PersonID + ":" + q.Key, Kind: Kind, Urgency: notify.Action, Secret: true,
		Outside: notify.Outside{Mailbox: to.Address, Zone: to.Zone}, Card: questionCard(by, asker, q),
	}
	if q.Reply {
		n.ReplyTo = connector.Address{Name: asker.Name, Mailbox: asker.Email}
	}
	if err := s.notify.Tell(ctx, tx, n); err != nil {
		return err
	}
	return org.Record(ctx, tx, by.Entry("support.ask", "person", by.PersonID, "page", q.Page, "reference", q.Reference, "to", to.Address))
}

// questionCard is the mail that whoever helps reads.
func questionCard(by org.Actor, asker org.Person, q Question) card.Card {
	subject := card.Say("support.card.subject", card.Person("Name", asker.ID, asker.Name), card.String("Reference", q.Reference))
	c := card.Card{
		Kind:    Kind,
		Title:   card.Say("support.card.title", card.Person("Name", asker.ID, asker.Name), card.String("Organization", by.Organization.Name)),
		Subject: &subject,
		Facts: []card.Fact{
			fact("page", card.Value(card.String("", pageName(q)))),
			fact("reference", card.Value(card.String("", q.Reference))),
			fact("reply", replyText(asker, q)),
		},
	}
	for _, line := range strings.Split(q.Message, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			c.Lead = append(c.Lead, card.Value(card.String("", line)))
		}
	}
	return c
}

func pageName(q Question) string {
	if q.Title == "" {
		return q.Page
	}
	return q.Title + " (" + q.Page + ")"
}

func replyText(asker org.Person, q Question) card.Text {
	if q.Reply {
		return card.Say("support.card.reply.to", card.String("Email", asker.Email))
	}
	return card.Say("support.card.reply.none")
}

func fact(name string, value card.Text) card.Fact {
	return card.Fact{Label: card.Say("support.card." + name), Value: value}
}
