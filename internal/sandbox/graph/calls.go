package graph

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// createOrGet makes a meeting for an externalId, or returns the one there is and applies nothing. It takes only the
// parameters of the action; everything else in the body is dropped without a word ("onlineMeeting: createOrGet").
func (g *Graph) createOrGet(w http.ResponseWriter, r *http.Request, c caller) {
	body, err := readWish(r)
	if err == nil && (body.ExternalID == nil || strings.TrimSpace(*body.ExternalID) == "") {
		err = refusal("Missing required parameter: externalId.")
	}
	if err != nil {
		bad(w, r, err.Error())
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.meetings.keyed(c.Tenant, c.ID, *body.ExternalID); m != nil {
		g.answer(w, r, http.StatusOK, m)
		return
	}
	kept := &wish{ExternalID: body.ExternalID, Subject: body.Subject, Start: body.Start, End: body.End, Participants: body.Participants}
	if kept.Subject != nil {
		damaged := ascii(*kept.Subject)
		kept.Subject = &damaged
	}
	g.create(w, r, c, kept)
}

// ascii damages text as a parameter declared Unicode="false" does.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 126 {
			return '?'
		}
		return r
	}, s)
}

// createMeeting is the plain POST, which makes a new meeting each time.
func (g *Graph) createMeeting(w http.ResponseWriter, r *http.Request, c caller) {
	body, err := readWish(r)
	switch {
	case err != nil:
	case body.ExternalID != nil:
		err = refusal("externalId belongs to createOrGet only.")
	case body.unknownProperty != "":
		err = refusef(noProperty, body.unknownProperty)
	}
	if err != nil {
		bad(w, r, err.Error())
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.create(w, r, c, body)
}

// create wants the lock held.
func (g *Graph) create(w http.ResponseWriter, r *http.Request, c caller, body *wish) {
	if why := mayNotOrganize(c); why != "" {
		fail(w, r, http.StatusForbidden, "Forbidden", why)
		return
	}
	now := g.Stage.Now()
	err := body.check(g, c)
	if err == nil {
		err = body.fillTimes(now)
	}
	if err != nil {
		bad(w, r, err.Error())
		return
	}
	if wait := g.take(month(c.ID, now), 1, g.Limits.MeetingsAMonth, endOfMonth(now)); wait > 0 {
		throttled(w, r, wait)
		return
	}
	m := g.newMeeting(c)
	if body.ExternalID != nil {
		m.ExternalID = *body.ExternalID
	}
	body.apply(m)
	g.meetings.add(m)
	g.answer(w, r, http.StatusCreated, m)
}

// mayNotOrganize says why an account cannot hold meetings; empty where it can.
func mayNotOrganize(c caller) string {
	switch {
	case c.Guest:
		return "Guests cannot organize meetings."
	case c.Disabled:
		return "The account is disabled and cannot organize meetings."
	case !c.Licensed:
		return "The user has no licence for Microsoft Teams and cannot organize meetings."
	case c.TeamsOff:
		return "Microsoft Teams is switched off in the user's licence."
	}
	return ""
}

// fillTimes gives the times their defaults: now, and one hour.
func (w *wish) fillTimes(now time.Time) error {
	if w.Start == nil && w.End != nil {
		return refusal("startDateTime is missing.")
	}
	if w.Start == nil {
		w.Start = &now
	}
	if w.End == nil {
		end := w.Start.Add(time.Hour)
		w.End = &end
	}
	return span(*w.Start, *w.End)
}

func (g *Graph) answer(w http.ResponseWriter, r *http.Request, status int, m *Meeting) {
	body := g.view(m, r)
	organizer, _ := g.World.User(m.Tenant, m.Organizer)
	body["@odata.context"] = g.context("users('" + url.PathEscape(organizer.ID) + "')/onlineMeetings/$entity")
	writeJSON(w, r, status, body)
}

// meeting finds the meeting of the path or answers why not. It wants the lock held. Invited people may read, only the
// organizer may change.
func (g *Graph) meeting(w http.ResponseWriter, r *http.Request, c caller, reading bool) *Meeting {
	id := r.PathValue("meeting")
	if data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(id, "=")); err != nil || !strings.HasPrefix(string(data), "1*") {
		bad(w, r, "Invalid meeting id "+id+".")
		return nil
	}
	m := g.meetings.ids[id]
	if m != nil && m.Deleted == nil && m.Tenant == c.Tenant && (m.Organizer == c.ID || reading && m.invites(c)) {
		return m
	}
	fail(w, r, http.StatusNotFound, "NotFound", "The meeting was not found.")
	return nil
}

func (m *Meeting) invites(c caller) bool {
	for _, a := range m.Attendees {
		if a.UserID == c.ID {
			return true
		}
	}
	return false
}

func (g *Graph) getMeeting(w http.ResponseWriter, r *http.Request, c caller) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.meeting(w, r, c, true); m != nil {
		g.answer(w, r, http.StatusOK, m)
	}
}

var meetingFilter = regexp.MustCompile(`(?is)^\s*(JoinWebUrl|joinMeetingIdSettings/joinMeetingId)\s+eq\s+'((?:[^']|'')*)'\s*$`)

// findMeeting finds a meeting by its link or its number; there is no list of all.
func (g *Graph) findMeeting(w http.ResponseWriter, r *http.Request, c caller) {
	parts := meetingFilter.FindStringSubmatch(r.URL.Query().Get("$filter"))
	if parts == nil {
		bad(w, r, "A filter on JoinWebUrl or joinMeetingIdSettings/joinMeetingId is required.")
		return
	}
	value := unquote(parts[2])
	decoded, err := url.QueryUnescape(value)
	if err != nil {
		decoded = value
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	found := []any{}
	fits := func(m *Meeting) bool {
		plain, _ := url.QueryUnescape(m.JoinWebURL)
		return m.JoinWebURL == value || m.JoinWebURL == decoded || plain == decoded || m.JoinMeetingID == value
	}
	if m := g.meetings.own(c, fits); m != nil {
		found = append(found, g.view(m, r))
	}
	writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("users('" + c.ID + "')/onlineMeetings"), "value": found})
}

func (g *Graph) updateMeeting(w http.ResponseWriter, r *http.Request, c caller) {
	body, err := readWish(r)
	if err == nil {
		err = body.checkChange()
	}
	if err != nil {
		bad(w, r, err.Error())
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.meeting(w, r, c, false)
	if m == nil {
		return
	}
	if err := body.check(g, c); err != nil {
		bad(w, r, err.Error())
		return
	}
	body.apply(m)
	m.Updated = g.Stage.Now()
	m.settle(g)
	g.answer(w, r, http.StatusOK, m)
}

// checkChange holds what only a change must keep to.
func (w *wish) checkChange() error {
	switch {
	case w.unknownProperty != "":
		return refusef(noProperty, w.unknownProperty)
	case w.ExternalID != nil || w.JoinMeetingID != nil:
		return refusal("externalId and joinMeetingIdSettings cannot be changed.")
	case (w.Start == nil) != (w.End == nil):
		return refusal("startDateTime and endDateTime must be sent together.")
	case w.Start != nil:
		return span(*w.Start, *w.End)
	}
	return nil
}

// deleteMeeting deletes a meeting. Its link stays alive with the settings it had, as Microsoft leaves it.
func (g *Graph) deleteMeeting(w http.ResponseWriter, r *http.Request, c caller) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.meeting(w, r, c, false)
	if m == nil {
		return
	}
	now := g.Stage.Now()
	g.meetings.remove(m, now)
	identify(w, r)
	w.WriteHeader(http.StatusNoContent)
}

// foreignMeetings refuses a delegated token at another user's meetings, and points at /me.
func (g *Graph) foreignMeetings(w http.ResponseWriter, r *http.Request, c caller) {
	if u, ok := g.World.User(c.Tenant, r.PathValue("id")); ok && u.ID == c.ID {
		fail(w, r, http.StatusBadRequest, "General", "With a delegated token only /me is supported.")
		return
	}
	fail(w, r, http.StatusBadRequest, "General", "The organizer id in the token differs from the one in the address; only /me is supported.")
}
