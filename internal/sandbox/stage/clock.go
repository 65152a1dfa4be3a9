package stage

import (
	"sync/atomic"
	"time"
)

// Clock is the real clock plus an offset, so that a day can pass without waiting for it.
type Clock struct{ offset atomic.Int64 }

// Now is the real time plus the offset, in UTC.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Offset()).UTC() }

// Offset is how far the clock is ahead of the real one.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) { c.offset.Add(int64(d)) }

// Set moves the clock so that it is at now; it goes on from there.
func (c *Clock) Set(at time.Time) { c.offset.Store(int64(time.Until(at))) }

// Reset brings the clock back to the real time.
func (c *Clock) Reset() { c.offset.Store(0) }
