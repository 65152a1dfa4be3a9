package notify

import (
	"context"
	"time"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/org"
)

// content is what a lane has to know of a notice: all but its audience, which may
// be long.
type content struct {
	ID, State      string
	Card           card.Card
	Wanted         int64
	Always, Secret bool
	Until          time.Time
	Outside        Outside
	ReplyTo        connector.Address
}

// Columns maps the content to the table of notices.
func (n *content) Columns(c *db.Columns) {
	c.Col("id", &n.ID)
	c.Col("state", &n.State)
	c.Col("card", db.JSON[card.Card]{To: &n.Card})
	c.Col("wanted", &n.Wanted)
	c.Col("always", &n.Always)
	c.Col("secret", &n.Secret)
	c.Col("until_at", (*db.Time)(&n.Until))
	c.Col("outside", db.JSON[Outside]{To: &n.Outside})
	c.Col("reply_to", db.JSON[connector.Address]{To: &n.ReplyTo})
}

// sift reads again, at the last moment, what each delivery depends on: its
// notice, its person and their preferences. What may not be sent is skipped and
// costs no permit.
func (h *hold) sift(ctx context.Context, tx *db.Tx, rows []Delivery) ([]*parcel, error) {
	notices, err := h.notices(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	ids := unique(rows, func(d Delivery) string { return d.PersonID })
	people, err := h.n.cfg.Orgs.PeopleByID(ctx, tx, h.lane.OrgID, ids)
	if err != nil {
		return nil, err
	}
	muted, err := mutes(ctx, tx, h.lane.OrgID, ids)
	if err != nil {
		return nil, err
	}
	var parcels []*parcel
	for _, d := range rows {
		p := &parcel{Delivery: d, notice: notices[d.NoticeID], person: people[d.PersonID]}
		if d.PersonID == nobody {
			p.person = p.notice.Outside.person()
		}
		w := p.refused(muted, tx.Now())
		if w.Key == "" {
			parcels = append(parcels, p)
			continue
		}
		if _, err := tx.Exec(ctx, skipRow, d.OrgID, d.ID, reason(w), db.Time(tx.Now())); err != nil {
			return nil, err
		}
		h.n.metrics.skipped(tx)
	}
	return parcels, nil
}

// refused says why the parcel may not be sent; the zero reason when it may.
func (p *parcel) refused(muted map[mute]bool, now time.Time) Reason {
	switch {
	case p.notice.State == withdrawn:
		return why("withdrawn")
	case !p.notice.Until.IsZero() && !now.Before(p.notice.Until):
		return why("too-late")
	case p.person.ID == "", p.person.Kind == org.KindMember && !p.person.Active:
		return why("gone")
	case p.person.Email == "":
		return why("no-address")
	case muted[mute{p.OrgID, p.PersonID, p.Kind}] && !p.notice.Always:
		return why("muted")
	}
	return Reason{}
}

// notices loads the notices of some deliveries, by id.
func (h *hold) notices(ctx context.Context, tx *db.Tx, rows []Delivery) (map[string]content, error) {
	ids := unique(rows, func(d Delivery) string { return d.NoticeID })
	text, args := inList(noticesByID, []any{h.lane.OrgID}, ids, "")
	all, err := db.All[content](ctx, tx, text, args...)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]content, len(all))
	for _, n := range all {
		byID[n.ID] = n
	}
	return byID, nil
}

// unique lists what name says of the rows, each once.
func unique(rows []Delivery, name func(Delivery) string) (ids []string) {
	seen := make(map[string]bool, len(rows))
	for _, d := range rows {
		if id := name(d); !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}
