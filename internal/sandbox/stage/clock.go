package stage

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock is the real clock plus an offset, so that a day can pass without waiting for it.
type Clock struct {
	offset atomic.Int64
	// skew is how wrong the vendors' machines tell the time.
	skew atomic.Int64

	mu    sync.Mutex
	moved []func()
}

// OnMove calls a function whenever the clock was moved.
func (c *Clock) OnMove(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = append(c.moved, f)
}

func (c *Clock) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.moved {
		f()
	}
}

// Skew is how far the vendors' clocks and the caller's are apart, seen from the caller's.
func (c *Clock) Skew() time.Duration { return time.Duration(c.skew.Load()) }

// SetSkew moves the vendors' clocks against the caller's without letting time pass.
func (c *Clock) SetSkew(d time.Duration) { c.skew.Store(int64(d)) }

// Shown is the time that the vendors' machines write into their answers: the real one, with the skew. That time was
// made to pass does not show, for the caller's machine does not know it either.
func (c *Clock) Shown() time.Time { return time.Now().Add(c.Skew()).UTC() }

// Judged is the time by which the vendors judge the times that callers write, and write those that callers judge.
func (c *Clock) Judged() time.Time { return c.Now().Add(c.Skew()) }

// Now is the real time plus the offset, in UTC.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Offset()).UTC() }

// Offset is how far the clock is ahead of the real one.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) {
	c.offset.Add(int64(d))
	c.tell()
}

// Set moves the clock so that it is at now; it goes on from there.
func (c *Clock) Set(at time.Time) {
	c.offset.Store(int64(time.Until(at)))
	c.tell()
}

// Reset brings the clock back to the real time.
func (c *Clock) Reset() {
	c.offset.Store(0)
	c.skew.Store(0)
}
