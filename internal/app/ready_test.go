package app

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkReady reports how long the real program takes from its start to the
// first 200 of /readyz on an existing database, and what it then holds in
// memory when nobody asks anything.
func BenchmarkReady(b *testing.B) {
	r := newRange(b)
	cfg := r.lodging.cfg
	cfg.BaseURL, cfg.Listen = "http://127.0.0.1:"+r.port, "127.0.0.1:"+r.port
	var took []time.Duration
	var held int64
	for b.Loop() {
		began := time.Now()
		running, said := serveParley(b, r.program, cfg)
		for isReady(cfg.BaseURL) != nil {
			if time.Since(began) > tourLate {
				b.Fatalf("not ready: %s", said)
			}
			time.Sleep(time.Millisecond)
		}
		took = append(took, time.Since(began))
		held = max(held, idle(b, running.Process.Pid))
		_ = running.Process.Signal(syscall.SIGTERM)
		_ = running.Wait()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-to-ready")
	b.ReportMetric(float64(held)/(1<<20), "MB-idle")
	b.ReportMetric(0, "ns/op")
}

// idle is the resident memory of a process once it has not grown for a second,
// or after five.
func idle(b *testing.B, pid int) (most int64) {
	b.Helper()
	began := time.Now()
	for grown := began; time.Since(grown) < time.Second && time.Since(began) < 5*time.Second; time.Sleep(50 * time.Millisecond) {
		if now := resident(b, pid); now > most {
			most, grown = now, time.Now()
		}
	}
	return most
}

// resident is what Linux says a process has in memory, in bytes.
func resident(b *testing.B, pid int) int64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skipf("left out: the memory of a process is read on Linux only (%v)", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return kilobytes << 10
}
