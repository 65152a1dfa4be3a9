package directory

import (
	"slices"
	"time"
)

// The kinds of change of an account.
const (
	Created  = "created"
	Updated  = "updated"
	Removed  = "removed"  // deleted, and can be restored
	Restored = "restored" // taken back from the deleted
	Purged   = "purged"   // deleted for good
)

// Change is what happened to one account.
type Change struct {
	// Number grows with every change.
	Number int
	At     time.Time
	Tenant string
	User   string
	Kind   string
	// Fields are the properties that changed, in Graph's words; nil where all did.
	Fields []string
}

// note writes down a change and tells who watches.
func (w *World) note(u *User, kind string, fields []string) {
	w.changed++
	c := Change{Number: w.changed, At: w.now(), Tenant: u.Tenant, User: u.ID, Kind: kind, Fields: fields}
	w.changes = append(w.changes, c)
	if w.watcher != nil {
		w.watcher(c)
	}
}

// Watch tells a function of every change from now on. It is called while the world is locked and must not ask it.
func (w *World) Watch(watcher func(Change)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watcher = watcher
}

// Changed is the number of the last change.
func (w *World) Changed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// Difference is what became of one account after some change: the account as it is, or how it went.
type Difference struct {
	// Number is that of the last change.
	Number int
	User   User
	// Gone is "changed" for an account that can be restored, "deleted" for one that cannot; empty while it is there.
	Gone string
	// Fields are the properties that changed; nil where all did.
	Fields []string
}

// Since collapses the changes of a tenant after a number into one difference for each account, in the order of their
// last change. Only changes of the fields given count; nil counts all.
func (w *World) Since(tenant string, number int, fields []string) []Difference {
	w.mu.Lock()
	defer w.mu.Unlock()
	begin, _ := slices.BinarySearchFunc(w.changes, number+1, func(c Change, n int) int { return c.Number - n })
	last := map[string]int{}
	seen := []*Difference{}
	for _, c := range w.changes[begin:] {
		if c.Tenant != tenant || !counts(c, fields) {
			continue
		}
		d := &Difference{Number: c.Number, Fields: c.Fields}
		if i, repeated := last[c.User]; repeated {
			d.Fields = merge(seen[i].Fields, c.Fields)
			seen[i] = nil
		}
		last[c.User] = len(seen)
		d.User.ID = c.User
		seen = append(seen, d)
	}
	return w.current(seen)
}

// current fills in how the accounts are now.
func (w *World) current(seen []*Difference) (all []Difference) {
	for _, d := range seen {
		if d == nil {
			continue
		}
		switch u := w.people.ids[fold(d.User.ID)]; {
		case u == nil:
			d.Gone = "deleted"
		case u.Deleted != nil:
			d.Gone = "changed"
		default:
			d.User = u.copy()
		}
		all = append(all, *d)
	}
	return all
}

func counts(c Change, fields []string) bool {
	return c.Fields == nil || fields == nil || slices.ContainsFunc(c.Fields, func(f string) bool { return slices.Contains(fields, f) })
}

// merge joins changed fields; nil stands for all.
func merge(a, b []string) []string {
	if a == nil || b == nil {
		return nil
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// differ names the properties in which two states of an account differ.
func differ(a, b User) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"userPrincipalName", a.UPN == b.UPN}, {"mail", a.Mail == b.Mail}, {"displayName", a.Name == b.Name},
		{"givenName", a.GivenName == b.GivenName}, {"surname", a.Surname == b.Surname},
		{"department", a.Department == b.Department}, {"jobTitle", a.JobTitle == b.JobTitle},
		{"accountEnabled", a.Disabled == b.Disabled}, {"userType", a.Guest == b.Guest},
		{"proxyAddresses", slices.Equal(a.Addresses(), b.Addresses())},
		{"assignedPlans", a.Licensed == b.Licensed && a.TeamsOff == b.TeamsOff},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Epoch changes with every reset, so that cursors from before it are known to be over.
func (w *World) Epoch() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.epoch
}
