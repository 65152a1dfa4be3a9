package meeting

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// TestQueriesStayFlat fills the tables with a realistic share of what is over
// and asserts that no query reads a whole table.
func TestQueriesStayFlat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		for name, q := range map[string]struct {
			text  string
			args  []any
			index string
		}{
			"by id":       {byID, []any{"o1", "m1"}, ""},
			"by code":     {byCode, []any{"c5"}, "meetings_code"},
			"code taken":  {codeTaken, []any{"c5"}, "meetings_code"},
			"live":        {liveOf, []any{"o1", "m1"}, "one_live"},
			"of meeting":  {ofMeeting, []any{"o1", "m1"}, "conferences_gen"},
			"left behind": {leftBehind, []any{"o1", "a", "", 51}, "conferences_left"},
			"left at all": {leftAtAll, []any{"o1", "", "", 51}, "conferences_left"},
			"behind":      {countBehind, []any{"o1", db.Time(noon)}, "meetings_outdated"},
			"left of":     {leftOf, []any{"", "o1", "a"}, "conferences_left"},
			"pending":     {pendingToCome, []any{"", db.Time(noon)}, "meetings_pending"},
			"at risk":     {atRiskToCome, []any{"", db.Time(noon)}, "meetings_at_risk"},
			"intended":    {allIntended, []any{""}, "conferences_intended"},
			"ending":      {allEnding, []any{""}, "conferences_ending"},
			"pending of":  {pendingOf, []any{"", "o1", "a", db.Time(noon)}, "meetings_pending"},
			"at risk of":  {atRiskOf, []any{"", "o1", "a", db.Time(noon)}, "meetings_at_risk"},
			"intended of": {intendedOf, []any{"", "o1", "a"}, "conferences_intended"},
			"outdated of": {outdatedOf, []any{"", "o1", "a", db.Time(noon)}, "meetings_outdated"},
			"links":       {countLinks, []any{"o1", "a", db.Time(noon)}, "meetings_link"},
			"outdated":    {countOutdated, []any{"o1", "a", db.Time(noon)}, "meetings_outdated"},
			"others host": {countOthersHost, []any{"o1", "a", db.Time(noon)}, ""},
			"left":        {countLeft, []any{"o1", "a"}, "conferences_left"},
			"made":        {countMade, []any{"o1", "a", db.Time(noon)}, "conferences_asked"},
			"week":        {countWeekPending, []any{"o1", db.Time(noon), db.Time(noon.Add(aWeek))}, "meetings_pending"},
			"week lost":   {countWeekLost, []any{"o1", db.Time(noon), db.Time(noon.Add(aWeek))}, "meetings_at_risk"},
			"refused":     {countRefused, []any{"o1", "a", "acct", db.Time(noon)}, "conferences_refused"},
			"held by":     {heldBy(2), []any{"", "o1", "a", db.Time(noon), "p", "q"}, ""},
			"without":     {withoutLink, []any{"o1", db.Time(noon), ""}, "meetings_pending"},
			"hosts":       {listHosts, []any{"o1", "a", db.Time(noon)}, "meetings_link"},
			"week list":   {listWeekPending, []any{"o1", db.Time(noon), db.Time(noon.Add(aWeek)), 50}, "meetings_pending"},
			"lost list":   {listWeekLost, []any{"o1", db.Time(noon), db.Time(noon.Add(aWeek)), 50}, "meetings_at_risk"},
			"ending of":   {endingOf, []any{"", "o1", "a"}, "conferences_ending"},
		} {
			plan := dbtest.Plan(t, d, strings.ReplaceAll(q.text, "{columns}", "org_id"), q.args...)
			dbtest.NoScan(t, plan, "meetings", "conferences")
			if !strings.Contains(plan, q.index) {
				t.Errorf("%s does not use %s:\n%s", name, q.index, plan)
			}
		}
	})
}

// fill writes 4,000 meetings, of which 20 are still to come; each has a live
// conference, and some have one on its way, ending or left.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for i := range 4000 {
			m := Meeting{OrgID: fmt.Sprintf("o%d", i%5), ID: fmt.Sprintf("m%d", i), Code: fmt.Sprintf("c%d", i), Mode: ByVideo, ConnectionID: "a", State: Agreed, Link: Ready}
			m.Starts = noon.Add(-time.Duration(i) * time.Hour)
			c := Conference{OrgID: m.OrgID, ID: fmt.Sprintf("k%d", i), MeetingID: m.ID, Gen: 1, ConnectionID: "a", Account: "acct", Stage: Gone, VendorID: "v", AskedAt: noon.Add(-time.Duration(i) * time.Hour)}
			if i%200 == 0 {
				m.Starts = noon.Add(time.Hour)
				m.Link = []LinkState{Pending, AtRisk}[i/200%2]
				c.Stage = []Stage{Intended, Ending, Left, Live}[i/200%4]
			}
			m.Ends = m.Starts.Add(time.Hour)
			if err := db.Insert(ctx, tx, "meetings", &m); err != nil {
				return err
			}
			if err := db.Insert(ctx, tx, "conferences", &c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
