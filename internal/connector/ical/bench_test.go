package ical_test

import (
	"context"
	"io"
	"runtime"
	"testing"
	"time"

	"parley/internal/connector/ical"
)

// A gauge measures the live heap, as a garbage collection leaves it, each time
// so many bytes have gone through it.
type gauge struct {
	from        io.Reader
	every, next int
	passed      int
	peak        uint64
}

func (g *gauge) Read(p []byte) (int, error) {
	if g.passed >= g.next {
		g.next += g.every
		g.peak = max(g.peak, live())
	}
	n, err := g.from.Read(p)
	g.passed += n
	return n, err
}

func live() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// peak is by how much the live heap grows while a calendar of a size is read.
func peak(t testing.TB, size int) (grown int64, read int) {
	t.Helper()
	before := live()
	g := &gauge{from: years(size), every: size / 10}
	if _, err := ical.Read(context.Background(), g, from, till, time.UTC); err != nil {
		t.Fatal(err)
	}
	return int64(g.peak) - int64(before), g.passed
}

// TestReadHoldsNoMoreOfALargerCalendar compares a calendar with one ten times
// its size.
func TestReadHoldsNoMoreOfALargerCalendar(t *testing.T) {
	peak(t, 100<<10) // warm: zones are loaded once
	small, _ := peak(t, 500<<10)
	large, read := peak(t, ical.Largest)
	if read < ical.Largest-1000 || large > small+100<<10 {
		t.Errorf("after %d bytes the heap had grown by %d, and by %d with a tenth of it", read, large, small)
	}
}

func BenchmarkRead5MB(b *testing.B) {
	peak(b, 100<<10)
	for b.Loop() {
		if _, err := ical.Read(context.Background(), years(ical.Largest), from, till, time.UTC); err != nil {
			b.Fatal(err)
		}
	}
	grown, _ := peak(b, ical.Largest)
	b.ReportMetric(float64(max(grown, 0))/1024, "KiB-live")
	b.SetBytes(ical.Largest)
}
