package vault_test

import (
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/vault"
)

// However many make a link at once, no more can be read than are listed; one that
// is taken back, or has ended, makes room.
func TestSoManyLinksToReportsAndNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		r := k.examine(c)
		share := func() error {
			_, err := k.v.ShareReport(t.Context(), k.actor, c.ID, r.ID)
			return err
		}
		listed := func() []vault.Share {
			now, err := d.Now(t.Context())
			k.ok(err)
			all, err := k.v.Shares(t.Context(), d, c.OrgID, c.ID, now)
			k.ok(err)
			return all
		}
		made := 0
		for _, err := range dbtest.Race(50, func(int) error { return share() }) {
			if err == nil {
				made++
				continue
			}
			k.wants(err, fault.Conflict, "vault.share.most")
		}
		all := listed()
		if made != vault.SharesMost || len(all) != made {
			t.Fatalf("%d made, %d listed", made, len(all))
		}
		k.ok(k.v.RevokeShare(t.Context(), k.actor, c.ID, all[3].ID))
		if n := len(listed()); n != vault.SharesMost-1 {
			t.Errorf("%d listed after one was taken back", n)
		}
		k.ok(share())
		k.wants(share(), fault.Conflict, "vault.share.most")
		k.clock.Advance(vault.ShareLife + time.Minute)
		if n := len(listed()); n != 0 {
			t.Errorf("%d are listed that have ended", n)
		}
		k.ok(share())
	})
}
