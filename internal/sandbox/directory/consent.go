package directory

import (
	"maps"
	"slices"
)

// Everyone stands for all users of a tenant in a consent.
const Everyone = "*"

// The states of the application in a tenant.
const (
	Present = "present"
	// Switched means that an administrator disabled the application.
	Switched = "disabled"
	// Absent means that it was deleted there; the next consent brings it back.
	Absent = "removed"
)

// principal is the application as one tenant knows it: what was granted to it there.
type principal struct {
	state string
	// users holds the delegated scopes by object id, Everyone for the administrator's consent.
	users map[string][]string
	// roles are the application permissions.
	roles []string
}

// principal is the application's in a tenant, made when it is first needed. It wants the lock held.
func (w *World) principal(tenant string) *principal {
	p := w.principals[tenant]
	if p == nil {
		p = &principal{state: Absent, users: map[string][]string{}}
		if w.app.Home == tenant {
			p.state = Present
		}
		w.principals[tenant] = p
	}
	return p
}

// AppState is how a tenant knows the application.
func (w *World) AppState(tenant string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.principal(tenant).state
}

// SetAppState disables the application in a tenant, deletes it there with all that was granted, or brings it back.
func (w *World) SetAppState(tenant, state string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tenant(tenant)
	if t == nil || !slices.Contains([]string{Present, Switched, Absent}, state) {
		return false
	}
	p := w.principal(t.ID)
	p.state = state
	if state == Absent {
		p.users, p.roles = map[string][]string{}, nil
	}
	return true
}

// Consented returns which scopes an account, or the tenant's administrator for everyone, has granted.
func (w *World) Consented(tenant, user string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.principal(tenant)
	return append(slices.Clone(p.users[user]), p.users[Everyone]...)
}

// Roles are the application permissions that an administrator of a tenant granted.
func (w *World) Roles(tenant string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.principal(tenant).roles)
}

// Consent records that an account grants scopes; the user Everyone is the whole tenant.
func (w *World) Consent(tenant, user string, scopes []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.principal(tenant)
	p.users[user] = union(p.users[user], scopes)
	if p.state == Absent {
		p.state = Present
	}
}

// GrantRoles records that an administrator grants application permissions.
func (w *World) GrantRoles(tenant string, roles []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.principal(tenant)
	p.roles = union(p.roles, roles)
	if p.state == Absent {
		p.state = Present
	}
}

func union(a, b []string) []string {
	a = slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// Withdraw takes back every consent given in a tenant, as removing all permissions of the enterprise application does;
// refresh tokens die with it.
func (w *World) Withdraw(tenant string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.principal(tenant)
	p.users, p.roles = map[string][]string{}, nil
	if w.app.Home != tenant {
		p.state = Absent
	}
	for _, r := range w.refresh {
		r.revoked = r.revoked || r.Tenant == tenant
	}
}

// WithdrawScope takes back one delegated scope, of one account or, with an empty user, of all and the administrator's
// consent. Tokens that are out stay as they are; the next refresh is the first to miss it.
func (w *World) WithdrawScope(tenant, user, scope string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := false
	p := w.principal(tenant)
	for _, whom := range slices.Collect(maps.Keys(p.users)) {
		if user != "" && whom != user {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(p.users[whom]), func(s string) bool { return s == scope })
		found = found || len(left) < len(p.users[whom])
		p.users[whom] = left
	}
	return found
}

// WithdrawRole takes back one application permission.
func (w *World) WithdrawRole(tenant, role string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.principal(tenant)
	before := len(p.roles)
	p.roles = slices.DeleteFunc(slices.Clone(p.roles), func(s string) bool { return s == role })
	return len(p.roles) < before
}

// Granted is what one account, or the administrator for everyone, granted.
type Granted struct {
	// User is an object id, or Everyone.
	User   string   `json:"user"`
	Scopes []string `json:"scopes"`
}

// Grants lists the delegated consents of a tenant, the administrator's first.
func (w *World) Grants(tenant string) []Granted {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.principal(tenant)
	list := []Granted{}
	for _, user := range slices.Sorted(maps.Keys(p.users)) {
		if len(p.users[user]) > 0 {
			list = append(list, Granted{User: user, Scopes: slices.Clone(p.users[user])})
		}
	}
	return list
}
