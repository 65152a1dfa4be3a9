package admin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/meeting"
)

// leaves puts a meeting there that is over for us and that a connection's vendor
// may still have.
func (h *house) leaves(connectionPath, title, vendorID string) {
	h.t.Helper()
	connectionID := connectionPath[strings.LastIndexByte(connectionPath, '/')+1:]
	starts := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
	m := meeting.Meeting{OrgID: h.bank.ID, ID: db.NewID(), Code: db.NewID(), Title: title, Starts: starts, Ends: starts.Add(time.Hour), ConnectionID: connectionID, OwnerID: "owner", State: "cancelled", Link: "none"}
	c := meeting.Conference{OrgID: h.bank.ID, ID: db.NewID(), MeetingID: m.ID, ConnectionID: connectionID, Stage: meeting.Left, VendorID: vendorID, Reason: "meeting.reason.disconnected", LeftAt: starts.AddDate(0, 0, -1)}
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := db.Insert(ctx, tx, "meetings", &m); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "conferences", &c)
	}))
}

// TestWhatIsLeftIsListedOverAllConnections has something left at two of them: the
// figure counts both and leads to a list with both.
func TestWhatIsLeftIsListedOverAllConnections(t *testing.T) {
	h := build(t, registered)
	b, first := h.connected()
	second := strings.TrimSuffix(b.asApplication(), "/preview")
	h.leaves(first, "Mortgage review", "AAMk-1")
	h.leaves(first, "Pension review", "AAMk-2")
	h.leaves(second, "Savings review", "AAMk-3")
	if tile := b.open("/settings/video").between(`href="/settings/video/left"`, "</a>"); !strings.Contains(tile, ">3<") {
		t.Errorf("the figure is %s", tile)
	}
	all := b.open("/settings/video/left").on("/settings/video/left").
		shows("Mortgage review", "Pension review", "Savings review", "AAMk-3", `href="`+first+`"`, `href="`+second, "Identifier at the provider", `href="/schedule/owner"`)
	if n := strings.Count(all.main(), "1 December 2026"); n != 3 {
		t.Errorf("%d meetings say when they were:\n%s", n, all.read())
	}
	b.open(first+"/left").on(first+"/left").shows("Mortgage review", "AAMk-2", "Identifier at Microsoft Teams").lacks("Savings review")
	b.open(second + "/left").shows("Savings review").lacks("Pension review")
	h.as(h.staff["Amelia Hart"]).open("/settings/video/left").is(http.StatusForbidden)
}

// TestManyThatAreLeftComeInPages turns to the second page and back.
func TestManyThatAreLeftComeInPages(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	for range 51 {
		h.leaves(path, "Mortgage review", "AAMk")
	}
	for _, list := range []string{"/settings/video/left", path + "/left"} {
		first := b.open(list)
		second := b.open(list + "?at=" + first.between(`href="`+list+`?at=`, `"`)).is(http.StatusOK)
		if n, rest := strings.Count(first.main(), "Mortgage review"), strings.Count(second.main(), "Mortgage review"); n != 50 || rest != 1 {
			t.Errorf("%s has %d, then %d", list, n, rest)
		}
		second.shows(`href="` + list + `"`)
	}
}
