package org_test

import (
	"context"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

func TestTheJournalIsNarrowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		other := h.organization("Fjord Credit")
		amelia := org.Actor{OrgID: h.org.ID, PersonID: "a", Name: "Amélia Hart"}
		daniel := org.Actor{OrgID: h.org.ID, PersonID: "d", Name: "Daniel Okafor"}
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			for _, e := range []org.Entry{
				amelia.Entry("service.save", "service", "s1", "name", "100% of it_all"),
				daniel.Entry("hours.save", "person", "d"),
				org.System(h.org.ID).Entry("connection.fault", "connection", "c1", "name", "appointments@harbourbank.example"),
				{OrgID: other.ID, ActorID: "a", ActorName: "Amélia Hart", Verb: "service.save", Object: "service", ObjectID: "s1"},
			} {
				if err := org.Record(ctx, tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		for name, c := range map[string]struct {
			filter org.JournalFilter
			want   int
		}{
			"two people":         {org.JournalFilter{Actors: []string{"a", "d"}}, 2},
			"one of several":     {org.JournalFilter{Actors: []string{"d", "x", "y"}}, 1},
			"the program":        {org.JournalFilter{Itself: true, Object: "connection"}, 1},
			"a name":             {org.JournalFilter{Text: "amelia HART"}, 1},
			"what it speaks of":  {org.JournalFilter{Text: "Harbourbank.example"}, 1},
			"a percent is none":  {org.JournalFilter{Text: "0% of"}, 1},
			"nor an underscore":  {org.JournalFilter{Text: "it_all"}, 1},
			"a wildcard is text": {org.JournalFilter{Text: "a%t"}, 0},
			"a kind":             {org.JournalFilter{Object: "service"}, 1},
			"both":               {org.JournalFilter{Object: "service", Actors: []string{"d"}}, 0},
		} {
			got, err := h.Journal(t.Context(), d, h.org.ID, c.filter, org.Page{})
			if err != nil || len(got) != c.want {
				t.Errorf("%s: %d entries, %v; want %d", name, len(got), err, c.want)
			}
		}
	})
}
