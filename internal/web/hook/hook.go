// Package hook is the door through which vendors tell us things: one address for
// each vendor that has a listener, /hook/<path>.
//
// It has the listener prove and read what came, has the vault remember it, and
// answers. It acts on nothing: what an event means is found by a job, so that a
// vendor is never kept waiting and nothing that is told twice happens twice. It
// knows no session, sets no cookie and shows no page.
package hook

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
)

// Path begins the address of every listener.
const Path = "/hook/"

const (
	// bodyMax is the largest notification that is read.
	bodyMax = 1 << 20
	// eventsMax is how many events one notification may hold.
	eventsMax = 1000
	// answerIn is how long keeping them may take. Microsoft wants its answer within
	// three seconds (Microsoft Graph, change notifications through webhooks).
	answerIn = 2500 * time.Millisecond
	// replyMax bounds what is echoed to prove the address.
	replyMax = 8 << 10
)

// Hooks are the addresses of all listeners.
type Hooks struct {
	Site  *web.Site
	Vault *vault.Vault
	Log   *slog.Logger
}

// Register hangs the addresses into the site.
func (h *Hooks) Register() {
	for vendor, l := range h.Vault.Listeners() {
		h.Site.Handle("POST "+Path+l.Path(), org.Public, h.hear(vendor, l), web.Body(bodyMax), web.Machine)
	}
}

// hear answers one vendor.
func (h *Hooks) hear(vendor string, l vault.Listener) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Del("Set-Cookie")
		ctx, stop := context.WithTimeout(r.Context(), answerIn)
		defer stop()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return unread(err)
		}
		events, reply, err := l.Read(ctx, r, body)
		if fault.Is(err, fault.Invalid) {
			return refuse(w, http.StatusBadRequest)
		}
		if err != nil {
			return h.later(w, r, vendor, err)
		}
		if reply != "" {
			return echo(w, reply)
		}
		if len(events) > eventsMax {
			return refuse(w, http.StatusRequestEntityTooLarge)
		}
		if len(events) > 0 {
			if err := h.Vault.Remember(ctx, vendor, events); err != nil {
				return h.later(w, r, vendor, err)
			}
		}
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
}

// unread is a body that did not arrive: one that is too large is the site's to
// answer, one that broke off is nobody's.
func unread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "")
}

// echo proves the address: the text as it was sent, and nothing that a browser
// could take for a page.
func echo(w http.ResponseWriter, reply string) error {
	if len(reply) > replyMax {
		return refuse(w, http.StatusBadRequest)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, err := io.WriteString(w, reply)
	return err
}

// refuse says no in as few words as a program needs.
func refuse(w http.ResponseWriter, status int) error {
	w.WriteHeader(status)
	return nil
}

// later asks the vendor to tell it again: what could not be kept is not lost.
func (h *Hooks) later(w http.ResponseWriter, r *http.Request, vendor string, cause error) error {
	h.Log.ErrorContext(r.Context(), "what a vendor told could not be kept", "vendor", vendor, "error", cause)
	w.Header().Set("Retry-After", "60")
	return refuse(w, http.StatusServiceUnavailable)
}
