package org

import (
	"context"
	"errors"

	"parley/internal/db"
	"parley/internal/fault"
)

// AddMember gives a person an account and the roles. The e-mail must not be
// another member's.
func (o *Orgs) AddMember(ctx context.Context, tx *db.Tx, by Actor, p Person, roles ...Role) (Person, error) {
	if by.OrgID != "" {
		p.OrgID = by.OrgID
	}
	p.Kind, p.Active, p.ID = KindMember, true, db.NewID()
	p = p.tidy()
	if err := errors.Join(p.check(), mayHandAll(by, roles)); err != nil {
		return p, err
	}
	p.Created, p.Version = tx.Now(), 1
	if err := db.Insert(ctx, tx, "people", &p); err != nil {
		return p, memberTaken(err, p)
	}
	for _, r := range append([]Role{Member}, roles...) {
		if err := grant(ctx, tx, p.OrgID, p.ID, r, ""); err != nil {
			return p, err
		}
	}
	if err := Record(ctx, tx, by.in(p.OrgID).Entry("member.add", "person", p.ID, "name", p.Name)); err != nil {
		return p, err
	}
	return p, o.memberChanged(ctx, tx, p)
}

// memberChanged lets the rooms above look at a member again.
func (o *Orgs) memberChanged(ctx context.Context, tx *db.Tx, p Person) error {
	return o.membersChanged(ctx, tx, p.OrgID, p.ID)
}

func (o *Orgs) membersChanged(ctx context.Context, tx *db.Tx, orgID string, ids ...string) error {
	for _, look := range o.OnMember {
		if err := look(ctx, tx, orgID, ids...); err != nil {
			return err
		}
	}
	return nil
}

// NewMember is AddMember in a transaction of its own, for pages.
func (o *Orgs) NewMember(ctx context.Context, by Actor, p Person, roles ...Role) (added Person, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		added, err = o.AddMember(ctx, tx, by, p, roles...)
		return err
	})
	return added, err
}

// mayHandAll lets the program itself hand out any role, and a person what they may.
func mayHandAll(by Actor, roles []Role) error {
	if !by.SignedIn() {
		return nil
	}
	all := []error{mayHand(by, Member)}
	for _, r := range roles {
		all = append(all, mayHand(by, r))
	}
	return errors.Join(all...)
}

func memberTaken(err error, p Person) error {
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, "org.email.taken", "Email", p.Email).At("email")
	}
	return err
}

// A Profile is what members say about themselves.
type Profile struct {
	Name  string
	Phone string
	Lang  string
	Zone  string
	Clock string
}

// SaveProfile changes the actor's own profile.
func (o *Orgs) SaveProfile(ctx context.Context, by Actor, n Profile) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := db.One[Person](ctx, tx, touchPerson, by.OrgID, by.PersonID)
		if err != nil {
			return err
		}
		p.Name, p.Phone, p.Lang, p.Zone, p.Clock = n.Name, n.Phone, n.Lang, n.Zone, n.Clock
		if err := savePerson(ctx, tx, p); err != nil {
			return err
		}
		if err := Record(ctx, tx, by.Entry("person.profile", "person", p.ID, "name", n.Name)); err != nil {
			return err
		}
		return o.memberChanged(ctx, tx, p)
	})
}

// SaveMember changes what the organization says about a member, and lets other
// rooms change what they know in the same transaction. Saying that they are not
// active any more also ends their sessions. Whoever saw an older version of the
// member than there is changes nothing.
func (o *Orgs) SaveMember(ctx context.Context, by Actor, n Person, more ...Step) error {
	return o.changeMember(ctx, by, n.ID, func(ctx context.Context, tx *db.Tx, p Person) error {
		if err := stale(n.Version, p.Version); err != nil {
			return err
		}
		after := p.changed(n)
		if after != p.tidy() {
			if err := o.saveMember(ctx, tx, by, p, after); err != nil {
				return err
			}
		}
		return steps(ctx, tx, after, more)
	})
}

func (o *Orgs) saveMember(ctx context.Context, tx *db.Tx, by Actor, before, p Person) error {
	if err := savePerson(ctx, tx, p); err != nil {
		return err
	}
	verb := "member.change"
	switch {
	case before.Active && !p.Active:
		verb = "member.deactivate"
		if _, err := tx.Exec(ctx, endSessionsOf, p.OrgID, p.ID); err != nil {
			return err
		}
	case p.Active && !before.Active:
		verb = "member.activate"
	}
	if err := Record(ctx, tx, by.Entry(verb, "person", p.ID, "name", p.Name)); err != nil {
		return err
	}
	return o.memberChanged(ctx, tx, p)
}

// changeMember keeps two promises while a member or their roles change: nobody
// below a superuser changes one (whoever sets an address can sign in as its
// owner), and somebody is left who can run the organization. It locks the
// organization first, so that of two who each take the other's role away one is
// refused.
func (o *Orgs) changeMember(ctx context.Context, by Actor, id string, change func(context.Context, *db.Tx, Person) error) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := db.One[Organization](ctx, tx, touchOrganization, by.OrgID); err != nil {
			return err
		}
		p, err := db.One[Person](ctx, tx, touchPerson, by.OrgID, id)
		if err != nil {
			return err
		}
		above, err := db.Value[int64](ctx, tx, holdsRole, by.OrgID, id, string(Superuser))
		if err != nil {
			return err
		}
		if above > 0 && !by.Is(Superuser) {
			return fault.New(fault.Denied, "org.role.superuser")
		}
		before, err := leaders(ctx, tx, by.OrgID)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, p); err != nil {
			return err
		}
		after, err := leaders(ctx, tx, by.OrgID)
		if err == nil && (before[0] > 0 && after[0] == 0 || before[1] > 0 && after[1] == 0) {
			err = fault.New(fault.Conflict, "org.role.last")
		}
		return err
	})
}

// leaders counts the active administrators and superusers.
func leaders(ctx context.Context, tx *db.Tx, orgID string) (n [2]int64, err error) {
	for i, r := range []Role{Administrator, Superuser} {
		if n[i], err = db.Value[int64](ctx, tx, countRole, orgID, string(r)); err != nil {
			return n, err
		}
	}
	return n, nil
}

func savePerson(ctx context.Context, tx *db.Tx, p Person) error {
	p = p.tidy()
	if err := p.check(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, savePersonText, p.OrgID, p.ID, p.knownBy, p.Name, p.Email, p.emailFolded, p.Phone,
		p.Username, p.EmployeeNo, p.Lang, p.Zone, p.Clock, p.folded, p.Active)
	return memberTaken(err, p)
}
