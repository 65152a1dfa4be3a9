package appointment

import (
	"context"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/meeting"
)

// asShown is a meeting that was changed, with what can be said of its link at
// once: whose connection was switched off keeps a link that works, while the
// vendor shows it as it was. The meeting's own job comes to the same; the mail of
// the change leaves before.
func (a *Appointments) asShown(ctx context.Context, q db.Q, m meeting.Meeting, link meeting.LinkState, reason string) (meeting.Meeting, error) {
	if m.Mode != meeting.ByVideo || m.Link != meeting.Ready || a.cfg.VideoOff == nil {
		return m, nil
	}
	off, err := a.cfg.VideoOff(ctx, q, m.OrgID, m.ConnectionID)
	if off {
		m.Link, m.LinkReason = link, reason
	}
	return m, err
}

// shownOtherwise tells the staff why the vendor does not show what was agreed. The
// client is not alarmed: the link works.
func (v View) shownOtherwise() []card.Text {
	if v.Method != Video || v.Meeting.LinkReason == "" || v.Meeting.Link != meeting.Ready && v.Meeting.Link != meeting.AtRisk {
		return nil
	}
	return []card.Text{card.Say(v.Meeting.LinkReason, card.String("Name", v.Staff.Name))}
}
