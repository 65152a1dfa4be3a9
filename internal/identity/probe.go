package identity

import (
	"context"

	"parley/internal/db"
)

// Probe is a person on whom the calls of a connection can be tried, by the
// vendor's id and by ours: somebody who is matched, if there is one with Video Calls
// switched on; before anybody is, somebody who would be by the field that was
// chosen. Both are empty when there is nobody.
func (is *Identities) Probe(ctx context.Context, q db.Q, orgID, connectionID string) (vendorID, personID string, err error) {
	first, err := firstMatched(ctx, q, orgID, connectionID, 1, true, false)
	if err != nil {
		return "", "", err
	}
	if len(first) > 0 {
		return first[0].VendorID, first[0].PersonID, nil
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
// at most so many: those who are matched and whose Video Calls are switched on.
func (is *Identities) Hosts(ctx context.Context, q db.Q, orgID, connectionID string, most int) (ids []string, err error) {
	all, err := firstMatched(ctx, q, orgID, connectionID, most, true)
	for _, i := range all {
		ids = append(ids, i.VendorID)
	}
	return ids, err
}

// firstMatched are the first of those who are matched, by the toggle in the order
// given and then by name: a few rows of the index that lists are read by.
func firstMatched(ctx context.Context, q db.Q, orgID, connectionID string, most int, toggles ...bool) (all []Identity, err error) {
	for _, on := range toggles {
		for _, hand := range []bool{false, true} {
			if len(all) >= most {
				return all, nil
			}
			of := facet{state: Matched, hand: hand, on: on}
			some, err := db.All[Identity](ctx, q, firstOfFacet, orgID, connectionID, of.String(), most-len(all))
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	return all, nil
}
