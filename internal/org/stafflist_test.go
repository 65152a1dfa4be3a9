package org_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

func TestStaffAreListedPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for i := range 7 {
			p := h.member(h.org.ID, fmt.Sprintf("Zoe %d", i), fmt.Sprintf("zoe%d@harbourbank.example", i))
			if i == 3 {
				p.Active, p.EmployeeNo = false, "A-77"
				if err := h.SaveMember(t.Context(), h.boss, p); err != nil {
					t.Fatal(err)
				}
			}
		}
		list := func(f org.StaffFilter) (names []string) {
			for f.Limit = 2; ; {
				page, err := h.Staff(t.Context(), d, h.org.ID, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range page {
					names = append(names, p.Name)
				}
				if len(page) < f.Limit {
					return names
				}
				f.After = page[len(page)-1]
			}
		}
		active := []string{"Zoe 0", "Zoe 1", "Zoe 2", "Zoe 4", "Zoe 5", "Zoe 6"}
		for name, c := range map[string]struct {
			filter org.StaffFilter
			want   []string
		}{
			"active":      {org.StaffFilter{State: "active"}, append([]string{"Eleanor Price"}, active...)},
			"inactive":    {org.StaffFilter{State: "inactive"}, []string{"Zoe 3"}},
			"backwards":   {org.StaffFilter{State: "active", Backwards: true, Text: "zoe"}, []string{"Zoe 6", "Zoe 5", "Zoe 4", "Zoe 2", "Zoe 1", "Zoe 0"}},
			"employee id": {org.StaffFilter{Text: " a-77 "}, []string{"Zoe 3"}},
			"role":        {org.StaffFilter{Role: org.Administrator}, []string{"Eleanor Price"}},
			"among": {(org.StaffFilter{Text: "zoe"}).In(db.Part{SQL: "SELECT id FROM people WHERE org_id = $1 AND name = $2", Args: []any{h.org.ID, "Zoe 5"}}),
				[]string{"Zoe 5"}},
		} {
			if diff := cmp.Diff(c.want, list(c.filter)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			n, err := h.CountStaff(t.Context(), d, h.org.ID, c.filter)
			if err != nil || n != len(c.want) {
				t.Errorf("%s: counted %d, want %d: %v", name, n, len(c.want), err)
			}
		}
	})
}

// TestAPageOfStaffIsReadByItsIndex asks both engines, among many members.
func TestAPageOfStaffIsReadByItsIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.take(h.upload(string(crowdOf(3000))), org.ImportAll)
		for _, f := range []org.StaffFilter{{State: "active"}, {State: "active", Backwards: true}, {After: org.Person{ID: "x", Name: "m"}}} {
			text, args := org.StaffText(f, h.org.ID)
			plan := dbtest.Plan(t, d, strings.ReplaceAll(text, "{columns}", "1"), args...)
			if !strings.Contains(plan, "people_folded") {
				t.Errorf("a page of staff is not read by its index:\n%s", plan)
			}
		}
	})
}
