package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"parley/internal/fault"
)

const (
	readyWithin = 2 * time.Second

	headersWithin = 10 * time.Second
	bodyWithin    = 30 * time.Second
	answerWithin  = 60 * time.Second
	idleFor       = 2 * time.Minute
	headersMax    = 32 << 10
)

// healthy says that the process is up.
func (s *Site) healthy(w http.ResponseWriter, _ *http.Request) error {
	_, err := io.WriteString(w, "ok\n")
	return err
}

// ready says that the process can answer: its database does, and is migrated.
func (s *Site) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		return fault.Wrap(fault.Away, err, "")
	}
	_, err := io.WriteString(w, "ready\n")
	return err
}

// Server returns an HTTP server for the site whose time-outs keep slow senders
// from holding it.
func (s *Site) Server() *http.Server {
	return &http.Server{Handler: s, ReadHeaderTimeout: headersWithin, ReadTimeout: bodyWithin,
		WriteTimeout: answerWithin, IdleTimeout: idleFor, MaxHeaderBytes: headersMax}
}
