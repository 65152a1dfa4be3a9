package calendar

import (
	"context"
	"slices"
	"time"

	"parley/internal/db"
)

// An Outline is what of a person's time does not come from meetings: when they
// work, and when they are off. It is the ground on which a schedule is drawn.
type Outline struct {
	// Zone is where the person's wall clock hangs.
	Zone *time.Location
	// Working is when the person works, taken or not, less time off.
	Working []Span
	// Off is time off that touches the window, in order.
	Off []TimeOff
	// Busy is when they are busy elsewhere, as far as it touches the window.
	Busy []Span
	// Hours reports whether the person has usual hours at all.
	Hours bool
}

// Outlines reads the outlines of many people for a window, with one query a
// table. It leaves the claims alone, of which there are as many as appointments.
func Outlines(ctx context.Context, q db.Q, orgID string, personIDs []string, window Span) (map[string]Outline, error) {
	found := make(map[string]Outline, len(personIDs))
	for batch := range slices.Chunk(personIDs, manyPeople) {
		if err := outlines(ctx, q, orgID, batch, window, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func outlines(ctx context.Context, q db.Q, orgID string, ids []string, window Span, into map[string]Outline) error {
	heads, err := headsOf(ctx, q, orgID, ids)
	if err != nil {
		return err
	}
	rules := make(rulesByPerson, len(ids))
	hours, err := db.All[hoursRow](ctx, q, hoursOf+db.Params(2, len(ids))+")", with(ids, orgID)...)
	if err != nil {
		return err
	}
	for _, h := range hours {
		r := rules.of(h.person)
		r.Hours = append(r.Hours, h.Hours)
	}
	if err := loadExceptions(ctx, q, orgID, ids, window, rules); err != nil {
		return err
	}
	off, err := offOf(ctx, q, orgID, ids, window)
	if err != nil {
		return err
	}
	busy, err := db.All[claimRow](ctx, q, busyOf+db.Params(4, len(ids))+")", with(ids, orgID, int64(At(window.Start)), int64(At(window.End)))...)
	if err != nil {
		return err
	}
	for _, row := range busy {
		r := rules.of(row.person)
		r.Busy = append(r.Busy, row.Stretch)
	}
	for _, h := range heads {
		if into[h.person], err = outline(h, window, *rules.of(h.person), off[h.person]); err != nil {
			return err
		}
	}
	return nil
}

func outline(h head, window Span, r Rules, off []TimeOff) (Outline, error) {
	zone, err := Zone(h.zone)
	if err != nil {
		return Outline{}, err
	}
	for _, o := range off {
		r.TimeOff = append(r.TimeOff, o.Span.Stretch())
	}
	busy := merge(slices.Clone(r.Busy))
	s := NewSheet(h.person, zone, window, r)
	return Outline{Zone: zone, Working: s.Working(window), Off: off, Busy: busy.Spans(), Hours: len(r.Hours) > 0}, nil
}

func offOf(ctx context.Context, q db.Q, orgID string, ids []string, window Span) (map[string][]TimeOff, error) {
	rows, err := db.All[timeOffRow](ctx, q, timeOffOf+db.Params(4, len(ids))+")", with(ids, orgID, int64(At(window.Start)), int64(At(window.End)))...)
	off := make(map[string][]TimeOff, len(rows))
	for _, row := range rows {
		off[row.person] = append(off[row.person], row.TimeOff)
	}
	for _, list := range off {
		slices.SortFunc(list, func(a, b TimeOff) int { return a.Span.Start.Compare(b.Span.Start) })
	}
	return off, err
}
