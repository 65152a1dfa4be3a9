package sandbox

import (
	"errors"
	"net/http"
	"time"

	"parley/internal/sandbox/hand"
	"parley/internal/sandbox/stage"
)

// controlMicrosoft adds the calls about Microsoft's side to the control API: every act of the hand by its name.
func (s *Server) controlMicrosoft(mux *http.ServeMux) {
	mux.HandleFunc("POST /_sandbox/people", s.postPerson)
	mux.HandleFunc("POST /_sandbox/people/fill", s.postFill)
	mux.HandleFunc("POST /_sandbox/people/{who}/{act}", func(w http.ResponseWriter, r *http.Request) {
		s.act(w, r, func(wish hand.Wish) error { return s.hand.Person(r.PathValue("who"), r.PathValue("act"), wish) })
	})
	mux.HandleFunc("POST /_sandbox/tenants/{tenant}/{act}", func(w http.ResponseWriter, r *http.Request) {
		s.act(w, r, func(wish hand.Wish) error { return s.hand.Tenant(r.PathValue("tenant"), r.PathValue("act"), wish) })
	})
	mux.HandleFunc("GET /_sandbox/tenants", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.tenants()) })
	mux.HandleFunc("POST /_sandbox/app", func(w http.ResponseWriter, r *http.Request) {
		var c hand.Registration
		if readJSON(w, r, &c) {
			done(w, s.hand.Register(c))
		}
	})
	mux.HandleFunc("GET /_sandbox/policy", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Policies()) })
	mux.HandleFunc("POST /_sandbox/policy", policy(s.hand.GrantPolicy))
	mux.HandleFunc("DELETE /_sandbox/policy", policy(s.hand.RemovePolicy))
	mux.HandleFunc("GET /_sandbox/subscriptions", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Subscriptions()) })
	mux.HandleFunc("POST /_sandbox/subscriptions/{id}/{event}", func(w http.ResponseWriter, r *http.Request) {
		done(w, there(s.Lifecycle(r.PathValue("id"), r.PathValue("event")), "there is no such subscription or event: reauthorizationRequired, missed or subscriptionRemoved"))
	})
	mux.HandleFunc("DELETE /_sandbox/meetings/{id}", func(w http.ResponseWriter, r *http.Request) {
		done(w, there(s.DeleteMeeting(r.PathValue("id")), "there is no such meeting, or it is deleted already"))
	})
	mux.HandleFunc("POST /_sandbox/cursors", s.postCursors)
	mux.HandleFunc("GET /_sandbox/latency", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.stage.Latency.All())
	})
	mux.HandleFunc("POST /_sandbox/latency", s.postLatency)
}

func there(is bool, otherwise string) error {
	if is {
		return nil
	}
	return errors.New(otherwise)
}

// done answers an act: nothing, or why it could not be.
func done(w http.ResponseWriter, err error) {
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// act reads the wish of an act, which may be left out, and does it.
func (s *Server) act(w http.ResponseWriter, r *http.Request, do func(hand.Wish) error) {
	var wish hand.Wish
	if r.ContentLength == 0 || readJSON(w, r, &wish) {
		done(w, do(wish))
	}
}

func policy(do func(hand.Policy) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var p hand.Policy
		if readJSON(w, r, &p) {
			done(w, do(p))
		}
	}
}

func (s *Server) postPerson(w http.ResponseWriter, r *http.Request) {
	u := User{Licensed: true}
	if !readJSON(w, r, &u) {
		return
	}
	added, err := s.AddUser(u)
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	writeJSON(w, http.StatusCreated, added)
}

// postFill makes generated people and tells how many came.
func (s *Server) postFill(w http.ResponseWriter, r *http.Request) {
	ask := struct {
		Tenant string `json:"tenant"`
		Count  int    `json:"count"`
		Domain string `json:"domain"`
	}{Tenant: TenantID}
	if !readJSON(w, r, &ask) {
		return
	}
	before := s.world.Changed()
	if err := s.hand.Tenant(ask.Tenant, "fill", hand.Wish{Count: ask.Count, To: ask.Domain}); err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	writeJSON(w, http.StatusCreated, map[string]int{"added": s.world.Changed() - before})
}

func (s *Server) postCursors(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Pages bool `json:"pages"`
		Delta bool `json:"delta"`
	}
	if readJSON(w, r, &ask) {
		s.graph.ExpireCursors(ask.Pages, ask.Delta)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) postLatency(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Vendor string      `json:"vendor"`
		Delay  stage.Delay `json:"delay"`
	}
	if readJSON(w, r, &ask) {
		done(w, s.SetLatency(ask.Vendor, time.Duration(ask.Delay)))
	}
}

// tenants is every tenant with what was granted to the application there.
func (s *Server) tenants() []any {
	list := []any{}
	for _, t := range s.world.Tenants() {
		list = append(list, map[string]any{
			"tenant": t, "people": s.world.Count(t.ID, nil), "app": s.world.AppState(t.ID), "delegated": s.world.Grants(t.ID), "application": s.world.Roles(t.ID),
		})
	}
	return list
}
