package stage

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"
)

// Latency is how long each HTTP vendor takes for every call, whatever else happens.
type Latency struct {
	mu       sync.Mutex
	standing map[string]time.Duration
	now      map[string]time.Duration
}

// NewLatency begins with the latencies given; a reset returns to them.
func NewLatency(standing map[string]time.Duration) *Latency {
	l := &Latency{standing: standing}
	l.Reset()
	return l
}

// Set makes a vendor take so long for every call from now on; zero makes it quick.
func (l *Latency) Set(vendor string, d time.Duration) error {
	if vendor != "entra" && vendor != "graph" {
		return fmt.Errorf("latency is for entra and graph, not for %q", vendor)
	}
	if d < 0 || d > time.Minute {
		return fmt.Errorf("%s is not a latency: it is between zero and a minute", d)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now[vendor] = d
	return nil
}

// All are the latencies in force.
func (l *Latency) All() map[string]Delay {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]Delay{"entra": 0, "graph": 0}
	for vendor, d := range l.now {
		all[vendor] = Delay(d)
	}
	return all
}

// Reset returns to the latencies of the beginning.
func (l *Latency) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now = maps.Clone(l.standing); l.now == nil {
		l.now = map[string]time.Duration{}
	}
}

// wait lets the latency of a vendor pass, in real time, or the context end. A part of a batch has waited with the batch.
func (l *Latency) wait(ctx context.Context, vendor string) {
	l.mu.Lock()
	d := l.now[vendor]
	l.mu.Unlock()
	if ctx.Value(insideKey{}) == nil {
		(&Fault{Delay: Delay(d)}).Wait(ctx)
	}
}

type insideKey struct{}

// Inside marks calls that another call performs, such as the parts of a batch: they cost no latency of their own.
func Inside(ctx context.Context) context.Context { return context.WithValue(ctx, insideKey{}, true) }
