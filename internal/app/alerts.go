package app

import (
	"context"
	"fmt"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/vault"
)

// tellHealth tells the owner of a connection, once, that it broke, and once that
// it works again. The key of a notice is since when it was broken, so that
// telling it again is no second notice.
func (h *house) tellHealth(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	switch {
	case c.Fault != "" && c.State != vault.Disconnected && !c.FaultAt.Equal(c.Before.FaultAt):
		return h.tellOwner(ctx, tx, c, c.ConnectedBy, breakOf(c.ID, c.FaultAt.UnixMicro()), h.broken(c))
	case c.Fault == "" && c.State == vault.Connected && c.Before.Fault != "":
		return h.tellOwner(ctx, tx, c, c.Before.ConnectedBy, breakOf(c.ID, c.Before.FaultAt.UnixMicro())+":well", h.well(c))
	}
	return nil
}

func breakOf(id string, at int64) string { return fmt.Sprintf("connection:%s:%d", id, at) }

// tellOwner mails the one who connected a connection, or all administrators if
// that person left.
func (h *house) tellOwner(ctx context.Context, tx *db.Tx, c vault.Connection, owner, key string, what card.Card) error {
	to, err := h.owners(ctx, tx, c.OrgID, owner)
	if err != nil || len(to) == 0 {
		return err
	}
	return h.notify.Tell(ctx, tx, notify.Notice{
		OrgID: c.OrgID, Key: key, Kind: what.Kind, Urgency: notify.Action, To: to, Always: true, About: c.ID, Card: what,
	})
}

// owners are the people who look after what somebody connected.
func (h *house) owners(ctx context.Context, q db.Q, orgID, personID string) (ids []string, err error) {
	known, err := h.orgs.PeopleByID(ctx, q, orgID, []string{personID})
	if err != nil {
		return nil, err
	}
	if known[personID].Active {
		return []string{personID}, nil
	}
	all, err := h.orgs.Administrators(ctx, q, orgID, 100)
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	return ids, err
}

func (h *house) vendorName(vendor string) card.Arg {
	return card.Key("Vendor", card.Say(h.vault.Title(vendor)))
}

// broken says what happened, what it means and what to do.
func (h *house) broken(c vault.Connection) card.Card {
	k := card.Card{
		Kind: "vault.broken", Title: card.Say("app.broken.title", h.vendorName(c.Vendor)),
		Lead:    []card.Text{card.Say(c.Fault, valuesOf(c.FaultArgs)...), card.Say("app.broken.text")},
		Facts:   accountFact(c),
		Actions: []card.Action{{Label: card.Say("app.broken.go"), Path: connectionPath(c), Style: card.Primary}},
	}
	if c.State == vault.Connected { // accepted, and forbidden what it is for
		k.Title = card.Say("app.ailing.title", h.vendorName(c.Vendor))
		k.Lead[1] = card.Say("app.ailing.text")
		k.Actions[0].Label = card.Say("app.ailing.go")
	}
	return k
}

func (h *house) well(c vault.Connection) card.Card {
	return card.Card{
		Kind: "vault.well", Title: card.Say("app.well.title", h.vendorName(c.Vendor)),
		Lead:    []card.Text{card.Say("app.well.text")},
		Facts:   accountFact(c),
		Actions: []card.Action{{Label: card.Say("app.well.go"), Path: connectionPath(c)}},
	}
}

func accountFact(c vault.Connection) []card.Fact {
	return []card.Fact{{Label: card.Say("app.broken.account"), Value: card.Value(card.String("", c.Account.Name))}}
}

func connectionPath(c vault.Connection) string { return "/settings/video/" + c.ID }

// valuesOf are the values of a fault's sentence, as a card keeps them: each reader
// has instants and lengths of time written in their own zone and language.
func valuesOf(values vault.Args) (args []card.Arg) {
	for i := 0; i+1 < len(values); i += 2 {
		name := fmt.Sprint(values[i])
		switch value := values[i+1].(type) {
		case int:
			args = append(args, card.Number(name, value))
		case int64:
			args = append(args, card.Number(name, int(value)))
		case time.Time:
			args = append(args, card.Instant(name, value, ""))
		case time.Duration:
			args = append(args, card.Duration(name, value))
		default:
			args = append(args, card.String(name, fmt.Sprint(value)))
		}
	}
	return args
}

// tellReady tells the owner that what a connection waited for is there, so that
// nobody has to keep looking.
func (h *house) tellReady(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	return h.tellOwner(ctx, tx, c, c.ConnectedBy, fmt.Sprintf("ready:%s:%d", c.ID, c.WaitingSince.UnixMicro()), card.Card{
		Kind: "vault.ready", Title: card.Say("app.ready.title", h.vendorName(c.Vendor)),
		Lead:    []card.Text{card.Say("app.ready.text")},
		Facts:   accountFact(c),
		Actions: []card.Action{{Label: card.Say("app.ready.go"), Path: connectionPath(c) + "/preview", Style: card.Primary}},
	})
}
