package directory

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"strings"
)

// roster keeps the people of all tenants, found by whatever names them without looking at everybody: a directory may
// hold fifty thousand. The world's lock guards it.
type roster struct {
	// count is the number the last person got. Numbers are the order of the directory and never change.
	count int
	// ids holds the deleted as well; everything else only who is there.
	ids   map[string]*User
	names map[string][]*User
	// mails and addresses are named by tenant and address; an address is the mail or an alias.
	mails, addresses map[string][]*User
	// lists are the people of each tenant in the order of the directory, gone the deleted.
	lists, gone map[string][]*User
}

func newRoster(users []*User) *roster {
	r := &roster{ids: map[string]*User{}, names: map[string][]*User{}, mails: map[string][]*User{}, addresses: map[string][]*User{},
		lists: map[string][]*User{}, gone: map[string][]*User{}}
	for _, u := range users {
		r.add(u)
	}
	return r
}

// add takes in somebody new.
func (r *roster) add(u *User) {
	r.count++
	u.number = r.count
	r.ids[fold(u.ID)] = u
	r.lists[u.Tenant] = append(r.lists[u.Tenant], u)
	r.name(u)
}

// name makes a person found by their names; unname undoes it, and comes before a change of them.
func (r *roster) name(u *User) {
	if u.Deleted != nil {
		return
	}
	r.names[fold(u.UPN)] = append(r.names[fold(u.UPN)], u)
	if u.Mail != "" {
		r.mails[at(u.Tenant, u.Mail)] = append(r.mails[at(u.Tenant, u.Mail)], u)
	}
	for _, a := range u.Addresses() {
		r.addresses[at(u.Tenant, a)] = append(r.addresses[at(u.Tenant, a)], u)
	}
}

func (r *roster) unname(u *User) {
	without(r.names, fold(u.UPN), u)
	without(r.mails, at(u.Tenant, u.Mail), u)
	for _, a := range u.Addresses() {
		without(r.addresses, at(u.Tenant, a), u)
	}
}

func without(index map[string][]*User, key string, u *User) {
	left := slices.DeleteFunc(index[key], func(x *User) bool { return x == u })
	if len(left) == 0 {
		delete(index, key)
		return
	}
	index[key] = left
}

// move takes a person from one ordered list to another: from those who are there to the deleted, and back.
func (r *roster) move(u *User, from, to map[string][]*User) {
	if i := after(from[u.Tenant], u.number-1); i < len(from[u.Tenant]) && from[u.Tenant][i] == u {
		from[u.Tenant] = slices.Delete(from[u.Tenant], i, i+1)
	}
	if to != nil {
		to[u.Tenant] = slices.Insert(to[u.Tenant], after(to[u.Tenant], u.number), u)
	}
}

// after is where the first person with a greater number stands in an ordered list.
func after(list []*User, number int) int {
	return sort.Search(len(list), func(i int) bool { return list[i].number > number })
}

// find finds who is there by object id or sign-in name, in one tenant or in any.
func (r *roster) find(tenant, idOrUPN string) *User {
	if u := r.ids[fold(idOrUPN)]; u != nil && u.Deleted == nil && (tenant == "" || u.Tenant == tenant) {
		return u
	}
	for _, u := range r.names[fold(idOrUPN)] {
		if tenant == "" || u.Tenant == tenant {
			return u
		}
	}
	return nil
}

// findGone finds a deleted person by object id or the sign-in name they had; the last deleted first.
func (r *roster) findGone(idOrUPN string) *User {
	if u := r.ids[fold(idOrUPN)]; u != nil && u.Deleted != nil {
		return u
	}
	var last *User
	for _, tenant := range slices.Sorted(maps.Keys(r.gone)) {
		for _, u := range r.gone[tenant] {
			if strings.EqualFold(u.UPN, idOrUPN) && (last == nil || u.Deleted.After(*last.Deleted)) {
				last = u
			}
		}
	}
	return last
}

// everyone is who is there, of one tenant or of all, in the order of the directory.
func (r *roster) everyone(tenant string) []*User {
	if tenant != "" {
		return r.lists[tenant]
	}
	var all []*User
	for _, list := range r.lists {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *User) int { return cmp.Compare(a.number, b.number) })
	return all
}

// A Key names people by a value that the directory keeps in order.
type Key struct {
	// By is id, userPrincipalName, mail or proxyAddresses.
	By, Value string
}

// keyed are the people of a tenant whom any of the keys names, each once, in the order of the directory.
func (r *roster) keyed(tenant string, keys []Key) []*User {
	found := map[*User]bool{}
	for _, k := range keys {
		for _, u := range r.byKey(tenant, k) {
			if u.Tenant == tenant && u.Deleted == nil {
				found[u] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b *User) int { return cmp.Compare(a.number, b.number) })
}

func (r *roster) byKey(tenant string, k Key) []*User {
	switch k.By {
	case "id":
		if u := r.ids[fold(k.Value)]; u != nil {
			return []*User{u}
		}
		return nil
	case "userPrincipalName":
		return r.names[fold(k.Value)]
	case "mail":
		return r.mails[at(tenant, k.Value)]
	}
	return r.addresses[at(tenant, k.Value)]
}

func fold(s string) string { return strings.ToLower(s) }

func at(tenant, address string) string { return tenant + "/" + fold(address) }
