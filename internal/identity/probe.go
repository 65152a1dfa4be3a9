package identity

import (
	"context"

	"parley/internal/db"
)

// Probe is a person on whom the calls of a connection can be tried, by the
// vendor's id and by ours: somebody who is matched; before anybody is, somebody
// who would be by the field that was chosen. Both are empty when there is nobody.
func (is *Identities) Probe(ctx context.Context, q db.Q, orgID, connectionID string) (vendorID, personID string, err error) {
	all, err := db.All[Identity](ctx, q, firstMatched, orgID, connectionID, 1)
	if err != nil || len(all) > 0 {
		for _, i := range all {
			vendorID, personID = i.VendorID, i.PersonID
		}
		return vendorID, personID, err
	}
	d, err := db.One[Directory](ctx, q, oneDirectory, orgID, connectionID)
	if err != nil {
		return "", "", unlessGone(err)
	}
	rows, err := db.All[Identity](ctx, q, identitiesAfter, orgID, connectionID, "", atOnce) // among the first: one is enough
	if err != nil || len(rows) == 0 {
		return "", "", err
	}
	verdicts, err := judgeSome(ctx, q, orgID, connectionID, d.Field, rows)
	for n, v := range verdicts {
		if v.state == Matched {
			return v.entry.vendorID, rows[n].PersonID, err
		}
	}
	return "", "", err
}

// Hosts are the vendor's ids of people who are to hold meetings on a connection,
// at most so many.
func (is *Identities) Hosts(ctx context.Context, q db.Q, orgID, connectionID string, most int) (ids []string, err error) {
	all, err := db.All[Identity](ctx, q, firstMatched, orgID, connectionID, most)
	for _, i := range all {
		ids = append(ids, i.VendorID)
	}
	return ids, err
}
