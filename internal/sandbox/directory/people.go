package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// User is one account of a tenant.
type User struct {
	Tenant string `json:"tenant"`
	ID     string `json:"id"`
	UPN    string `json:"userPrincipalName"`
	Mail   string `json:"mail,omitempty"`
	// Aliases are further addresses at which the person gets mail.
	Aliases    []string `json:"aliases,omitempty"`
	Name       string   `json:"displayName"`
	GivenName  string   `json:"givenName,omitempty"`
	Surname    string   `json:"surname,omitempty"`
	Department string   `json:"department,omitempty"`
	JobTitle   string   `json:"jobTitle,omitempty"`
	Guest      bool     `json:"guest,omitempty"`
	Disabled   bool     `json:"disabled,omitempty"`
	// Licensed says that the account has a licence with Teams in it; TeamsOff that the service plan of Teams is switched
	// off inside that licence.
	Licensed bool `json:"licensed"`
	TeamsOff bool `json:"teamsOff,omitempty"`
	// Admin says that the account may consent for its whole tenant.
	Admin bool `json:"admin,omitempty"`
	// Suggested accounts are offered by the account picker without typing.
	Suggested bool `json:"-"`
	// ValidFrom ends every session begun before it.
	ValidFrom time.Time `json:"-"`
	// Demand is what the tenant's rules demand of the account before it gets another token.
	Demand Demand `json:"demand,omitzero"`
	// Deleted is when the account was deleted; it can be restored.
	Deleted *time.Time `json:"deleted,omitempty"`

	number int
}

// Demand is a rule of a tenant that stands against sessions begun before it, named by its AADSTS number.
type Demand struct {
	Code  int       `json:"code,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

// Addresses are all addresses of the person, the mail first.
func (u User) Addresses() []string {
	if u.Mail == "" {
		return u.Aliases
	}
	return append([]string{u.Mail}, u.Aliases...)
}

// Teams tells whether the account may use Teams.
func (u User) Teams() bool { return u.Licensed && !u.TeamsOff }

func (u *User) copy() User {
	c := *u
	c.Aliases = slices.Clone(u.Aliases)
	return c
}

// Users lists the people of a tenant in the directory's order; an empty tenant lists everyone.
func (w *World) Users(tenant string) []User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return copies(w.people.everyone(tenant))
}

func copies(list []*User) []User {
	all := make([]User, len(list))
	for i, u := range list {
		all[i] = u.copy()
	}
	return all
}

// Deleted lists the deleted people of a tenant who can be restored.
func (w *World) Deleted(tenant string) []User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return copies(w.people.gone[tenant])
}

// Part is some of a directory's people.
type Part struct {
	People []User
	// Last is the number of the last one; the next part begins after it. More says that there is one.
	Last int
	More bool
}

// Page reads up to most people of a tenant after a number. Keys, where given, name all who may fit; keep picks among
// them and must not keep the pointer. Without either the cost is that of the page, however large the directory.
func (w *World) Page(tenant string, number, most int, keys []Key, keep func(*User) bool) (p Part) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.people.lists[tenant]
	if keys != nil {
		list = w.people.keyed(tenant, keys)
	}
	p.Last = number
	for _, u := range list[after(list, number):] {
		if keep != nil && !keep(u) {
			continue
		}
		if len(p.People) == most {
			p.More = true
			return p
		}
		p.People, p.Last = append(p.People, u.copy()), u.number
	}
	return p
}

// Count counts the people of a tenant that keep picks; nil picks all.
func (w *World) Count(tenant string, keep func(*User) bool) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.people.lists[tenant]
	if keep == nil {
		return len(list)
	}
	for _, u := range list {
		if keep(u) {
			n++
		}
	}
	return n
}

// Search reads one page of the people of a tenant whose name, sign-in name, address or department holds a text, or of
// the deleted ones; from counts those found. It tells how many there are in all.
func (w *World) Search(tenant, text string, deleted bool, from, most int) (people []User, total int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.people.lists[tenant]
	if deleted {
		list = w.people.gone[tenant]
	}
	text = fold(text)
	for _, u := range list {
		if text != "" && !u.mentions(text) {
			continue
		}
		if total >= from && len(people) < most {
			people = append(people, u.copy())
		}
		total++
	}
	return people, total
}

// mentions tells whether a text, in small letters, is in what names a person.
func (u *User) mentions(text string) bool {
	for _, s := range append([]string{u.Name, u.UPN, u.Mail, u.Department, u.ID}, u.Aliases...) {
		if strings.Contains(fold(s), text) {
			return true
		}
	}
	return false
}

// User finds a person of a tenant by object id or sign-in name.
func (w *World) User(tenant, idOrUPN string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.user(tenant, idOrUPN); u != nil {
		return u.copy(), true
	}
	return User{}, false
}

// Account finds an account in any tenant by its sign-in name.
func (w *World) Account(upn string) (User, bool) { return w.User("", upn) }

// AnyAccount finds an account in any tenant, a deleted one too.
func (w *World) AnyAccount(idOrUPN string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.user("", idOrUPN); u != nil {
		return u.copy(), true
	}
	if u := w.people.findGone(idOrUPN); u != nil {
		return u.copy(), true
	}
	return User{}, false
}

func (w *World) user(tenant, idOrUPN string) *User { return w.people.find(tenant, idOrUPN) }

// few is how many accounts of another tenant the account picker offers.
const few = 5

// Suggested are the accounts that the account picker of a tenant offers, and strangers some of other tenants, for
// trying what happens then.
func (w *World) Suggested(tenant string) (ours, strangers []User) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.tenants {
		list := w.people.lists[t.ID]
		for _, u := range list[:min(len(list), 2*generated)] {
			if t.ID == tenant && u.Suggested {
				ours = append(ours, u.copy())
			}
		}
		if t.ID != tenant && t.ID != HarbourBank {
			strangers = append(strangers, copies(list[:min(len(list), few)])...)
		}
	}
	return ours, strangers
}

// Add takes a new account into a tenant. It gets an object id unless it brings one.
func (w *World) Add(u User) (User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tenant(u.Tenant)
	switch {
	case t == nil:
		return u, fmt.Errorf("there is no tenant %q", u.Tenant)
	case !strings.Contains(u.UPN, "@"):
		return u, fmt.Errorf("%q is not a sign-in name", u.UPN)
	case w.user(t.ID, u.UPN) != nil:
		return u, fmt.Errorf("the sign-in name %s is taken", u.UPN)
	}
	u.Tenant, u.Deleted = t.ID, nil
	return w.add(u).copy(), nil
}

func (w *World) add(u User) *User {
	if u.ID == "" {
		u.ID = objectID(u.Tenant, u.UPN)
	}
	if w.people.ids[fold(u.ID)] != nil { // the name was somebody's before
		u.ID = uuid.NewString()
	}
	if u.Name == "" {
		u.Name = u.UPN
	}
	added := u.copy()
	w.people.add(&added)
	w.note(&added, Created, nil)
	return &added
}

// ChangeUser changes an account, as its administrator would; it tells whether there is one. The object id stays.
func (w *World) ChangeUser(idOrUPN string, change func(*User)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.user("", idOrUPN)
	if u != nil {
		w.change(u, change)
	}
	return u != nil
}

func (w *World) change(u *User, change func(*User)) {
	before := u.copy()
	w.people.unname(u)
	change(u)
	u.ID, u.Tenant, u.number, u.Deleted = before.ID, before.Tenant, before.number, before.Deleted
	w.people.name(u)
	if fields := differ(before, *u); len(fields) > 0 {
		w.note(u, Updated, fields)
	}
}
