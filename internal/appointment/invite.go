package appointment

import (
	"parley/internal/card"
	"parley/internal/org"
)

// Invite is the card that a client's confirmation is drawn from, as things
// stand now, for pages that hand out its calendar entry again.
func (a *Appointments) Invite(v View) card.Card {
	if v.State == Cancelled {
		return cancelledForClient(v, org.System(v.OrgID), a.cfg.Host)
	}
	return confirmedForClient(v, a.cfg.Host)
}
