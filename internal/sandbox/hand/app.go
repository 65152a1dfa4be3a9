package hand

import (
	"errors"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/graph"
	"parley/internal/sandbox/stage"
)

// Registration is what the owner of the application changes in its registration; what is left out stays.
type Registration struct {
	// Secret is another client secret than the application knows; SecretExpired lets the secret run out.
	Secret        *string `json:"secret"`
	SecretExpired *bool   `json:"secretExpired"`
	// NoCertificates takes every certificate out of the registration.
	NoCertificates bool `json:"noCertificates"`
	// Removed deletes the registration.
	Removed *bool `json:"removed"`
	// AddRedirect and RemoveRedirect are addresses the application may be sent back to.
	AddRedirect    string `json:"addRedirect"`
	RemoveRedirect string `json:"removeRedirect"`
	// Delegated and Application are the permissions that administrators are asked for by ".default".
	Delegated   []string `json:"delegated"`
	Application []string `json:"application"`
}

// Register changes the registration.
func (h Hand) Register(c Registration) error {
	for _, name := range c.Delegated {
		if !directory.IsScope(name) {
			return errors.New("there is no delegated permission named " + name)
		}
	}
	for _, name := range c.Application {
		if !directory.IsRole(name) {
			return errors.New("there is no application permission named " + name)
		}
	}
	if c.RemoveRedirect != "" && !h.World.RemoveRedirect(c.RemoveRedirect) {
		return errors.New("the registration has no such address")
	}
	if c.AddRedirect != "" {
		h.World.AllowRedirect(c.AddRedirect)
	}
	h.World.ChangeApp(c.apply)
	return nil
}

func (c Registration) apply(a *directory.App) {
	if c.Secret != nil {
		a.Secret = *c.Secret
	}
	if c.SecretExpired != nil {
		a.SecretExpired = *c.SecretExpired
	}
	if c.NoCertificates {
		a.Certificates = nil
	}
	if c.Removed != nil {
		a.Removed = *c.Removed
	}
	if c.Delegated != nil {
		a.Delegated = c.Delegated
	}
	if c.Application != nil {
		a.Application = c.Application
	}
}

// Policy asks for an application access policy, or its end.
type Policy struct {
	Tenant string `json:"tenant"`
	// App is the client id; left out, the seeded application's.
	App string `json:"app"`
	// Users are object ids or sign-in names; Global covers everyone instead.
	Users  []string `json:"users"`
	Global bool     `json:"global"`
	// After is how long it takes to apply, by the sandbox's clock.
	After stage.Delay `json:"after"`
}

// GrantPolicy lets the application hold meetings in the name of people.
func (h Hand) GrantPolicy(p Policy) error {
	t, known := h.World.Tenant(p.Tenant)
	users, err := h.ids(t.ID, p.Users)
	switch {
	case !known:
		return errNone
	case err != nil:
		return err
	case p.Global == (len(users) > 0):
		return errors.New(`name users, or say "global":true`)
	case time.Duration(p.After) > graph.PolicyDelay:
		return errors.New("a policy takes at most 30 minutes to apply")
	}
	if p.App == "" {
		p.App = h.World.App().ClientID
	}
	h.Graph.GrantPolicy(t.ID, strings.ToLower(p.App), users, time.Duration(p.After))
	return nil
}

func (h Hand) ids(tenant string, names []string) (ids []string, err error) {
	for _, name := range names {
		u, found := h.World.User(tenant, name)
		if !found {
			return nil, errNobody
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}

// RemovePolicy ends the policies of a tenant: of the users named, or all.
func (h Hand) RemovePolicy(p Policy) error {
	t, known := h.World.Tenant(p.Tenant)
	users, err := h.ids(t.ID, p.Users)
	switch {
	case !known:
		return errNone
	case err != nil:
		return err
	case len(users) == 0:
		users = []string{""}
	}
	removed := 0
	for _, u := range users {
		removed += h.Graph.RemovePolicy(t.ID, u, time.Duration(p.After))
	}
	if removed == 0 {
		return errors.New("there is no such policy")
	}
	return nil
}
