// Package directory is what Microsoft keeps about its customers: tenants, the people in them, the registered
// application, what was consented to, and the tokens in circulation. The sign-in page and Graph both stand on it; it
// speaks no protocol itself.
package directory

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// PersonalTenant is the tenant all personal Microsoft accounts live in.
const PersonalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// Tenant is one customer of Microsoft.
type Tenant struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"`
	// AdminApproval says that only an administrator may consent, whatever the permission.
	AdminApproval bool `json:"adminApproval"`
	// UsersHidden says that ordinary users may not read others.
	UsersHidden bool `json:"usersHidden"`
	// Gone says that the tenant is not there any more; Elsewhere that it lives in another national cloud.
	Gone      bool `json:"gone,omitempty"`
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// SignIn is one line of the sign-in log an administrator sees.
type SignIn struct {
	At     time.Time `json:"at"`
	Tenant string    `json:"tenant"`
	Who    string    `json:"who"`
	What   string    `json:"what"`
	// Code is the AADSTS number, zero for success.
	Code int `json:"code"`
}

// World is everything of Microsoft's in one sandbox. Values handed out are copies.
type World struct {
	now  func() time.Time
	seed App

	mu      sync.Mutex
	tenants []*Tenant
	people  *roster
	changes []Change
	changed int
	watcher func(Change)
	epoch   int
	app     App
	// registered are the redirect addresses that were added since the seed; a reset leaves them.
	registered []string
	principals map[string]*principal
	access     map[string]*Access
	refresh    map[string]*Refresh
	codes      map[string]*Code
	signIns    []SignIn
}

// New returns a world with the seeded tenants and the application given.
func New(now func() time.Time, app App) *World {
	w := &World{now: now, seed: app}
	w.Reset()
	return w
}

// Reset returns to the seed; redirect addresses registered since stay.
func (w *World) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app = w.seed
	w.app.RedirectURIs = slices.Clone(w.seed.RedirectURIs)
	for _, uri := range w.registered {
		w.app.allow(uri)
	}
	tenants, users := seed()
	w.tenants, w.people, w.changes = tenants, newRoster(users), nil
	w.epoch++
	w.principals = map[string]*principal{}
	w.access, w.refresh, w.codes = map[string]*Access{}, map[string]*Refresh{}, map[string]*Code{}
	w.signIns = nil
}

// Tenant finds a tenant by id or by a verified domain.
func (w *World) Tenant(idOrDomain string) (Tenant, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.tenant(idOrDomain); t != nil && !t.Gone {
		return *t, true
	}
	return Tenant{}, false
}

func (w *World) tenant(idOrDomain string) *Tenant {
	for _, t := range w.tenants {
		if strings.EqualFold(t.ID, idOrDomain) || containsFold(t.Domains, idOrDomain) {
			return t
		}
	}
	return nil
}

// Tenants lists the tenants.
func (w *World) Tenants() []Tenant {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]Tenant, len(w.tenants))
	for i, t := range w.tenants {
		list[i] = *t
	}
	return list
}

// ChangeTenant changes the settings of a tenant; it tells whether there is one.
func (w *World) ChangeTenant(idOrDomain string, change func(*Tenant)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tenant(idOrDomain)
	if t != nil {
		change(t)
	}
	return t != nil
}

// NoteSignIn writes one line of the sign-in log.
func (w *World) NoteSignIn(s SignIn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.At = w.now()
	w.signIns = append(w.signIns, s)
	if len(w.signIns) > 1000 {
		w.signIns = slices.Clone(w.signIns[500:])
	}
}

// SignIns is the sign-in log, newest first.
func (w *World) SignIns() []SignIn {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := slices.Clone(w.signIns)
	slices.Reverse(list)
	return list
}

func containsFold(list []string, value string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, value) })
}
