package calendar

import (
	"context"
	"time"

	"parley/internal/db"
)

// around is how much is read on both sides of a window: what begins in it may
// end a day later, and quiet may be asked for around it.
const around = 24 * time.Hour

// manyPeople is how many are read at once; more would only make longer texts.
const manyPeople = 500

// Load reads the sheets of many people for a window, with one query a table.
// Ids of nobody, and of people of another organization, are not in the answer.
func Load(ctx context.Context, q db.Q, orgID string, personIDs []string, window Span) (map[string]*Sheet, error) {
	sheets := make(map[string]*Sheet, len(personIDs))
	for len(personIDs) > 0 {
		n := min(manyPeople, len(personIDs))
		if err := load(ctx, q, orgID, personIDs[:n], window, sheets); err != nil {
			return nil, err
		}
		personIDs = personIDs[n:]
	}
	return sheets, nil
}

// A Head says where a person's wall clock hangs, and which state of their
// calendar is the newest. Two readings of the same person with the same head are
// the same, so a sheet may be kept for as long as its head is.
type Head struct {
	Zone    string
	Version int64
}

// Heads reads the heads of people, who are at most a few hundred.
func Heads(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]Head, error) {
	rows, err := headsOf(ctx, q, orgID, personIDs)
	heads := make(map[string]Head, len(rows))
	for _, h := range rows {
		heads[h.person] = Head{h.zone, h.version}
	}
	return heads, err
}

func headsOf(ctx context.Context, q db.Q, orgID string, ids []string) ([]head, error) {
	return db.All[head](ctx, q, sheetHeads+db.Params(2, len(ids))+")", with(ids, orgID)...)
}

// load reads the heads first: what is read after them may be newer than they
// say, but never older.
func load(ctx context.Context, q db.Q, orgID string, ids []string, window Span, into map[string]*Sheet) error {
	heads, err := headsOf(ctx, q, orgID, ids)
	if err != nil {
		return err
	}
	rules, err := loadRules(ctx, q, orgID, ids, window)
	if err != nil {
		return err
	}
	for _, h := range heads {
		zone, err := Zone(h.zone)
		if err != nil {
			return err
		}
		s := NewSheet(h.person, zone, window, *rules.of(h.person))
		s.Version = h.version
		into[h.person] = s
	}
	return nil
}

// rulesByPerson gathers rows of five tables by whose they are.
type rulesByPerson map[string]*Rules

func (r rulesByPerson) of(person string) *Rules {
	if r[person] == nil {
		r[person] = &Rules{}
	}
	return r[person]
}

func loadRules(ctx context.Context, q db.Q, orgID string, ids []string, window Span) (rulesByPerson, error) {
	rules := make(rulesByPerson, len(ids))
	hours, err := db.All[hoursRow](ctx, q, hoursOf+db.Params(2, len(ids))+")", with(ids, orgID)...)
	if err != nil {
		return nil, err
	}
	for _, h := range hours {
		r := rules.of(h.person)
		r.Hours = append(r.Hours, h.Hours)
	}
	if err := loadExceptions(ctx, q, orgID, ids, window, rules); err != nil {
		return nil, err
	}
	return rules, loadTaken(ctx, q, orgID, ids, window, rules)
}

// loadExceptions reads two days more on both sides, since the dates of a window
// depend on the zone.
func loadExceptions(ctx context.Context, q db.Q, orgID string, ids []string, window Span, rules rulesByPerson) error {
	first, last := DateOf(window.Start.UTC())-2, DateOf(window.End.UTC())+2
	rows, err := db.All[exceptionRow](ctx, q, exceptionsOf+db.Params(4, len(ids))+")", with(ids, orgID, first.String(), last.String())...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		e, err := row.exception()
		if err != nil {
			return err
		}
		r := rules.of(row.person)
		r.Exceptions = append(r.Exceptions, e)
	}
	return nil
}

// loadTaken reads time off, claims, and what is on elsewhere.
func loadTaken(ctx context.Context, q db.Q, orgID string, ids []string, window Span, rules rulesByPerson) error {
	from, to := At(window.Start.Add(-around)), At(window.End.Add(around))
	args := with(ids, orgID, int64(from), int64(to))
	off, err := db.All[timeOffRow](ctx, q, timeOffOf+db.Params(4, len(ids))+")", args...)
	if err != nil {
		return err
	}
	for _, row := range off {
		r := rules.of(row.person)
		r.TimeOff = append(r.TimeOff, row.Span.Stretch())
	}
	claims, err := db.All[claimRow](ctx, q, claimsOf(len(ids)), args...)
	if err != nil {
		return err
	}
	for _, row := range claims {
		r := rules.of(row.person)
		r.Claims = append(r.Claims, row.Stretch)
	}
	busy, err := db.All[claimRow](ctx, q, busyOf+db.Params(4, len(ids))+")", args...)
	for _, row := range busy {
		r := rules.of(row.person)
		r.Busy = append(r.Busy, row.Stretch)
	}
	return err
}

// with puts the fixed arguments of a query before its list of ids.
func with(ids []string, fixed ...any) []any {
	args := make([]any, 0, len(fixed)+len(ids))
	args = append(args, fixed...)
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}
