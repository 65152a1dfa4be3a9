package directory

import (
	"slices"
	"strings"
)

// Rename gives an account another sign-in name; it tells whether that could be.
func (w *World) Rename(idOrUPN, to string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.user("", idOrUPN)
	if u == nil || !strings.Contains(to, "@") {
		return false
	}
	if other := w.user(u.Tenant, to); other != nil && other != u {
		return false
	}
	w.change(u, func(u *User) { u.UPN = to })
	return true
}

// ChangeMail gives an account another mail address. The old one stays an alias, as Exchange leaves it.
func (w *World) ChangeMail(idOrUPN, to string) bool {
	return w.ChangeUser(idOrUPN, func(u *User) {
		if u.Mail != "" && to != "" && !containsFold(u.Aliases, u.Mail) {
			u.Aliases = append(slices.Clone(u.Aliases), u.Mail)
		}
		u.Aliases = slices.DeleteFunc(slices.Clone(u.Aliases), func(a string) bool { return strings.EqualFold(a, to) })
		u.Mail = to
	})
}

// Alias adds an address to an account, or takes it away.
func (w *World) Alias(idOrUPN, address string, there bool) bool {
	return w.ChangeUser(idOrUPN, func(u *User) {
		u.Aliases = slices.DeleteFunc(slices.Clone(u.Aliases), func(a string) bool { return strings.EqualFold(a, address) })
		if there && !strings.EqualFold(u.Mail, address) {
			u.Aliases = append(u.Aliases, address)
		}
	})
}

// Delete deletes an account: so that it can be restored, or for good. One that was deleted can still go for good.
func (w *World) Delete(idOrUPN string, forGood bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.user("", idOrUPN)
	if u == nil && forGood {
		u = w.people.findGone(idOrUPN)
	}
	if u == nil {
		return false
	}
	if u.Deleted == nil {
		w.people.unname(u)
		now := w.now()
		u.Deleted = &now
		w.people.move(u, w.people.lists, w.people.gone)
		w.note(u, Removed, nil)
	}
	if forGood {
		w.people.move(u, w.people.gone, nil)
		delete(w.people.ids, fold(u.ID))
		w.note(u, Purged, nil)
	}
	return true
}

// Restore brings back a deleted account with the object id it had; it cannot where its sign-in name was given away.
func (w *World) Restore(idOrUPN string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.people.findGone(idOrUPN)
	if u == nil || w.user(u.Tenant, u.UPN) != nil {
		return false
	}
	u.Deleted = nil
	w.people.move(u, w.people.gone, w.people.lists)
	w.people.name(u)
	w.note(u, Restored, nil)
	return true
}

// Move makes an account one of another tenant, as a migration does: the old one is deleted for good, the new one has
// the same name before the @ and another object id.
func (w *World) Move(idOrUPN, tenant string) (User, bool) {
	old, found := w.User("", idOrUPN)
	t, known := w.Tenant(tenant)
	if !found || !known || t.ID == old.Tenant || !w.Delete(old.ID, true) {
		return User{}, false
	}
	name, _, _ := strings.Cut(old.UPN, "@")
	moved := old
	moved.Tenant, moved.ID, moved.UPN = t.ID, "", name+"@"+t.Domains[0]
	moved.Mail, moved.Aliases = moved.UPN, nil
	added, err := w.Add(moved)
	return added, err == nil
}

// The ways a password is reset. Only the reset by an administrator in the Entra admin center ends the sessions of a
// confidential client ("Refresh tokens in the Microsoft identity platform").
const (
	ResetInEntra     = "entra-admin"
	ResetInPortal    = "portal-admin"
	ResetByOneself   = "self-service"
	ChangedByOneself = "own-change"
	PasswordExpired  = "expired"
)

// ResetPassword plays a change of an account's password; it tells whether there is such an account and way.
func (w *World) ResetPassword(idOrUPN, how string) bool {
	u, found := w.Account(idOrUPN)
	if !found || !slices.Contains([]string{ResetInEntra, ResetInPortal, ResetByOneself, ChangedByOneself, PasswordExpired}, how) {
		return false
	}
	w.NoteSignIn(SignIn{Tenant: u.Tenant, Who: u.UPN, What: "password: " + how})
	if how == ResetInEntra {
		return w.Revoke(u.ID)
	}
	return true
}

// SetDemand puts a rule of the tenant between an account and its next token; the number zero lifts it.
func (w *World) SetDemand(idOrUPN string, code int) bool {
	return w.ChangeUser(idOrUPN, func(u *User) {
		u.Demand = Demand{}
		if code != 0 {
			u.Demand = Demand{Code: code, Since: w.now()}
		}
	})
}

// Fill generates people of a tenant by number, from one to count; who is there already stays. It adds the domain to
// the tenant's and tells how many came.
func (w *World) Fill(tenant string, count int, domain string) (added int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tenant(tenant)
	if t == nil || count < 0 || !validDomain(domain) {
		return 0, false
	}
	if !containsFold(t.Domains, domain) {
		t.Domains = append(slices.Clone(t.Domains), domain)
	}
	for n := 1; n <= count; n++ {
		u := Person(n, domain)
		if u.Tenant = t.ID; w.user(t.ID, u.UPN) == nil {
			w.add(u)
			added++
		}
	}
	return added, true
}

func validDomain(d string) bool {
	return d != "" && len(d) < 200 && !strings.ContainsAny(d, " @/'\"<>") && strings.Contains(d, ".")
}
