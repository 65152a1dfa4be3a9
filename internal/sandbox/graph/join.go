package graph

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Join serves the page a Teams link leads to, at /l/meetup-join/ and /meet/. A GET with ?as= tells whether this person
// would get in; a POST goes there.
func (g *Graph) Join() http.Handler {
	mux := http.NewServeMux()
	play := *g.play
	play.Who, play.Fail, play.Refuse = nil, plainFail, nil
	for _, path := range []string{"/l/meetup-join/{thread}/{message}", "/meet/{number}"} {
		mux.Handle("GET "+path, play.Play("join", g.door))
		mux.Handle("POST "+path, play.Play("join", g.door))
	}
	return mux
}

func plainFail(w http.ResponseWriter, _ *http.Request, status int) {
	http.Error(w, http.StatusText(status), status)
}

// door shows the meeting behind a link, and does what the form says: join, leave, or let in.
func (g *Graph) door(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.behind(r)
	if m == nil {
		g.showDoor(w, r, http.StatusNotFound, map[string]any{"outcome": "unknown", "reason": "No meeting was ever made with this link."}, nil)
		return
	}
	as := strings.TrimSpace(r.FormValue("as"))
	if as == "" {
		g.showDoor(w, r, http.StatusOK, map[string]any{"outcome": ""}, m)
		return
	}
	a, known := g.comer(r, as)
	if !known {
		g.showDoor(w, r, http.StatusForbidden, map[string]any{"outcome": "refused", "reason": "There is no such account, or it is disabled."}, m)
		return
	}
	entry := m.admit(a)
	if r.Method == http.MethodPost {
		entry = g.act(m, a, r.FormValue("do"))
	}
	g.showDoor(w, r, http.StatusOK, map[string]any{"outcome": entry.Outcome, "reason": entry.Reason, "as": as, "admits": m.admits(a)}, m)
}

func (g *Graph) behind(r *http.Request) *Meeting {
	if thread := r.PathValue("thread"); thread != "" {
		return g.meetings.threads[thread]
	}
	m := g.meetings.numbers[r.PathValue("number")]
	if m == nil || r.URL.Query().Get("p") != m.Passcode {
		return nil
	}
	return m
}

func (g *Graph) comer(r *http.Request, as string) (arrival, bool) {
	if as == Anonymous {
		name := r.FormValue("name")
		if name == "" {
			name = "Someone"
		}
		return arrival{guest: Guest{As: Anonymous, Name: name}}, true
	}
	a := g.arrival(Guest{As: as})
	a.guest.As = a.user.UPN
	return a, a.known
}

func (g *Graph) act(m *Meeting, a arrival, do string) Entry {
	switch do {
	case "leave":
		m.leave(a.guest)
		return Entry{"left", "You left the meeting."}
	case "admit":
		if m.letIn(a) {
			return Entry{Admitted, "Everyone in the lobby was let in."}
		}
		return Entry{"refused", "Only an organizer, co-organizer or presenter inside the meeting can let others in."}
	}
	return m.enter(g, a)
}

func (g *Graph) showDoor(w http.ResponseWriter, r *http.Request, status int, answer map[string]any, m *Meeting) {
	if m != nil {
		organizer, _ := g.World.User(m.Tenant, m.Organizer)
		c := m.copy()
		answer["meeting"] = map[string]any{
			"subject": m.Subject, "start": m.Start, "end": m.End, "organizer": organizer.Name, "lobby": m.Lobby, "deleted": m.Deleted != nil,
			"present": nonNil(c.Present), "waiting": nonNil(c.Waiting), "attendees": c.Attendees,
		}
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer)
		return
	}
	answer["Self"] = r.URL.RequestURI()
	g.pages.Write(w, status, "join", answer)
}

func nonNil(list []Guest) []Guest {
	if list == nil {
		return []Guest{}
	}
	return list
}
