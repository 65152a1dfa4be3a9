package org

import (
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// What a person can be to an organization.
const (
	// KindMember has an account.
	KindMember = "member"
	// KindClient books, and has none.
	KindClient = "client"
)

// A Person is someone an organization knows.
type Person struct {
	OrgID string
	ID    string
	// Kind is KindMember or KindClient.
	Kind string
	Name string
	// Email is as the person wrote it; comparing goes by its folded form.
	Email string
	Phone string
	// Username and EmployeeNo are what a vendor's directory may know a member by.
	Username   string
	EmployeeNo string
	// Lang and Zone are the reader's own; empty means the organization's.
	Lang string
	Zone string
	// Clock is "12", "24", or empty for what the language is used to.
	Clock string
	// Active is false for a member who may not sign in any more.
	Active  bool
	Created time.Time
	// Seen is when the member last used Parley.
	Seen    time.Time
	Version int64

	knownBy     string
	emailFolded string
	folded      string
}

// Columns maps the person to its table.
func (p *Person) Columns(c *db.Columns) {
	c.Col("org_id", &p.OrgID)
	c.Col("id", &p.ID)
	c.Col("kind", &p.Kind)
	c.Col("known_by", &p.knownBy)
	c.Col("name", &p.Name)
	c.Col("email", &p.Email)
	c.Col("email_folded", &p.emailFolded)
	c.Col("phone", &p.Phone)
	c.Col("username", &p.Username)
	c.Col("employee_no", &p.EmployeeNo)
	c.Col("lang", &p.Lang)
	c.Col("zone", &p.Zone)
	c.Col("clock", &p.Clock)
	c.Col("folded", &p.folded)
	c.Col("active", &p.Active)
	c.Col("created_at", (*db.Time)(&p.Created))
	c.Col("seen_at", (*db.Time)(&p.Seen))
	c.Col("version", &p.Version)
}

// tidy trims what was typed and derives the columns that are searched.
func (p Person) tidy() Person {
	for _, s := range []*string{&p.Name, &p.Email, &p.Phone, &p.Username, &p.EmployeeNo} {
		*s = strings.TrimSpace(*s)
	}
	p.emailFolded = foldEmail(p.Email)
	p.folded = strings.TrimSpace(db.Fold(p.Name+" "+p.Email) + " " + digits(p.Phone))
	p.knownBy = p.sameness()
	return p
}

// sameness is what two rows of one person have in common. A client is known by
// address and name together: families share an address, and a stranger who
// knows an address must not learn or change whose it is.
func (p Person) sameness() string {
	switch {
	case p.Kind == KindMember:
		return p.emailFolded
	case p.emailFolded == "":
		return p.ID
	}
	return p.emailFolded + " " + db.Fold(p.Name)
}

// check returns every fault of the person's fields.
func (p Person) check() error {
	var f fault.Fields
	f.Add("name", checkName(p.Name, "org.name.missing"))
	if p.Kind == KindMember || p.Email != "" {
		f.Add("email", checkEmail(p.Email))
	}
	if p.Kind == KindClient && p.Email == "" && p.Phone == "" {
		f.Add("email", fault.New(fault.Invalid, "org.contact.missing"))
	}
	f.Add("phone", checkField(p.Phone))
	f.Add("username", checkField(p.Username))
	f.Add("employee_no", checkField(p.EmployeeNo))
	if p.Zone != "" {
		f.Add("zone", checkZone(p.Zone))
	}
	if p.Lang != "" {
		f.Add("lang", checkLang(p.Lang))
	}
	if p.Clock != "" && p.Clock != "12" && p.Clock != "24" {
		f.Add("clock", fault.New(fault.Invalid, "org.clock.unknown"))
	}
	return f.Err()
}
