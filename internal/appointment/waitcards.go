package appointment

import (
	"context"
	"strconv"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/notify"
)

// KindWaiting is what people on a waiting list are told.
const KindWaiting = "appointment.waiting"

// WaitingPath is the page behind the signed link of who waits; its object is the
// entry of the list.
const WaitingPath = "/waiting"

func waitingFacts(s Service, list ...card.Fact) []card.Fact {
	return append([]card.Fact{fact("service", card.String("", s.Name))}, list...)
}

func (w Waiting) open(key string, style card.Style) []card.Action {
	return []card.Action{{Label: card.Say(key), Path: WaitingPath, Signed: true, Object: w.ID, Style: style}}
}

func (w Waiting) notice(key string, c card.Card) notify.Notice {
	return notify.Notice{
		OrgID: w.Ask.OrgID, Key: "waiting:" + w.ID + ":" + key, Kind: KindWaiting, Urgency: notify.Personal, To: []string{w.ClientID}, About: w.ID, Card: c,
	}
}

// tellQueued says that somebody is on the list, once for each day on which they
// came: who leaves and comes back in turns is not written to each time.
func (a *Appointments) tellQueued(ctx context.Context, tx *db.Tx, w Waiting, s Service) error {
	c := card.Card{
		Kind: KindWaiting, Title: card.Say("appointment.waiting.queued.title"),
		Lead:    []card.Text{card.Say("appointment.waiting.queued.text")},
		Facts:   waitingFacts(s),
		Actions: w.open("appointment.waiting.open", card.Plain),
	}
	return a.cfg.Notify.Tell(ctx, tx, w.notice("since:"+w.Since.UTC().Format(time.DateOnly), c))
}

// tellOffer offers a time. It says that it is not held.
func (a *Appointments) tellOffer(ctx context.Context, tx *db.Tx, w Waiting, s Service) error {
	n := w.notice("offer:"+strconv.FormatInt(w.Version, 10), offerCard(w, s, a.zoneOf(ctx, tx, w)))
	n.Urgency, n.Until = notify.Action, w.Until
	return a.cfg.Notify.Tell(ctx, tx, n)
}

func offerCard(w Waiting, s Service, zone string) card.Card {
	subject := card.Say("appointment.waiting.offer.subject", card.String("Service", s.Name), card.Instant("When", w.Start, zone))
	return card.Card{
		Kind: KindWaiting, Title: card.Say("appointment.waiting.offer.title"), Subject: &subject,
		Lead: []card.Text{
			card.Say("appointment.waiting.offer.text", card.Instant("Until", w.Until, zone)),
			card.Say("appointment.waiting.offer.first"),
		},
		Facts:   waitingFacts(s, fact("when", card.Instant("", w.Start, zone))),
		Actions: w.open("appointment.waiting.take", card.Primary),
	}
}

// tellGone says that the offer is over: it was taken, or its time is up.
func (a *Appointments) tellGone(ctx context.Context, tx *db.Tx, w Waiting, s Service, lapsed bool) error {
	key := "appointment.waiting.gone"
	if lapsed {
		key = "appointment.waiting.lapsed"
	}
	c := card.Card{
		Kind: KindWaiting, Title: card.Say(key + ".title"), Lead: []card.Text{card.Say("appointment.waiting.on")},
		Facts:   waitingFacts(s, fact("when", card.Instant("", w.Start, a.zoneOf(ctx, tx, w)))),
		Actions: w.open("appointment.waiting.open", card.Plain),
	}
	return a.cfg.Notify.Tell(ctx, tx, w.notice("gone:"+strconv.FormatInt(w.Version, 10), c))
}

// zoneOf is the zone in which the times of a mail are written for a client whose
// own is not known.
func (a *Appointments) zoneOf(ctx context.Context, q db.Q, w Waiting) string {
	if p, err := a.orgs.Person(ctx, q, w.Ask.OrgID, w.ClientID); err == nil && p.Zone != "" {
		return p.Zone
	}
	o, err := a.orgs.Organization(ctx, q, w.Ask.OrgID)
	if err != nil {
		return "UTC" // the telling itself fails next
	}
	return o.Zone
}
