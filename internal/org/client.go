package org

import (
	"context"
	"strings"

	"parley/internal/db"
	"parley/internal/fault"
)

// AddOrFindClient returns the client of that name and address, adding one who
// is new. It is one statement, so that two bookings at once make one client.
// What the client says now about phone, language and zone replaces what was known.
func (o *Orgs) AddOrFindClient(ctx context.Context, tx *db.Tx, orgID, name, email, phone, lang, zone string) (Person, error) {
	p := Person{OrgID: orgID, ID: db.NewID(), Kind: KindClient, Active: true,
		Name: name, Email: email, Phone: phone, Lang: lang, Zone: zone}.tidy()
	if err := p.check(); err != nil {
		return p, err
	}
	return db.One[Person](ctx, tx, addOrFindClient, p.OrgID, p.ID, p.knownBy, p.Name, p.Email, p.emailFolded,
		p.Phone, p.Lang, p.Zone, p.folded, db.Time(tx.Now()))
}

// NewClient adds a client for whom the Contact Center will book, or returns the
// one of that name and e-mail who is known already. A telephone number alone is
// enough to be reached.
func (o *Orgs) NewClient(ctx context.Context, by Actor, n Person) (added Person, err error) {
	if !by.May(UseContactCenter) {
		return n, fault.New(fault.Denied, "")
	}
	err = o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if added, err = o.AddOrFindClient(ctx, tx, by.OrgID, n.Name, n.Email, n.Phone, n.Lang, n.Zone); err != nil || added.Version > 1 {
			return err
		}
		return Record(ctx, tx, by.Entry("client.add", "person", added.ID, "name", added.Name))
	})
	return added, err
}

// Client returns one client of the organization. A member is none.
func (o *Orgs) Client(ctx context.Context, q db.Q, orgID, id string) (Person, error) {
	p, err := o.Person(ctx, q, orgID, id)
	if err == nil && p.Kind != KindClient {
		err = fault.New(fault.NotFound, "")
	}
	return p, err
}

// SaveClient changes what is known of a client. It refuses what somebody else
// changed since n was read (its Version), and a name and e-mail that another
// client has.
func (o *Orgs) SaveClient(ctx context.Context, by Actor, n Person) error {
	if !by.May(UseContactCenter) {
		return fault.New(fault.Denied, "")
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := db.One[Person](ctx, tx, touchPerson, by.OrgID, n.ID)
		switch {
		case err != nil:
			return err
		case p.Kind != KindClient:
			return fault.New(fault.NotFound, "")
		case n.Version != 0 && p.Version != n.Version+1:
			return fault.New(fault.Conflict, "org.client.stale")
		}
		p.Name, p.Email, p.Phone, p.Lang, p.Zone = n.Name, n.Email, n.Phone, n.Lang, n.Zone
		if err := savePerson(ctx, tx, p); err != nil {
			return clientTaken(err)
		}
		return Record(ctx, tx, by.Entry("client.change", "person", p.ID, "name", p.Name))
	})
}

func clientTaken(err error) error {
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, "org.client.taken").At("email")
	}
	return err
}

// digits are those of a telephone number, however it is written.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// dialled is what is looked for when the text is a telephone number: its digits
// without the zeros in front, which a number with its country code does not have.
// It is empty for any other text.
func dialled(text string) string {
	if strings.Trim(text, "0123456789 +-./()") != "" {
		return ""
	}
	if d := strings.TrimLeft(digits(text), "0"); len(d) >= 4 {
		return d
	}
	return ""
}
