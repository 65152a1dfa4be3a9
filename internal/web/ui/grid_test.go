package ui

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLaned(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []GridEvent
		want []string
	}{
		{"none", nil, nil},
		{"one after the other", []GridEvent{{From: 4, To: 8}, {From: 0, To: 4}}, []string{"lane-1-1", "lane-1-1"}},
		{"two at once", []GridEvent{{From: 0, To: 4}, {From: 2, To: 6}}, []string{"lane-1-2", "lane-2-2"}},
		{"a lane is used again", []GridEvent{{From: 0, To: 8}, {From: 0, To: 2}, {From: 2, To: 4}}, []string{"lane-1-2", "lane-2-2", "lane-2-2"}},
		{"what touches does not overlap", []GridEvent{{From: 0, To: 4}, {From: 0, To: 4}, {From: 4, To: 5}}, []string{"lane-1-2", "lane-2-2", "lane-1-1"}},
		{"more than fit share the last lane", []GridEvent{{To: 4}, {To: 4}, {To: 4}, {To: 4}, {To: 4}},
			[]string{"lane-1-4", "lane-2-4", "lane-3-4", "lane-4-4", "lane-4-4"}},
	} {
		var got []string
		for _, e := range laned(c.in) {
			got = append(got, e.lane())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func TestPlaceStaysOnTheGrid(t *testing.T) {
	p := WeekGridProps{First: 32, Hours: make([]string, 10)}
	for _, c := range []struct {
		from, to int
		want     string
	}{
		{32, 36, "row-1 span-4"}, {38, 41, "row-7 span-3"}, {0, 40, "row-1 span-8"},
		{70, 96, "row-39 span-2"}, {0, 4, "row-1 span-1"}, {90, 96, "row-40 span-1"},
	} {
		if got := p.place(c.from, c.to); got != c.want {
			t.Errorf("place(%d, %d) = %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestInitials(t *testing.T) {
	for in, want := range map[string]string{"Amelia Okafor": "AO", "émile ng": "ÉN", "Cher": "C", "": "?", "Jean-Baptiste Moreau": "JM", "O. Tanaka": "OT", "<b>": "B"} {
		if got := initials(in); got != want {
			t.Errorf("initials(%q) = %q, want %q", in, got, want)
		}
	}
}
