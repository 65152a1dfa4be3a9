package meeting

import (
	"context"
	"slices"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// The verbs are one step of their caller's transaction. The caller has touched
// the calendars of all people concerned before (calendar.Touch), has tested its
// own rules under that touch, and records and tells afterwards.

// Book writes down a meeting that was just agreed, takes the people's time for
// it and rings for its link. Time that is already taken is a Conflict.
func Book(ctx context.Context, tx *db.Tx, m Meeting) (_ Meeting, err error) {
	defer fault.Op(&err, "book meeting of %s %s", m.Kind, m.OwnerID)
	if m.ID == "" {
		m.ID = db.NewID()
	}
	m.asWanted()
	if err := m.check(); err != nil {
		return Meeting{}, err
	}
	if m.Code, err = drawCode(ctx, tx); err != nil {
		return Meeting{}, err
	}
	m.State, m.Version, m.Sequence, m.Prior, m.ChangedAt = Agreed, 1, 0, calendar.Span{}, instant(tx.Now())
	m.relink()
	if err := db.Insert(ctx, tx, "meetings", &m); err != nil {
		return Meeting{}, err
	}
	if err := calendar.Claim(ctx, tx, m.OrgID, m.ID, m.Span(), m.claimed()...); err != nil {
		return Meeting{}, err
	}
	if m.Mode != ByVideo {
		return m, nil // no vendor has or will have anything of it
	}
	return m, ring(ctx, tx, m.OrgID, m.ID)
}

// Move gives an agreed meeting another time. The join link stays.
func Move(ctx context.Context, tx *db.Tx, orgID, id string, to calendar.Span) (_ Meeting, err error) {
	defer fault.Op(&err, "move meeting %s", id)
	m, err := touchAgreed(ctx, tx, orgID, id)
	if err != nil {
		return Meeting{}, err
	}
	to = calendar.Span{Start: instant(to.Start), End: instant(to.End)}
	if m.Span() == to {
		return m, nil
	}
	m.Prior, m.Starts, m.Ends = m.Span(), to.Start, to.End
	m.Sequence++
	if err := m.check(); err != nil {
		return Meeting{}, err
	}
	if err := calendar.MoveClaims(ctx, tx, orgID, id, to); err != nil {
		return Meeting{}, err
	}
	return m, m.saveAndRing(ctx, tx)
}

// Cancel calls a meeting off and gives the people their time back. Cancelling
// what is cancelled changes nothing.
func Cancel(ctx context.Context, tx *db.Tx, orgID, id string) (_ Meeting, err error) {
	defer fault.Op(&err, "cancel meeting %s", id)
	m, err := touched(ctx, tx, orgID, id)
	if err != nil || m.State == Cancelled {
		return m, err
	}
	m.State = Cancelled
	m.Sequence++
	m.relink()
	if err := calendar.Release(ctx, tx, orgID, id); err != nil {
		return Meeting{}, err
	}
	return m, m.saveAndRing(ctx, tx)
}

// Change changes how an agreed meeting is held. The edit may set Title, Mode,
// Place, ConnectionID, HostID, CoHosts, Lobby, Presenters, Lang, Record and Claims; what
// else it sets is ignored. Other hosts, or Claims, move the claims.
func Change(ctx context.Context, tx *db.Tx, orgID, id string, edit func(*Meeting)) (_ Meeting, err error) {
	defer fault.Op(&err, "change meeting %s", id)
	before, err := touchAgreed(ctx, tx, orgID, id)
	if err != nil {
		return Meeting{}, err
	}
	m := before.edited(edit)
	if err := m.check(); err != nil {
		return Meeting{}, err
	}
	if m.seenOtherwise(before) {
		m.Sequence++
	}
	if m.linked() != before.linked() || m.Link == Pending && m.ConnectionID != before.ConnectionID {
		m.relink() // what kept it at the connection before says nothing of this one
	}
	if len(m.Claims) > 0 || !slices.Equal(m.Hosts(), before.Hosts()) {
		if err := reclaimTime(ctx, tx, m); err != nil {
			return Meeting{}, err
		}
	}
	return m, m.saveAndRing(ctx, tx)
}

// edited is the meeting after an edit, with only the fields that Change allows.
func (m Meeting) edited(edit func(*Meeting)) Meeting {
	e := m
	e.CoHosts = slices.Clone(m.CoHosts)
	edit(&e)
	m.Title, m.Mode, m.Place, m.ConnectionID = e.Title, e.Mode, e.Place, e.ConnectionID
	m.HostID, m.CoHosts, m.Lobby, m.Presenters, m.Lang, m.Record, m.Claims = e.HostID, e.CoHosts, e.Lobby, e.Presenters, e.Lang, e.Record, e.Claims
	m.asWanted()
	return m
}

// seenOtherwise reports whether people's calendars show something else now.
func (m Meeting) seenOtherwise(b Meeting) bool {
	return m.Title != b.Title || m.Mode != b.Mode || m.Place != b.Place || m.ConnectionID != b.ConnectionID || !slices.Equal(m.Hosts(), b.Hosts())
}

// relink is what can be said of the link before anybody has looked.
func (m *Meeting) relink() {
	m.Link, m.LinkReason, m.Trouble = NoLink, "", Passing
	if m.linked() {
		m.Link = Pending
	}
}

func reclaimTime(ctx context.Context, tx *db.Tx, m Meeting) error {
	if err := calendar.Release(ctx, tx, m.OrgID, m.ID); err != nil {
		return err
	}
	return calendar.Claim(ctx, tx, m.OrgID, m.ID, m.Span(), m.claimed()...)
}

func touched(ctx context.Context, tx *db.Tx, orgID, id string) (Meeting, error) {
	return db.One[Meeting](ctx, tx, touch, orgID, id, db.Time(tx.Now()))
}

func touchAgreed(ctx context.Context, tx *db.Tx, orgID, id string) (Meeting, error) {
	m, err := touched(ctx, tx, orgID, id)
	if err == nil && m.State == Cancelled {
		err = fault.New(fault.Conflict, "meeting.conflict.cancelled")
	}
	return m, err
}

func (m *Meeting) saveAndRing(ctx context.Context, tx *db.Tx) error {
	if err := m.save(ctx, tx); err != nil {
		return err
	}
	return ring(ctx, tx, m.OrgID, m.ID)
}

func drawCode(ctx context.Context, tx *db.Tx) (string, error) {
	for {
		code := newCode()
		taken, err := db.Value[int64](ctx, tx, codeTaken, code)
		if err != nil || taken == 0 {
			return code, err
		}
	}
}

// kindFit is the job that makes the conference of one meeting as wanted.
const kindFit = "meeting.fit"

// ring has the reconciler look at the meeting once this transaction is committed.
func ring(ctx context.Context, tx *db.Tx, orgID, id string) error {
	return job.Add(ctx, tx, job.Job{Key: "meet:" + id, OrgID: orgID, Kind: kindFit, Args: []byte(id)})
}
