package notify

import (
	"fmt"
	"strings"
	"time"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// letter draws a parcel as a message for its reader, as things stand now. The
// message's id is a function of the delivery, so that a repeated mail is known
// as one. A card that cannot be drawn fails alone, not the process and with it
// every other mail.
func (h *hold) letter(p *parcel) (m connector.Message, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("draw notice %s: %v", p.NoticeID, r), "")
		}
	}()
	links := h.n.links(h.org, p.person, p.Created)
	return connector.Message{
		From:      h.mailer.From,
		To:        connector.Address{Name: p.person.Name, Mailbox: p.person.Email},
		Drawn:     card.Draw(p.notice.Card, readerOf(h.org, p.person), links),
		Brand:     h.brand(),
		ReplyTo:   p.notice.ReplyTo,
		MessageID: p.ID + "@" + h.n.host,
	}, nil
}

// brand is how the organization's mails look.
func (h *hold) brand() card.Brand {
	if h.n.cfg.Brand != nil {
		return h.n.cfg.Brand(h.org)
	}
	return card.Brand{Name: h.org.Name, Accent: h.org.Accent}
}

// readerOf is how the person reads: as their profile says, else as the
// organization does.
func readerOf(o org.Organization, p org.Person) words.Reader {
	r := words.Reader{Lang: p.Lang, Clock12: p.Clock == "12"}
	if r.Lang == "" {
		r.Lang = o.Lang
	}
	for _, name := range []string{p.Zone, o.Zone} {
		if zone, ok := words.Zone(name); ok && name != "" {
			r.Zone = zone
			break
		}
	}
	return r
}

// doPath is the page that asks "really?" and posts; a link never acts.
const doPath = "/do/"

// verbMark sets the purpose of a verb's link apart from that of a page's.
const verbMark = "do "

func verbOf(purpose string) (verb string, is bool) { return strings.CutPrefix(purpose, verbMark) }

// links makes the addresses of a card for one reader. A signed action leads to
// its path and a token for that path; the path is the purpose.
func (n *Notify) links(o org.Organization, p org.Person, now time.Time) card.Links {
	sign := func(purpose, object string) string {
		return n.cfg.Keys.Sign(Claim{Purpose: purpose, OrgID: o.ID, Object: object, PersonID: p.ID, Expires: now.Add(LinkLife)})
	}
	return func(a card.Action) string {
		switch {
		case a.Verb != "":
			return n.base + doPath + sign(verbMark+a.Verb, a.Object)
		case card.Absolute(a.Path):
			return a.Path
		case a.Signed:
			path := "/" + strings.Trim(a.Path, "/")
			return n.base + path + "/" + sign(path, a.Object)
		}
		return n.base + a.Path
	}
}
