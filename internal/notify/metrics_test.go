package notify

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

func TestMetrics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2)
		h.post.set(nil, func(m connector.Message) error {
			if m.To.Mailbox == "c1@example.org" {
				return fault.New(fault.Denied, "")
			}
			return nil
		})
		h.tell(h.notice("a", h.people...))
		h.drain()
		all := prometheus.NewPedanticRegistry()
		all.MustRegister(h.n)
		families, err := all.Gather()
		h.ok(err)
		got := map[string]float64{}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				name := f.GetName()
				for _, l := range m.GetLabel() {
					name += " " + l.GetValue()
				}
				got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
		delete(got, "parley_lane_turns_total")
		want := map[string]float64{
			"parley_deliveries_total delivered": 1, "parley_deliveries_total failed": 1,
			"parley_queue_age_seconds": 0, "parley_delivery_wait_seconds": 0,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
