package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/internal/fault"
)

// A Pace says how often one client may post: so many at once, then one each
// while.
type Pace struct {
	// Burst and Each are for public forms.
	Burst int
	Each  time.Duration
	// StrictBurst and StrictEach are for signing in and setting up.
	StrictBurst int
	StrictEach  time.Duration
}

// DefaultPace is far above what a family at one address does in an evening, and
// far below what a guessing machine needs.
var DefaultPace = Pace{Burst: 60, Each: time.Second, StrictBurst: 10, StrictEach: 20 * time.Second}

// clientsMax bounds the clients that are remembered; see limiter.
const clientsMax = 20_000

type client struct {
	class string
	addr  netip.Addr
}

// A limiter holds one bucket a client. It keeps two generations: when the young
// one is full it becomes the old one, and who does not come again is forgotten
// with it. So memory is bounded whatever strangers do, and the most a flood of
// addresses gains is a fresh bucket. It goes by the machine's clock: it paces
// real traffic, not rules.
type limiter struct {
	pace Pace
	now  func() time.Time

	mu         sync.Mutex
	young, old map[client]*rate.Limiter
}

func newLimiter(p Pace) *limiter {
	return &limiter{pace: p, now: time.Now, young: map[client]*rate.Limiter{}}
}

// take takes one from the client's bucket, or says when there will be one.
func (l *limiter) take(class string, addr netip.Addr) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	turn := l.bucket(client{class, network(addr)}).ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	turn.CancelAt(now)
	return &fault.Error{Kind: fault.Limited, Key: "web.limited", Args: []any{"Wait", max(wait, time.Second).Round(time.Second)}, After: wait}
}

func (l *limiter) bucket(c client) *rate.Limiter {
	b, ok := l.young[c]
	if ok {
		return b
	}
	if b, ok = l.old[c]; !ok {
		b = l.fresh(c.class)
	}
	if len(l.young) >= clientsMax/2 {
		l.old, l.young = l.young, map[client]*rate.Limiter{}
	}
	l.young[c] = b
	return b
}

func (l *limiter) fresh(class string) *rate.Limiter {
	switch class {
	case "strict":
		return rate.NewLimiter(rate.Every(l.pace.StrictEach), l.pace.StrictBurst)
	case "machine":
		return rate.NewLimiter(rate.Every(l.pace.Each/10), 10*l.pace.Burst)
	}
	return rate.NewLimiter(rate.Every(l.pace.Each), l.pace.Burst)
}

// network is what one customer of a provider has: an IPv4 address, or the 2^64
// addresses of an IPv6 network.
func network(a netip.Addr) netip.Addr {
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
