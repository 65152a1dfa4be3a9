package notify

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/db"
)

// metrics is what the room tells an operator.
type metrics struct {
	deliveries *prometheus.CounterVec
	turns      prometheus.Counter
	wait       prometheus.Histogram
	age        prometheus.GaugeFunc
}

// ageWithin bounds the query of one scrape.
const ageWithin = 5 * time.Second

func newMetrics(d *db.DB) *metrics {
	return &metrics{
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_deliveries_total", Help: "What became of deliveries, by state; queued means: tried, and to be tried again.",
		}, []string{"state"}),
		turns: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parley_lane_turns_total", Help: "Turns taken by lanes.",
		}),
		wait: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_delivery_wait_seconds", Help: "From telling to delivered.",
			Buckets: []float64{.1, .3, 1, 3, 10, 30, 60, 300, 3600, 6 * 3600},
		}),
		age: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "parley_queue_age_seconds", Help: "How long the delivery that is longest due has waited, over all lanes.",
		}, func() float64 { return queueAge(d) }),
	}
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.deliveries, m.turns, m.wait, m.age}
}

// Describe makes the room a collector for the process's metrics.
func (n *Notify) Describe(to chan<- *prometheus.Desc) {
	for _, c := range n.metrics.all() {
		c.Describe(to)
	}
}

// Collect sends the room's metrics.
func (n *Notify) Collect(to chan<- prometheus.Metric) {
	for _, c := range n.metrics.all() {
		c.Collect(to)
	}
}

func (m *metrics) settled(verdicts []verdict, now time.Time) {
	for _, v := range verdicts {
		m.deliveries.WithLabelValues(string(v.State)).Inc()
		if v.State == Delivered {
			m.wait.Observe(now.Sub(v.Created).Seconds())
		}
	}
}

// skipped counts a delivery once its transaction is committed.
func (m *metrics) skipped(tx *db.Tx) {
	tx.After(func() { m.deliveries.WithLabelValues(string(Skipped)).Inc() })
}

// heads are the longest due deliveries of one lane, one an urgency; 0 for none.
type heads struct{ action, personal, broadcast int64 }

// Columns maps the heads to their query.
func (h *heads) Columns(c *db.Columns) {
	c.Col("action", &h.action)
	c.Col("personal", &h.personal)
	c.Col("broadcast", &h.broadcast)
}

// queueAge is asked for when the metrics are read. It costs three index probes a
// lane.
func queueAge(d *db.DB) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), ageWithin)
	defer cancel()
	now, err := d.Now(ctx)
	if err != nil {
		return 0
	}
	all, err := db.All[heads](ctx, d, oldestDue)
	if err != nil {
		return 0
	}
	oldest := now.UnixMicro()
	for _, h := range all {
		for _, due := range []int64{h.action, h.personal, h.broadcast} {
			if due > 0 {
				oldest = min(oldest, due)
			}
		}
	}
	return now.Sub(time.UnixMicro(oldest)).Seconds()
}
