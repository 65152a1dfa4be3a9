package identity

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
)

const firstMatched = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2 AND state = 'matched'
	ORDER BY CASE WHEN enabled = TRUE THEN 0 ELSE 1 END, person_id LIMIT $3`

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
	return is.probeAmong(ctx, q, d)
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

// probeAmong looks among the first members by name: one is enough.
func (is *Identities) probeAmong(ctx context.Context, q db.Q, d Directory) (vendorID, personID string, err error) {
	people, err := is.orgs.People(ctx, q, d.OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: rosterPage})
	if err != nil {
		return "", "", err
	}
	var values []string
	for _, p := range people {
		values = append(values, memberOf(p).values[d.Field])
	}
	b, err := look(ctx, q, d.OrgID, d.ConnectionID, values, nil)
	if err != nil {
		return "", "", err
	}
	for _, p := range people {
		if found := b.bySignIn[memberOf(p).values[d.Field]]; len(found) == 1 && !found[0].guest {
			return found[0].vendorID, p.ID, nil
		}
	}
	return "", "", nil
}
