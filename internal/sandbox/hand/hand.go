// Package hand is what people at Microsoft's side do, by name: administrators to accounts, tenants and consents, the
// application's owner to its registration. The control API and the console's buttons are the same acts. It plays no
// protocol and keeps nothing itself.
package hand

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/entra"
	"parley/internal/sandbox/graph"
	"parley/internal/sandbox/stage"
)

// Hand does the acts.
type Hand struct {
	World *directory.World
	Graph *graph.Graph
}

// Wish is what an act needs besides its name; each act says which of it.
type Wish struct {
	// To is a new sign-in name, mail address, display name, or tenant.
	To string `json:"to"`
	// Address is an alias.
	Address string `json:"address"`
	// How is a way to reset a password, or a state of the application.
	How string `json:"how"`
	// Code is the AADSTS number of a demand.
	Code int `json:"code"`
	// On switches; left out, it means yes.
	On *bool `json:"on"`
	// Scope is a permission, Application says that it is an application permission.
	Scope       string `json:"scope"`
	Application bool   `json:"application"`
	// User is an object id or sign-in name, where an act on a tenant is about one.
	User string `json:"user"`
	// For is how long something lasts.
	For stage.Delay `json:"for"`
	// Count is how many meetings, or people.
	Count int `json:"count"`
}

func (w Wish) on() bool { return w.On == nil || *w.On }

var (
	errNobody = errors.New("there is no such account, or it cannot be done to it")
	errNone   = errors.New("there is no such tenant")
)

// person is an act on one account.
type person func(h Hand, id string, w Wish) bool

var people = map[string]person{
	"rename":  func(h Hand, id string, w Wish) bool { return h.World.Rename(id, strings.TrimSpace(w.To)) },
	"mail":    func(h Hand, id string, w Wish) bool { return h.World.ChangeMail(id, strings.TrimSpace(w.To)) },
	"alias":   func(h Hand, id string, w Wish) bool { return h.alias(id, w) },
	"disable": change(func(u *directory.User, on bool) { u.Disabled = on }),
	"licence": change(func(u *directory.User, on bool) { u.Licensed = on }),
	"teams":   change(func(u *directory.User, on bool) { u.TeamsOff = !on }),
	"guest":   change(func(u *directory.User, on bool) { u.Guest = on }),
	"name": func(h Hand, id string, w Wish) bool {
		return w.To != "" && h.World.ChangeUser(id, func(u *directory.User) { u.Name = w.To })
	},
	"delete":  func(h Hand, id string, _ Wish) bool { return h.World.Delete(id, false) },
	"purge":   func(h Hand, id string, _ Wish) bool { return h.World.Delete(id, true) },
	"restore": func(h Hand, id string, _ Wish) bool { return h.World.Restore(id) },
	"move": func(h Hand, id string, w Wish) bool {
		_, ok := h.World.Move(id, w.To)
		return ok
	},
	"revoke":   func(h Hand, id string, _ Wish) bool { return h.World.Revoke(id) },
	"expire":   func(h Hand, id string, _ Wish) bool { return h.World.ExpireAccess(id) },
	"password": func(h Hand, id string, w Wish) bool { return h.World.ResetPassword(id, w.How) },
	"demand":   func(h Hand, id string, w Wish) bool { return entra.Demandable(w.Code) && h.World.SetDemand(id, w.Code) },
	"use-up":   func(h Hand, id string, w Wish) bool { return h.useUp(id, w) },
}

func change(set func(u *directory.User, on bool)) person {
	return func(h Hand, id string, w Wish) bool {
		return h.World.ChangeUser(id, func(u *directory.User) { set(u, w.on()) })
	}
}

func (h Hand) alias(id string, w Wish) bool {
	address := strings.TrimSpace(w.Address)
	return strings.Contains(address, "@") && h.World.Alias(id, address, w.on())
}

// useUp counts meetings of an organizer as made; without a number, all that a month has.
func (h Hand) useUp(id string, w Wish) bool {
	u, found := h.World.Account(id)
	if found {
		n := w.Count
		if n == 0 {
			n = h.Graph.Limits.MeetingsAMonth
		}
		h.Graph.UseUp(u.ID, n)
	}
	return found
}

// Person does an act to an account, by its object id or sign-in name.
func (h Hand) Person(idOrUPN, act string, w Wish) error {
	do, known := people[act]
	if !known {
		return fmt.Errorf("no act on people is named %q: there are %s", act, names(people))
	}
	if !do(h, idOrUPN, w) {
		return errNobody
	}
	return nil
}

func names[V any](acts map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(acts)), ", ")
}

// Tenant does an act to a tenant, by its id or a domain.
func (h Hand) Tenant(idOrDomain, act string, w Wish) error {
	id := ""
	if !h.World.ChangeTenant(idOrDomain, func(t *directory.Tenant) { id = t.ID }) { // one that is gone can be brought back
		return errNone
	}
	do, known := tenants[act]
	if !known {
		return fmt.Errorf("no act on tenants is named %q: there are %s", act, names(tenants))
	}
	return do(h, id, w)
}

// tenant is an act on one tenant.
type tenant func(h Hand, id string, w Wish) error

var tenants = map[string]tenant{
	"approval": set(func(t *directory.Tenant, on bool) { t.AdminApproval = on }),
	"hide":     set(func(t *directory.Tenant, on bool) { t.UsersHidden = on }),
	"gone":     set(func(t *directory.Tenant, on bool) { t.Gone = on }),
	"cloud":    set(func(t *directory.Tenant, on bool) { t.Elsewhere = on }),
	"withdraw": Hand.withdraw,
	"grant":    Hand.grant,
	"app":      Hand.app,
	"throttle": Hand.throttle,
	"fill":     Hand.fill,
}

func set(change func(t *directory.Tenant, on bool)) tenant {
	return func(h Hand, id string, w Wish) error {
		h.World.ChangeTenant(id, func(t *directory.Tenant) { change(t, w.on()) })
		return nil
	}
}

// withdraw takes back one permission, or without one everything.
func (h Hand) withdraw(id string, w Wish) error {
	user := w.User
	if u, found := h.World.User(id, w.User); found {
		user = u.ID
	}
	switch {
	case w.Scope == "":
		h.World.Withdraw(id)
		return nil
	case w.Application && h.World.WithdrawRole(id, w.Scope), !w.Application && h.World.WithdrawScope(id, user, w.Scope):
		return nil
	}
	return fmt.Errorf("%s was not granted", w.Scope)
}

// grant grants one permission for everyone, or for one user.
func (h Hand) grant(id string, w Wish) error {
	switch {
	case w.Application && directory.IsRole(w.Scope):
		h.World.GrantRoles(id, []string{w.Scope})
		return nil
	case w.Application || !directory.IsScope(w.Scope):
		return fmt.Errorf("there is no such permission as %q", w.Scope)
	}
	whom := directory.Everyone
	if w.User != "" {
		u, found := h.World.User(id, w.User)
		if !found {
			return errNobody
		}
		whom = u.ID
	}
	h.World.Consent(id, whom, []string{w.Scope})
	return nil
}

func (h Hand) app(id string, w Wish) error {
	if !h.World.SetAppState(id, w.How) {
		return fmt.Errorf("the application is %s, %s or %s", directory.Present, directory.Switched, directory.Absent)
	}
	return nil
}

// throttle makes the directory refuse calls for a while.
func (h Hand) throttle(id string, w Wish) error {
	if w.For <= 0 {
		return errors.New(`say for how long, such as {"for":"30s"}`)
	}
	h.Graph.Throttle(id, time.Duration(w.For))
	return nil
}

// mostFilled is how many people one act makes at most.
const mostFilled = 200000

// fill makes generated people, in a domain of their own unless one is named.
func (h Hand) fill(id string, w Wish) error {
	t, _ := h.World.Tenant(id)
	if w.To == "" && len(t.Domains) > 0 {
		w.To = "people." + t.Domains[0]
	}
	if w.Count < 1 || w.Count > mostFilled {
		return fmt.Errorf("between 1 and %d people can be made", mostFilled)
	}
	if _, ok := h.World.Fill(id, w.Count, w.To); !ok {
		return fmt.Errorf("%q is not a domain", w.To)
	}
	return nil
}
