package graph

import (
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// The life of a subscription to people ("subscription resource type", "Subscription lifetime").
const (
	LongestSubscription  = 41760 * time.Minute
	shortestSubscription = 45 * time.Minute
	maxClientState       = 128
)

// Subscription is Microsoft's promise to tell an application of changes.
type Subscription struct {
	ID           string    `json:"id"`
	Tenant       string    `json:"tenant"`
	App          string    `json:"app"`
	Creator      string    `json:"creator"`
	Resource     string    `json:"resource"`
	ChangeType   string    `json:"changeType"`
	Address      string    `json:"notificationUrl"`
	Lifecycle    string    `json:"lifecycleNotificationUrl,omitempty"`
	State        string    `json:"-"`
	Created      time.Time `json:"created"`
	Renewed      time.Time `json:"renewed"`
	Expires      time.Time `json:"expires"`
	Delivered    int       `json:"delivered"`
	Lost         int       `json:"lost"`
	LastAnswer   string    `json:"lastAnswer,omitempty"`
	warned, busy bool
	waiting      []notice
	forgotten    bool
}

func (g *Graph) subscriptionRoutes(mux *http.ServeMux) {
	for pattern, c := range map[string]call{
		"GET /v1.0/subscriptions":                   {"listSubscriptions", readsFull, readsFull, 0, (*Graph).listSubscriptions},
		"POST /v1.0/subscriptions":                  {"createSubscription", readsFull, readsFull, 0, (*Graph).createSubscription},
		"GET /v1.0/subscriptions/{id}":              {"getSubscription", readsFull, readsFull, 0, (*Graph).getSubscription},
		"PATCH /v1.0/subscriptions/{id}":            {"updateSubscription", readsFull, readsFull, 0, (*Graph).updateSubscription},
		"DELETE /v1.0/subscriptions/{id}":           {"deleteSubscription", nil, nil, 0, (*Graph).deleteSubscription},
		"POST /v1.0/subscriptions/{id}/reauthorize": {"reauthorizeSubscription", readsFull, readsFull, 0, (*Graph).reauthorizeSubscription},
	} {
		mux.Handle(pattern, g.play.Play(c.name, g.guard(c)))
	}
}

func invalidRequest(w http.ResponseWriter, r *http.Request, message string) {
	fail(w, r, http.StatusBadRequest, "InvalidRequest", message)
}

// createSubscription tests the address and promises to tell it what happens.
func (g *Graph) createSubscription(w http.ResponseWriter, r *http.Request, c caller) {
	ask, wrong := readSubscription(r)
	if wrong == "" {
		wrong = ask.check()
	}
	if wrong == "" {
		wrong = g.checkExpiry(ask)
	}
	if wrong != "" {
		invalidRequest(w, r, wrong)
		return
	}
	if g.notifier.count(c) >= g.Limits.Subscriptions {
		fail(w, r, http.StatusForbidden, "ExtensionError", fmt.Sprintf("Operation: Create; Exception: [Status Code: Forbidden; Reason: The application has %d subscriptions in this tenant, which is the most there may be.]", g.Limits.Subscriptions))
		return
	}
	if !g.tested(w, r, ask) {
		return
	}
	s := &Subscription{ID: uuid.NewString(), Tenant: c.Tenant, App: c.grant.Client, Creator: c.ID, Resource: ask.Resource, ChangeType: ask.ChangeType,
		Address: ask.Address, Lifecycle: ask.Lifecycle, State: ask.ClientState, Created: g.Stage.Now(), Renewed: g.Stage.Now(), Expires: g.clamp(*ask.Expires)}
	if c.grant.Application {
		s.Creator = c.grant.Client
	}
	g.notifier.add(s)
	w.Header().Set("Location", g.Base+"/v1.0/subscriptions('"+s.ID+"')")
	writeJSON(w, r, http.StatusCreated, g.viewSubscription(*s))
}

// tested performs the handshake with every address that is asked for, or answers which one did not stand it.
func (g *Graph) tested(w http.ResponseWriter, r *http.Request, ask subscribeWish) bool {
	for _, address := range []string{ask.Address, ask.Lifecycle} {
		if address == "" {
			continue
		}
		if err := g.notifier.handshake(r.Context(), address); err != nil {
			fail(w, r, http.StatusBadRequest, "ValidationError", "Subscription validation request failed. "+err.Error())
			return false
		}
	}
	return true
}

func (g *Graph) viewSubscription(s Subscription) map[string]any {
	return map[string]any{
		"@odata.context": g.context("subscriptions/$entity"), "id": s.ID, "resource": s.Resource, "applicationId": s.App, "changeType": s.ChangeType,
		"clientState": nil, "notificationUrl": s.Address, "lifecycleNotificationUrl": orNull(s.Lifecycle), "expirationDateTime": stamp(s.Expires),
		"creatorId": s.Creator, "includeResourceData": nil, "latestSupportedTlsVersion": "v1_2",
	}
}

func (g *Graph) listSubscriptions(w http.ResponseWriter, r *http.Request, c caller) {
	value := []any{}
	for _, s := range g.notifier.of(c) {
		body := g.viewSubscription(s)
		delete(body, "@odata.context")
		value = append(value, body)
	}
	writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("subscriptions"), "value": value})
}

// mine finds the caller's subscription of the path, or answers that there is none.
func (g *Graph) mine(w http.ResponseWriter, r *http.Request, c caller) (Subscription, bool) {
	for _, s := range g.notifier.of(c) {
		if s.ID == r.PathValue("id") {
			return s, true
		}
	}
	fail(w, r, http.StatusNotFound, "ResourceNotFound", "The object was not found.")
	return Subscription{}, false
}

func (g *Graph) getSubscription(w http.ResponseWriter, r *http.Request, c caller) {
	if s, ok := g.mine(w, r, c); ok {
		writeJSON(w, r, http.StatusOK, g.viewSubscription(s))
	}
}

// updateSubscription prolongs a subscription, or sends it to another address.
func (g *Graph) updateSubscription(w http.ResponseWriter, r *http.Request, c caller) {
	s, ok := g.mine(w, r, c)
	if !ok {
		return
	}
	ask, wrong := readSubscription(r)
	switch {
	case wrong != "":
	case ask.Lifecycle != "" && ask.Lifecycle != s.Lifecycle:
		wrong = "lifecycleNotificationUrl cannot be changed."
	case ask.Address != "" && !addressable(ask.Address):
		wrong = "The notificationUrl must be an https address."
	case ask.Expires != nil:
		wrong = g.checkExpiry(ask)
	case ask.Address == "":
		wrong = "Nothing of the subscription is to be changed."
	}
	if wrong != "" {
		invalidRequest(w, r, wrong)
		return
	}
	if ask.Address != "" && !g.tested(w, r, subscribeWish{Address: ask.Address}) {
		return
	}
	changed, ok := g.notifier.change(s.ID, func(s *Subscription) {
		if ask.Expires != nil {
			s.Renewed, s.Expires, s.warned = g.Stage.Now(), g.clamp(*ask.Expires), false
		}
		if ask.Address != "" {
			s.Address = ask.Address
		}
	})
	if !ok {
		fail(w, r, http.StatusNotFound, "ResourceNotFound", "The object was not found.")
		return
	}
	writeJSON(w, r, http.StatusOK, g.viewSubscription(changed))
}

func (g *Graph) deleteSubscription(w http.ResponseWriter, r *http.Request, c caller) {
	if s, ok := g.mine(w, r, c); ok {
		g.notifier.change(s.ID, func(s *Subscription) { s.waiting = nil })
		g.notifier.remove(s.ID)
		identify(w, r)
		w.WriteHeader(http.StatusNoContent)
	}
}

// reauthorizeSubscription answers a reauthorizationRequired: the token that came with it is good.
func (g *Graph) reauthorizeSubscription(w http.ResponseWriter, r *http.Request, c caller) {
	s, ok := g.mine(w, r, c)
	if !ok {
		return
	}
	g.notifier.change(s.ID, func(s *Subscription) { s.warned = true })
	identify(w, r)
	w.WriteHeader(http.StatusNoContent)
}
