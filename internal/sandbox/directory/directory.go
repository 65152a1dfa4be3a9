// Package directory is what Microsoft keeps about its customers: tenants, the people in them, the registered
// application, what was consented to, and the tokens in circulation. The sign-in page and Graph both stand on it; it
// speaks no protocol itself.
package directory

import (
	"crypto/x509"
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
}

// User is one account of a tenant.
type User struct {
	Tenant     string `json:"tenant"`
	ID         string `json:"id"`
	UPN        string `json:"userPrincipalName"`
	Mail       string `json:"mail,omitempty"`
	Name       string `json:"displayName"`
	GivenName  string `json:"givenName,omitempty"`
	Surname    string `json:"surname,omitempty"`
	Department string `json:"department,omitempty"`
	JobTitle   string `json:"jobTitle,omitempty"`
	Guest      bool   `json:"guest,omitempty"`
	Disabled   bool   `json:"disabled,omitempty"`
	// Licensed says that the account has a Teams licence.
	Licensed bool `json:"licensed"`
	// Admin says that the account may consent for its whole tenant.
	Admin bool `json:"admin,omitempty"`
	// Suggested accounts are offered by the account picker without typing.
	Suggested bool `json:"-"`
	// ValidFrom ends every session begun before it.
	ValidFrom time.Time `json:"-"`
}

// App is the application's registration.
type App struct {
	ClientID      string
	Name          string
	Secret        string
	SecretExpired bool
	RedirectURIs  []string
	// Certificates are those that were uploaded to the registration.
	Certificates []*x509.Certificate
	// Home is the tenant the application is registered in.
	Home string
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

	mu       sync.Mutex
	tenants  []*Tenant
	users    []*User
	app      App
	consents map[string][]string
	access   map[string]*Access
	refresh  map[string]*Refresh
	codes    map[string]*Code
	signIns  []SignIn
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
	redirects := w.app.RedirectURIs
	w.app = w.seed
	w.app.RedirectURIs = slices.Clone(w.seed.RedirectURIs)
	for _, uri := range redirects {
		w.app.allow(uri)
	}
	w.tenants, w.users = seed()
	w.consents = map[string][]string{}
	w.access, w.refresh, w.codes = map[string]*Access{}, map[string]*Refresh{}, map[string]*Code{}
	w.signIns = nil
}

// Tenant finds a tenant by id or by a verified domain.
func (w *World) Tenant(idOrDomain string) (Tenant, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.tenant(idOrDomain); t != nil {
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

// Users lists the people of a tenant in the directory's order; an empty tenant lists everyone.
func (w *World) Users(tenant string) []User {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []User
	for _, u := range w.users {
		if tenant == "" || u.Tenant == tenant {
			list = append(list, *u)
		}
	}
	return list
}

// User finds a person of a tenant by object id or sign-in name.
func (w *World) User(tenant, idOrUPN string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.user(tenant, idOrUPN); u != nil {
		return *u, true
	}
	return User{}, false
}

// Account finds an account in any tenant by its sign-in name.
func (w *World) Account(upn string) (User, bool) { return w.User("", upn) }

func (w *World) user(tenant, idOrUPN string) *User {
	for _, u := range w.users {
		if (tenant == "" || u.Tenant == tenant) && (strings.EqualFold(u.ID, idOrUPN) || strings.EqualFold(u.UPN, idOrUPN)) {
			return u
		}
	}
	return nil
}

// App is the registration as it stands.
func (w *World) App() App {
	w.mu.Lock()
	defer w.mu.Unlock()
	app := w.app
	app.RedirectURIs, app.Certificates = slices.Clone(w.app.RedirectURIs), slices.Clone(w.app.Certificates)
	return app
}

// Certify uploads a certificate to the registration.
func (w *World) Certify(c *x509.Certificate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.Certificates = append(w.app.Certificates, c)
}

// HasApp tells whether the application is known in a tenant: its home, and wherever somebody consented.
func (w *World) HasApp(tenant string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.app.Home == tenant {
		return true
	}
	for key := range w.consents {
		if strings.HasPrefix(key, tenant+"/") {
			return true
		}
	}
	return false
}

// AllowRedirect registers an address the application may be sent back to.
func (w *World) AllowRedirect(uri string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.allow(uri)
}

func (a *App) allow(uri string) {
	if !slices.Contains(a.RedirectURIs, uri) {
		a.RedirectURIs = append(a.RedirectURIs, uri)
	}
}

// ExpireSecret makes the client secret one that has run out, or brings it back.
func (w *World) ExpireSecret(expired bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.SecretExpired = expired
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

// ChangeUser changes an account, as its administrator would; it tells whether there is one. The object id stays.
func (w *World) ChangeUser(idOrUPN string, change func(*User)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.user("", idOrUPN)
	if u != nil {
		id, tenant := u.ID, u.Tenant
		change(u)
		u.ID, u.Tenant = id, tenant
	}
	return u != nil
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
