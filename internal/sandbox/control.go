package sandbox

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/sandbox/face"
)

// routes serves everything there is.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/entra/", http.StripPrefix("/entra", s.login.Handler()))
	mux.Handle("/graph/", http.StripPrefix("/graph", s.graph.Handler()))
	mux.Handle("/l/", s.graph.Join())
	mux.Handle("/meet/", s.graph.Join())
	mux.Handle("/calendar/", guarded(s.cal.Handler()))
	mux.Handle("/mail", guarded(s.mail.Handler()))
	mux.Handle("/mail/", guarded(s.mail.Handler()))
	mux.Handle("/_sandbox/", guarded(s.control()))
	mux.Handle("/", guarded(s.console.Handler()))
	mux.HandleFunc("GET "+face.StylePath, face.Style)
	return mux
}

// control is the control API.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_sandbox/faults", s.postFault)
	mux.HandleFunc("GET /_sandbox/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Faults()) })
	mux.HandleFunc("DELETE /_sandbox/faults", func(w http.ResponseWriter, _ *http.Request) { s.ClearFaults(); w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("DELETE /_sandbox/faults/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.stage.Faults.Remove(r.PathValue("id"))
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sandbox/log", s.getLog)
	mux.HandleFunc("GET /_sandbox/clock", func(w http.ResponseWriter, _ *http.Request) { s.showClock(w) })
	mux.HandleFunc("POST /_sandbox/clock", s.postClock)
	mux.HandleFunc("POST /_sandbox/reset", func(w http.ResponseWriter, _ *http.Request) { s.Reset(); w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST /_sandbox/certificates", s.postCertificate)
	mux.HandleFunc("GET /_sandbox/meetings", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Meetings()) })
	mux.HandleFunc("GET /_sandbox/messages", s.mail.API)
	s.controlMicrosoft(mux)
	mux.HandleFunc("GET /_sandbox/users", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, s.Users(r.URL.Query().Get("tenant")))
	})
	return mux
}

// guarded lets through only what a program or page of this machine asks: a name that merely resolves to loopback is
// DNS rebinding, and another site's page has no business here.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) {
			writeError(w, http.StatusForbidden, errors.New("the control API answers only to a loopback name such as 127.0.0.1 or localhost"))
			return
		}
		site := r.Header.Get("Sec-Fetch-Site")
		foreign := site == "cross-site" || site == "same-site" || site == "" && !sameOrigin(r)
		if foreign && (r.Method != http.MethodGet || strings.HasPrefix(r.URL.Path, "/_sandbox/")) {
			writeError(w, http.StatusForbidden, errors.New("another site's page cannot use the control API"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// sameOrigin accepts requests without an Origin: programs send none.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "http://"+r.Host
}

func (s *Server) postFault(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	if !readJSON(w, r, &fault) {
		return
	}
	id, err := s.AddFault(fault)
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	writeJSON(w, http.StatusCreated, map[string]string{"id": id})
}

// postCertificate uploads a certificate (PEM) to the application's registration, as "Certificates & secrets" does.
func (s *Server) postCertificate(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	block, _ := pem.Decode(text)
	if err == nil && (block == nil || block.Type != "CERTIFICATE") {
		err = errors.New("send one certificate as PEM, without its private key")
	}
	if err == nil {
		err = s.Certify(block.Bytes)
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) getLog(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	since := 0
	if text := query.Get("since"); text != "" {
		var err error
		if since, err = strconv.Atoi(text); err != nil {
			writeError(w, http.StatusBadRequest, errors.New("since is the seq of the last entry you have seen"))
			return
		}
	}
	writeJSON(w, http.StatusOK, s.Log(Query{Vendor: query.Get("vendor"), Call: query.Get("call"), Since: since}))
}

func (s *Server) postClock(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Advance string    `json:"advance"`
		At      time.Time `json:"at"`
		Skew    string    `json:"skew"`
	}
	if !readJSON(w, r, &ask) {
		return
	}
	d, err := time.ParseDuration(ask.Advance)
	skew, wrong := time.ParseDuration(ask.Skew)
	switch {
	case ask.Skew != "" && wrong == nil:
		s.SkewClock(skew)
	case !ask.At.IsZero():
		s.SetClock(ask.At)
	case err == nil:
		s.AdvanceClock(d)
	default:
		writeError(w, http.StatusBadRequest, errors.New(`say {"advance":"24h"}, {"at":"2026-11-22T09:00:00Z"} or {"skew":"-7m"}`))
		return
	}
	s.showClock(w)
}

func (s *Server) showClock(w http.ResponseWriter) {
	writeJSON(w, http.StatusOK, map[string]any{"now": s.Now(), "offset": s.Offset().Round(time.Millisecond).String(), "skew": s.stage.Clock.Skew().String()})
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		writeError(w, http.StatusBadRequest, err)
		return false
	}
	return true
}

func writeError(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
