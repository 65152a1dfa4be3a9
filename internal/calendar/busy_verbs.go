package calendar

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// Rules returns what the administrator decided.
func (b *Busy) Rules(ctx context.Context, q db.Q, orgID string) (r BusyRules, err error) {
	var texts [3]string
	for i, key := range []string{busyEnabled, busyStale, BusyAfter} {
		v, err := b.cfg.Orgs.Setting(ctx, q, orgID, key)
		if err != nil {
			return r, err
		}
		texts[i] = v.Text
	}
	n, err := strconv.Atoi(texts[2])
	return BusyRules{On: texts[0] == "true", Stale: StalePolicy(texts[1]), After: time.Duration(n) * time.Minute}, err
}

// SaveRules decides. What was read is dropped when calendars are switched off,
// and read again when they are switched on: every calendar is rung either way,
// so that one added in the same moment hears of it too.
func (b *Busy) SaveRules(ctx context.Context, by org.Actor, r BusyRules) error {
	if !by.May(org.ManageOrganization) {
		return fault.New(fault.Denied, "")
	}
	if r.Stale != KeepOpen && r.Stale != CloseSlots {
		return fault.New(fault.Invalid, "busy.stale.choose").At("stale")
	}
	if r.After < 30*time.Minute || r.After > 7*day {
		return fault.New(fault.Invalid, "busy.after.choose").At("after")
	}
	return b.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := db.All[Source](ctx, tx, allSources, by.OrgID)
		if err != nil {
			return err
		}
		if err := Touch(ctx, tx, by.OrgID, owners(all)...); err != nil {
			return err
		}
		was, err := b.Rules(ctx, tx, by.OrgID)
		if err != nil || was == r {
			return err
		}
		if err := saveRules(ctx, tx, by, was, r); err != nil {
			return err
		}
		return b.apply(ctx, tx, by.OrgID, was, r, all)
	})
}

func saveRules(ctx context.Context, tx *db.Tx, by org.Actor, was, r BusyRules) error {
	for _, s := range []struct{ key, was, now string }{
		{busyEnabled, strconv.FormatBool(was.On), strconv.FormatBool(r.On)},
		{busyStale, string(was.Stale), string(r.Stale)},
		{BusyAfter, minutes(was.After), minutes(r.After)},
	} {
		if s.was == s.now {
			continue
		}
		if err := org.SetSetting(ctx, tx, by, s.key, org.WholeOrganization, s.now); err != nil {
			return err
		}
	}
	return nil
}

// apply drops what does not hold any more, and rings every calendar: at once,
// but not all in the same second.
func (b *Busy) apply(ctx context.Context, tx *db.Tx, orgID string, was, r BusyRules, all []Source) error {
	var err error
	switch {
	case was.On != r.On:
		if _, err = tx.Exec(ctx, deleteAllRows, orgID); err == nil {
			_, err = tx.Exec(ctx, forgetReadings, orgID)
		}
	case r.Stale == KeepOpen:
		_, err = tx.Exec(ctx, deleteClosing, orgID)
	}
	if err != nil {
		return err
	}
	for i, s := range all {
		if err := ring(ctx, tx, s, tx.Now().Add(time.Duration(i)*busyEvery/time.Duration(max(len(all), 900)))); err != nil {
			return err
		}
	}
	return nil
}

// owners are the people of sources, each once; the sources come in their order.
func owners(all []Source) (ids []string) {
	for _, s := range all {
		if len(ids) == 0 || ids[len(ids)-1] != s.PersonID {
			ids = append(ids, s.PersonID)
		}
	}
	return ids
}

// longestAddress is more than any publisher needs.
const longestAddress = 2000

// Add adds a calendar to one's own time. It is read before it is added: an
// address that cannot be read, or must not be, is refused with the reason.
// Members do this for themselves only, since the address opens their calendar.
func (b *Busy) Add(ctx context.Context, by org.Actor, address string) (s Source, err error) {
	if !by.May(org.Own) {
		return s, fault.New(fault.Denied, "")
	}
	if address = strings.TrimSpace(address); len(address) > longestAddress || !utf8.ValidString(address) {
		return s, fault.New(fault.Invalid, "busy.fault.address").At("address")
	}
	r, err := b.Rules(ctx, b.db, by.OrgID)
	if err != nil {
		return s, err
	}
	if !r.On {
		return s, fault.New(fault.Denied, "busy.off")
	}
	if err := b.room(ctx, by, address); err != nil {
		return s, err
	}
	s = Source{OrgID: by.OrgID, PersonID: by.PersonID, ID: db.NewID(), version: 1}
	if s.address, err = b.cfg.Vault.Seal(connector.NewSecret(address), s.place()...); err != nil {
		return s, err
	}
	l, err := b.look(ctx, s, true)
	if err != nil {
		return s, err
	}
	if l.err != nil {
		return s, fault.Wrap(fault.Invalid, l.err, faultKey(l.err)).At("address")
	}
	if at, err := url.Parse(address); err == nil {
		s.Host, s.Tail = shown(at)
	}
	s.Added = l.at
	s = s.after(l, r)
	return s, b.insert(ctx, by, s, lineOf(l.busy))
}

// room refuses a calendar too many, and one that is there already.
func (b *Busy) room(ctx context.Context, by org.Actor, address string) error {
	all, err := b.Sources(ctx, b.db, by.OrgID, by.PersonID)
	if err != nil {
		return err
	}
	if len(all) >= MaxSources {
		return fault.New(fault.Conflict, "busy.most", "Max", MaxSources).At("address")
	}
	for _, s := range all {
		known, _, err := b.cfg.Vault.Unseal(s.address, s.place()...)
		if err != nil {
			return err
		}
		if known.Equal(connector.NewSecret(address)) {
			return fault.New(fault.Conflict, "busy.twice").At("address")
		}
	}
	return nil
}

func (b *Busy) insert(ctx context.Context, by org.Actor, s Source, line Line) error {
	return b.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := Touch(ctx, tx, s.OrgID, s.PersonID); err != nil {
			return err
		}
		if n, err := db.Value[int64](ctx, tx, countSources, s.OrgID, s.PersonID); err != nil || n >= MaxSources {
			if err == nil {
				err = fault.New(fault.Conflict, "busy.most", "Max", MaxSources).At("address")
			}
			return err
		}
		if err := db.Insert(ctx, tx, "busy_sources", &s); err != nil {
			return err
		}
		if err := replaceRows(ctx, tx, s, s.rowsOf(line)); err != nil {
			return err
		}
		if err := ring(ctx, tx, s, s.Read.Add(busyEvery)); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry("busy.add", "busy", s.ID, "host", s.Host))
	})
}

// Remove takes one of one's own calendars away, with all that was known of it.
func (b *Busy) Remove(ctx context.Context, by org.Actor, id string) error {
	if !by.May(org.Own) {
		return fault.New(fault.Denied, "")
	}
	s, err := b.own(ctx, by, id)
	if err != nil {
		return err
	}
	return b.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := Touch(ctx, tx, s.OrgID, s.PersonID); err != nil {
			return err
		}
		if n, err := tx.Exec(ctx, deleteSource, s.OrgID, s.PersonID, s.ID); err != nil || n == 0 {
			return notFound(err)
		}
		if _, err := tx.Exec(ctx, deleteRows, s.OrgID, s.ID); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry("busy.remove", "busy", s.ID, "host", s.Host))
	})
}

// ReadNow reads one of one's own calendars. That it cannot be read is not an
// error of this verb: the source says so.
func (b *Busy) ReadNow(ctx context.Context, by org.Actor, id string) (Source, error) {
	s, err := b.own(ctx, by, id)
	if err != nil {
		return s, err
	}
	r, err := b.Rules(ctx, b.db, by.OrgID)
	if err != nil {
		return s, err
	}
	if !r.On {
		return s, fault.New(fault.Denied, "busy.off")
	}
	l, err := b.look(ctx, s, true)
	if err != nil {
		return s, err
	}
	return b.save(ctx, s, r, l)
}

// Source returns one of one's own calendars. Of anybody else's there is nothing
// to see.
func (b *Busy) Source(ctx context.Context, by org.Actor, id string) (Source, error) {
	return b.own(ctx, by, id)
}

func (b *Busy) own(ctx context.Context, by org.Actor, id string) (Source, error) {
	s, err := db.One[Source](ctx, b.db, sourceByID, by.OrgID, id)
	if err != nil || s.PersonID != by.PersonID {
		return Source{}, notFound(err)
	}
	return s, nil
}

// Sources returns a person's calendars in the order in which they were added.
func (b *Busy) Sources(ctx context.Context, q db.Q, orgID, personID string) ([]Source, error) {
	return db.All[Source](ctx, q, sourcesOf, orgID, personID)
}

// AllSources returns the calendars of everybody in an organization, by person.
func (b *Busy) AllSources(ctx context.Context, q db.Q, orgID string) ([]Source, error) {
	return db.All[Source](ctx, q, allSources, orgID)
}

// BusyOf returns what a person has on elsewhere within a window, in order of
// time: when it is, how old the knowledge is, and nothing of what it is.
func BusyOf(ctx context.Context, q db.Q, orgID, personID string, window Span) ([]Elsewhere, error) {
	return db.All[Elsewhere](ctx, q, elsewhereOf, orgID, db.Time(window.Start), db.Time(window.End), personID)
}
