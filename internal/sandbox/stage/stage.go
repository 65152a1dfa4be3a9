// Package stage is what every played vendor stands on: one clock that can be moved, the faults people asked for, and
// the log of what arrived. It knows no vendor; each vendor names itself when it asks.
package stage

import "time"

// Stage holds what the vendors of one sandbox share.
type Stage struct {
	Clock  *Clock
	Faults *Faults
	Log    *Log
	// Latency is how slow the vendors are.
	Latency *Latency
}

// New returns a stage with the real time, no faults, an empty log and the latencies given for vendors.
func New(latency map[string]time.Duration) *Stage {
	clock := &Clock{}
	return &Stage{Clock: clock, Faults: &Faults{}, Log: &Log{}, Latency: NewLatency(latency)}
}

// Now is the time as the sandbox tells it.
func (s *Stage) Now() time.Time { return s.Clock.Now() }

// Reset brings back the real time and forgets every fault and log entry.
func (s *Stage) Reset() {
	s.Clock.Reset()
	s.Faults.Clear()
	s.Log.Clear()
	s.Latency.Reset()
}
