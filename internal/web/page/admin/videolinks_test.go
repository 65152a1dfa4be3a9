package admin_test

import (
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

func TestWhatIsLeftSaysSinceWhen(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	since := time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC)
	dbtest.Exec(t, h.d, `INSERT INTO conferences (org_id, id, meeting_id, gen, connection_id, account, host, state, asked_at, vendor_id, join_url, applied, attempt, reason, stuck, retry_at, checked_at, shown_starts, shown_hosts, left_at, version)
VALUES ($1, $2, 'm', 1, $3, 'account', 'host', 'left', 1, 'AAMk', '', '', 0, 'meeting.reason.disconnected', FALSE, 0, 1, 0, '[]', $4, 1)`,
		h.bank.ID, db.NewID(), path[strings.LastIndexByte(path, '/')+1:], db.Time(since))
	b.open(path+"/left").shows("AAMk", "Since Wednesday 1 July 2026, 09:30, London time (BST, UTC+1)")
}
