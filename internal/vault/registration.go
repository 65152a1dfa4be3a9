package vault

import (
	"context"
	"slices"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// What a vendor's own application looks like, as pages draw it.
type (
	// App describes what to register at a vendor.
	App = connector.App
	// Endpoint is an address of ours that is entered there.
	Endpoint = connector.Endpoint
	// Permission is one thing that the application has to be allowed there.
	Permission = connector.Permission
)

// A Secret is a text that is never printed.
type Secret = connector.Secret

// NewSecret wraps a text.
func NewSecret(text string) Secret { return connector.NewSecret(text) }

// The fields that faults of a registration point to.
const (
	FieldID          = connector.FieldID
	FieldSecret      = connector.FieldSecret
	FieldCertificate = connector.FieldCertificate
	FieldWhere       = connector.FieldWhere
)

// An Origin says where a registration was set.
type Origin string

// The origins, in the order in which they count: an organization's own stands
// above what the whole installation has, and what was set outside the program
// above what was entered on a page.
const (
	FromOrganization Origin = "organization"
	FromEnvironment  Origin = "environment"
	FromInstallation Origin = "installation"
	FromNowhere      Origin = "none"
)

// A Source is where a registration was set outside the program.
type Source struct {
	// Name is the variable of the client id, such as PARLEY_MICROSOFT_CLIENT_ID.
	Name string
	// From is "environment", "flag" or "file <path>".
	From string
	// Expires is when the secret ends, if the operator said so.
	Expires time.Time
}

// Kinds of what proves a registration.
const (
	BySecret      = "secret"
	ByCertificate = "certificate"
)

// A Registration is our application at a vendor, without what proves it.
type Registration struct {
	// OrgID is the organization that it is for alone; empty for the
	// installation's.
	OrgID    string
	Vendor   string
	ClientID string
	// Kind is BySecret or ByCertificate; empty when neither was given.
	Kind string
	// Hint is what may be shown: the last characters of a secret, or the
	// thumbprint of a certificate.
	Hint string
	// Subject is whom a certificate names.
	Subject string
	// Expires is when the secret or certificate ends; zero when nobody said.
	Expires   time.Time
	SetBy     string
	SetByName string
	SetAt     time.Time
	Version   int64

	Origin Origin
	// Source says more about FromEnvironment.
	Source Source

	sealed     []byte
	sealedWith string
	// entry is the registration with what proves it, once opened.
	entry connector.Registration
}

// Columns maps the registration to its table.
func (r *Registration) Columns(c *db.Columns) {
	c.Col("org_id", &r.OrgID)
	c.Col("vendor", &r.Vendor)
	c.Col("client_id", &r.ClientID)
	c.Col("kind", &r.Kind)
	c.Col("hint", &r.Hint)
	c.Col("subject", &r.Subject)
	c.Col("sealed", &r.sealed)
	c.Col("sealed_with", &r.sealedWith)
	c.Col("expires_at", (*db.Time)(&r.Expires))
	c.Col("set_by", &r.SetBy)
	c.Col("set_by_name", &r.SetByName)
	c.Col("set_at", (*db.Time)(&r.SetAt))
	c.Col("version", &r.Version)
}

// Complete reports whether both the id and what proves it were set.
func (r Registration) Complete() bool { return r.ClientID != "" && r.Kind != "" }

// proof is the sealed part of a registration.
type proof struct {
	Secret      string `json:"secret,omitempty"`
	Certificate string `json:"certificate,omitempty"`
}

// sealedAt binds a proof to whose registration it is.
func (r Registration) sealedAt() []string { return []string{r.OrgID, r.Vendor, "registration"} }

func (v *Vault) sealProof(r *Registration) (err error) {
	p := proof{Secret: r.entry.Secret.Reveal(), Certificate: r.entry.Certificate.Reveal()}
	r.sealed, err = v.cfg.Keys.seal(p, r.sealedAt()...)
	r.sealedWith = v.cfg.Keys.newest
	return err
}

func (v *Vault) openProof(r *Registration) error {
	var p proof
	if err := v.cfg.Keys.open(r.sealed, &p, r.sealedAt()...); err != nil {
		return err
	}
	r.entry = connector.Registration{ClientID: r.ClientID, Secret: connector.NewSecret(p.Secret), Certificate: connector.NewSecret(p.Certificate)}
	return nil
}

// describe fills in what may be shown of what proves the registration.
func (r *Registration) describe() error {
	r.Kind, r.Hint, r.Subject = "", "", ""
	switch {
	case !r.entry.Certificate.Empty():
		c, err := connector.ReadCertificate(r.entry.Certificate)
		if err != nil {
			return err
		}
		r.Kind, r.Hint, r.Subject, r.Expires = ByCertificate, c.Thumbprint, c.Subject, c.Ends
	case !r.entry.Secret.Empty():
		r.Kind, r.Hint = BySecret, tail(r.entry.Secret.Reveal())
	}
	return nil
}

// tail is the end of a secret that is long enough to spare it.
func tail(secret string) string {
	const shown = 4
	if len(secret) < 4*shown {
		return ""
	}
	return secret[len(secret)-shown:]
}

// outside is the registration that the operator set outside the program.
func (v *Vault) outside(vendor string) (Registration, bool) {
	entry := v.cfg.Registrations[vendor]
	if entry.ClientID == "" && entry.Secret.Empty() && entry.Certificate.Empty() {
		return Registration{}, false
	}
	source := v.cfg.Sources[vendor]
	r := Registration{Vendor: vendor, ClientID: entry.ClientID, Expires: source.Expires, Origin: FromEnvironment, Source: source, entry: entry}
	if err := r.describe(); err != nil {
		r.Kind = "" // what cannot be read proves nothing: the registration is not complete
	}
	return r, true
}

// effective is the registration that serves an organization at a vendor; of
// origin FromNowhere when there is none. The empty organization asks for the
// installation's.
func (v *Vault) effective(ctx context.Context, q db.Q, orgID, vendor string) (Registration, error) {
	rows, err := db.All[Registration](ctx, q, effectiveRegistrations, orgID, vendor)
	if err != nil {
		return Registration{}, err
	}
	if i := slices.IndexFunc(rows, func(r Registration) bool { return r.OrgID != "" }); i >= 0 {
		rows[i].Origin = FromOrganization
		return rows[i], v.openProof(&rows[i])
	}
	if r, ok := v.outside(vendor); ok {
		return r, nil
	}
	if len(rows) > 0 {
		rows[0].Origin = FromInstallation
		err := v.openProof(&rows[0])
		return rows[0], err
	}
	return Registration{Vendor: vendor, Origin: FromNowhere}, nil
}

// registered is the registration that serves an organization. It is read at each
// use, so that a change holds at once in all processes.
func (v *Vault) registered(ctx context.Context, q db.Q, orgID, vendor string) (Registration, error) {
	r, err := v.effective(ctx, q, orgID, vendor)
	if err == nil && !r.Complete() {
		err = fault.New(fault.Denied, "vault.registration.missing", "Redirect", v.cfg.RedirectURL)
	}
	return r, err
}

// A Registered is how things stand at one vendor, for the whole installation or
// for one organization.
type Registered struct {
	// Effective is the one that counts.
	Effective Registration
	// Kept is what was entered here, whether it counts or not; its version is
	// zero when nothing was.
	Kept Registration
	// Fault is what the vendor said against the effective one; empty when nothing.
	Fault OperatorFault
	// Connections is how many connections rest on the effective one.
	Connections int
}

// Registration shows how things stand at a vendor, for the installation (an
// empty organization) or for one organization alone.
func (v *Vault) Registration(ctx context.Context, q db.Q, actor org.Actor, orgID, vendor string) (r Registered, err error) {
	if err := v.mayRegister(actor, vendor); err != nil {
		return r, err
	}
	if r.Effective, err = v.effective(ctx, q, orgID, vendor); err != nil {
		return r, err
	}
	if r.Kept, err = db.One[Registration](ctx, q, oneRegistration, orgID, vendor); err != nil && !fault.Is(err, fault.NotFound) {
		return r, err
	}
	if r.Fault, err = db.One[OperatorFault](ctx, q, oneOperatorFault, r.Effective.OrgID, vendor); err != nil && !fault.Is(err, fault.NotFound) {
		return r, err
	}
	r.Connections, err = v.carried(ctx, q, orgID, vendor)
	return r, err
}

// carried counts the connections that a registration carries, or would.
func (v *Vault) carried(ctx context.Context, q db.Q, orgID, vendor string) (int, error) {
	if orgID == "" {
		n, err := db.Value[int64](ctx, q, allDependents, vendor)
		return int(n), err
	}
	n, err := db.Value[int64](ctx, q, dependents, orgID, vendor)
	return int(n), err
}

// Registrations lists every registration there is: what was entered for the
// installation and for single organizations, and what was set outside.
func (v *Vault) Registrations(ctx context.Context, q db.Q) ([]Registration, error) {
	all, err := db.All[Registration](ctx, q, allRegistrations)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Origin = FromInstallation
		if all[i].OrgID != "" {
			all[i].Origin = FromOrganization
		}
	}
	for _, c := range v.cfg.Vendors {
		if r, ok := v.outside(c.Name); ok {
			all = append(all, r)
		}
	}
	return all, nil
}

// AppVendors are the vendors that have us registered, in their order.
func (v *Vault) AppVendors() (names []string) {
	for _, c := range v.cfg.Vendors {
		if c.App != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// App describes our application at a vendor, with the address that browsers are
// sent back to.
func (v *Vault) App(vendor string) (App, string, error) {
	c := v.vendors[vendor]
	if c.App == nil {
		return App{}, "", fault.New(fault.NotFound, "")
	}
	return *c.App, v.cfg.RedirectURL, nil
}

// mayRegister keeps everybody but a superuser away.
func (v *Vault) mayRegister(actor org.Actor, vendor string) error {
	if !actor.May(org.ManageInstallation) {
		return fault.New(fault.Denied, "")
	}
	_, _, err := v.App(vendor)
	return err
}
