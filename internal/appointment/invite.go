package appointment

import (
	"parley/internal/card"
	"parley/internal/org"
)

// Invite is the card that tells the client how things stand now, for the notice
// that is retold and for pages that hand out its calendar entry again.
func (a *Appointments) Invite(v View) card.Card {
	if v.State == Cancelled {
		return cancelledForClient(v, org.System(v.OrgID), a.cfg.Host)
	}
	return v.forClient(a.cfg.Host)
}
