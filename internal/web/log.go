package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/fault"
)

// requestSeconds measures by route, not by address: addresses hold codes and
// tokens, and there is no end of them.
func requestSeconds() *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "parley_http_request_seconds",
		Help:    "How long requests took, by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})
}

// finish ends every request: it turns a panic into an answer, and writes the one
// line and the measurement.
func (s *Site) finish(w *writer, r *http.Request, v *visit) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler { // somebody wants the connection cut
			panic(p)
		}
		s.respond(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
	}
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	route := v.pattern
	if route == "" {
		route = "none"
	}
	took := time.Since(v.began)
	s.seconds.WithLabelValues(route, strconv.Itoa(w.status)).Observe(took.Seconds())
	s.log(r.Context(), route, w, v, took)
}

// log writes the line of a request. Neither address nor query stand in it: both
// can hold what signs somebody in.
func (s *Site) log(ctx context.Context, route string, w *writer, v *visit, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("request", v.id),
		slog.String("route", route),
		slog.Int("status", w.status),
		slog.Int64("bytes", w.bytes),
		slog.Duration("took", took),
	}
	if v.actor.SignedIn() {
		attrs = append(attrs, slog.String("org", v.actor.OrgID), slog.String("person", v.actor.PersonID))
	}
	level := slog.LevelInfo
	if v.err != nil {
		attrs = append(attrs, slog.String("error", v.err.Error()))
		if fault.Is(v.err, fault.Internal) && w.status >= 500 {
			level = slog.LevelError
		}
	}
	s.Log.LogAttrs(ctx, level, "request", attrs...)
}
