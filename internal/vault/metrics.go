package vault

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts what goes to vendors. No label is a customer's.
type metrics struct {
	calls     *prometheus.CounterVec
	throttled *prometheus.CounterVec
	renewals  *prometheus.CounterVec
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "parley", Subsystem: "vendor", Name: name, Help: help}, labels)
	}
	return &metrics{
		calls:     counter("calls_total", "Calls to vendors, by the class of the answer.", "vendor", "answer"),
		throttled: counter("throttled_total", "Answers that asked us to slow down.", "vendor"),
		renewals:  counter("renewals_total", "Renewals of tokens, by outcome.", "vendor", "outcome"),
	}
}

// Collectors are the counters of the room, for /metrics.
func (v *Vault) Collectors() []prometheus.Collector {
	return []prometheus.Collector{v.metrics.calls, v.metrics.throttled, v.metrics.renewals}
}

func (m *metrics) called(vendor string, res *http.Response) {
	answer := "none"
	if res != nil {
		answer = strconv.Itoa(res.StatusCode/100) + "xx"
	}
	m.calls.WithLabelValues(vendor, answer).Inc()
}
