package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/notify"
	"parley/internal/vault"
	"parley/internal/web/page/installation"
)

// kindOperator tells of a fault of our own registration.
const kindOperator = "app.operator"

// faultTold is such a fault in its job. Begins says that nobody was told of it
// before the job.
type faultTold struct {
	OrgID  string    `json:"org"`
	Vendor string    `json:"vendor"`
	Fault  string    `json:"fault"`
	Since  time.Time `json:"since"`
	Begins bool      `json:"begins"`
}

func (f faultTold) key() string {
	return fmt.Sprintf("operator:%s:%s:%d", f.Vendor, f.OrgID, f.Since.UnixMicro())
}

// tellOperator has those told whom a fault of our registration concerns, by a job:
// it may rest on every connection of the installation, and who found it is about
// to save something else. A fault has one job, so that nobody hears that it is over
// before they hear of it.
func (h *house) tellOperator(ctx context.Context, tx *db.Tx, o vault.OperatorFault, begins bool) error {
	f := faultTold{OrgID: o.OrgID, Vendor: o.Vendor, Fault: o.Fault, Since: o.Since, Begins: begins}
	args, err := json.Marshal(f)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "")
	}
	return job.Add(ctx, tx, job.Job{Key: f.key(), OrgID: f.OrgID, Kind: kindOperator, Args: args})
}

// operatorJob tells of a fault what was not told yet: that it began, and that it is
// over if it is.
func (h *house) operatorJob(ctx context.Context, j job.Job) error {
	var f faultTold
	if err := json.Unmarshal(j.Args, &f); err != nil {
		return fault.Wrap(fault.Internal, err, "")
	}
	if f.Begins {
		if err := h.tellOfFault(ctx, f, true); err != nil {
			return err
		}
	}
	now, err := h.vault.OperatorFaults(ctx, h.db)
	if err != nil {
		return err
	}
	same := func(o vault.OperatorFault) bool {
		return o.OrgID == f.OrgID && o.Vendor == f.Vendor && o.Since.Equal(f.Since)
	}
	if slices.ContainsFunc(now, same) {
		return nil
	}
	return h.tellOfFault(ctx, f, false)
}

// tellOfFault tells those who run the installation that a vendor refuses its own
// app, and the owners of the connections that rest on it that they have nothing to
// do; or all of them that it is over. Who was told is not told again.
func (h *house) tellOfFault(ctx context.Context, f faultTold, begins bool) error {
	key := f.key()
	if !begins {
		key += ":well"
	}
	err := h.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return h.tellSuperusers(ctx, tx, key, h.operatorForOperator(f, begins), f.Vendor)
	})
	for after := ""; err == nil; {
		var page []vault.Connection
		err = h.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if page, err = h.vault.Carried(ctx, tx, f.OrgID, f.Vendor, after); err != nil {
				return err
			}
			for _, c := range page {
				if err := h.tellOwner(ctx, tx, c, c.ConnectedBy, key+":"+c.ID, h.operatorForOwner(c, begins)); err != nil {
					return err
				}
			}
			return nil
		})
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
	}
	return err
}

// tellSuperusers mails each person who runs the installation once, however many
// organizations they are at home in.
func (h *house) tellSuperusers(ctx context.Context, tx *db.Tx, key string, what card.Card, about string) error {
	people, err := h.orgs.Superusers(ctx, tx)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, p := range people {
		if told[p.Email] {
			continue
		}
		told[p.Email] = true
		if err := h.notify.Tell(ctx, tx, notify.Notice{
			OrgID: p.OrgID, Key: key + ":" + p.ID, Kind: what.Kind, Urgency: notify.Action, To: []string{p.ID}, Always: true, About: about, Card: what,
		}); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) operatorForOwner(c vault.Connection, begins bool) card.Card {
	if !begins {
		return h.well(c)
	}
	return card.Card{
		Kind: "vault.operator", Title: card.Say("app.operator.owner.title", h.vendorName(c.Vendor)),
		Lead:    []card.Text{card.Say("app.operator.owner.text"), card.Say("app.operator.owner.links")},
		Facts:   accountFact(c),
		Actions: []card.Action{{Label: card.Say("app.well.go"), Path: connectionPath(c)}},
	}
}

func (h *house) operatorForOperator(f faultTold, begins bool) card.Card {
	k := card.Card{
		Kind: "vault.operator", Title: card.Say("app.operator.title", h.vendorName(f.Vendor)),
		Lead:    []card.Text{card.Say(f.Fault), card.Say("app.operator.text")},
		Actions: []card.Action{{Label: card.Say("app.operator.go"), Path: installation.AppPath(f.Vendor, f.OrgID), Style: card.Primary}},
	}
	if !begins {
		k.Title, k.Lead = card.Say("app.operator.well.title", h.vendorName(f.Vendor)), []card.Text{card.Say("app.operator.well.text")}
		k.Actions[0].Style = card.Plain
	}
	return k
}
