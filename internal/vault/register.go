package vault

import (
	"context"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// A Draft is a registration as a superuser entered it.
type Draft struct {
	// OrgID is the organization that it shall be for alone; empty for all.
	OrgID    string
	Vendor   string
	ClientID string
	// Secret or Certificate (PEM) replace what was kept; with neither, it stays.
	Secret, Certificate connector.Secret
	// Expires is when the secret ends, as its maker said; a certificate says so
	// itself.
	Expires time.Time
	// Version is what the superuser saw; zero when nothing was kept.
	Version int64
	// Sure says that connections may stop, which a new application cannot renew.
	Sure bool
}

// SaveRegistration keeps a registration. It holds at once, in all processes.
// Connections that another application was given have to be reauthorized, which
// is told to those who connected them; the superuser has to be sure of it.
func (v *Vault) SaveRegistration(ctx context.Context, actor org.Actor, d Draft) error {
	if err := v.mayRegister(actor, d.Vendor); err != nil {
		return err
	}
	if d.OrgID != "" {
		if _, err := v.cfg.Orgs.Organization(ctx, v.db, d.OrgID); err != nil {
			return err
		}
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := v.drafted(ctx, tx, d)
		if err != nil {
			return err
		}
		if err := v.sure(ctx, tx, d, r); err != nil {
			return err
		}
		r.SetBy, r.SetByName, r.SetAt = actor.PersonID, actor.Name, tx.Now()
		if err := v.keepRegistration(ctx, tx, d, &r); err != nil {
			return err
		}
		return v.registrationChanged(ctx, tx, actor, r, "registration.save")
	})
}

// drafted is the registration that a draft makes of what is kept.
func (v *Vault) drafted(ctx context.Context, tx *db.Tx, d Draft) (Registration, error) {
	r, err := db.One[Registration](ctx, tx, oneRegistration, d.OrgID, d.Vendor)
	switch {
	case fault.Is(err, fault.NotFound):
		r = Registration{OrgID: d.OrgID, Vendor: d.Vendor}
	case err != nil:
		return r, err
	}
	if r.Version != d.Version {
		return r, stale(r)
	}
	if r.Version > 0 {
		if err := v.openProof(&r); err != nil {
			return r, err
		}
	}
	other := r.ClientID != strings.TrimSpace(d.ClientID)
	r.ClientID, r.Expires = strings.TrimSpace(d.ClientID), d.Expires
	r.entry, err = v.proved(r, d, other)
	if err != nil {
		return r, err
	}
	return r, r.describe()
}

// proved is the registration as the vendor would get it, once nothing is wrong
// with it that can be seen from here.
func (v *Vault) proved(r Registration, d Draft, other bool) (connector.Registration, error) {
	entry := connector.Registration{ClientID: r.ClientID, Secret: d.Secret, Certificate: d.Certificate}
	var f fault.Fields
	switch {
	case !d.Secret.Empty() && !d.Certificate.Empty():
		f.Say(FieldCertificate, "vault.registration.both")
	case d.Secret.Empty() && d.Certificate.Empty() && (r.Version == 0 || other):
		// What proved one application does not prove another.
		f.Say(FieldSecret, "vault.registration.proof")
	case d.Secret.Empty() && d.Certificate.Empty():
		entry.Secret, entry.Certificate = r.entry.Secret, r.entry.Certificate
	}
	if entry.ClientID == "" {
		f.Say(FieldID, "vault.registration.id")
	} else if err := v.vendors[r.Vendor].App.Check(entry); err != nil {
		f = append(f, err)
	}
	return entry, f.Err()
}

// sure asks once more before connections stop.
func (v *Vault) sure(ctx context.Context, tx *db.Tx, d Draft, r Registration) error {
	if d.Sure {
		return nil
	}
	if _, outside := v.outside(d.Vendor); outside && d.OrgID == "" {
		return nil // it does not count yet
	}
	lost, err := db.All[Connection](ctx, tx, strangers, d.Vendor, r.ClientID, d.OrgID)
	if err == nil && len(lost) > 0 {
		return fault.New(fault.Invalid, "vault.registration.sure", "Count", len(lost)).At("sure")
	}
	return err
}

func (v *Vault) keepRegistration(ctx context.Context, tx *db.Tx, d Draft, r *Registration) error {
	if err := v.sealProof(r); err != nil {
		return err
	}
	if d.Version == 0 {
		r.Version = 1
		n, err := db.InsertCount(ctx, tx, "registrations", r, "ON CONFLICT (org_id, vendor) DO NOTHING")
		if err == nil && n == 0 {
			err = v.staleNow(ctx, tx, d.OrgID, d.Vendor)
		}
		return err
	}
	n, err := tx.Exec(ctx, saveRegistration, r.OrgID, r.Vendor, d.Version, r.ClientID, r.Kind, r.Hint, r.Subject, r.sealed, r.sealedWith,
		db.Time(r.Expires), r.SetBy, r.SetByName, db.Time(r.SetAt))
	if err == nil && n == 0 {
		err = v.staleNow(ctx, tx, d.OrgID, d.Vendor)
	}
	return err
}

// stale says that somebody else saved meanwhile, and who.
func stale(r Registration) error {
	if r.Version == 0 {
		return fault.New(fault.Conflict, "vault.registration.removed")
	}
	return fault.New(fault.Conflict, "vault.registration.stale", "Name", r.SetByName, "When", r.SetAt)
}

func (v *Vault) staleNow(ctx context.Context, tx *db.Tx, orgID, vendor string) error {
	r, err := db.One[Registration](ctx, tx, oneRegistration, orgID, vendor)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return stale(r)
}

// RemoveRegistration forgets what was entered. What stands behind it counts
// again, if anything does.
func (v *Vault) RemoveRegistration(ctx context.Context, actor org.Actor, orgID, vendor string, version int64) error {
	if err := v.mayRegister(actor, vendor); err != nil {
		return err
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := db.One[Registration](ctx, tx, oneRegistration, orgID, vendor)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, dropRegistration, orgID, vendor, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return v.staleNow(ctx, tx, orgID, vendor)
		}
		return v.registrationChanged(ctx, tx, actor, r, "registration.remove")
	})
}

// registrationChanged forgets what was wrong before, has every connection of
// another application told so, and writes it down: where the superuser is at
// home, and where it matters.
func (v *Vault) registrationChanged(ctx context.Context, tx *db.Tx, actor org.Actor, r Registration, verb string) error {
	if err := v.operatorWell(ctx, tx, r); err != nil {
		return err
	}
	err := job.Add(ctx, tx, job.Job{Key: kindRegistration + ":" + r.Vendor, Kind: kindRegistration, Args: []byte(r.Vendor)})
	if err != nil {
		return err
	}
	e := actor.Entry(verb, "registration", r.Vendor, "client", r.ClientID, "vendor", r.Vendor)
	if r.OrgID != "" && r.OrgID != actor.OrgID {
		at := e
		at.OrgID = r.OrgID
		if err := org.Record(ctx, tx, at); err != nil {
			return err
		}
	}
	return org.Record(ctx, tx, e)
}

// TryRegistration asks the vendor whether it accepts the registration that
// counts for the installation (an empty organization) or for one organization.
func (v *Vault) TryRegistration(ctx context.Context, actor org.Actor, orgID, vendor, where string) error {
	if err := v.mayRegister(actor, vendor); err != nil {
		return err
	}
	r, err := v.registered(ctx, v.db, orgID, vendor)
	if err != nil {
		return err
	}
	app := v.vendors[vendor].App
	if err := app.Check(r.entry); err != nil {
		return err
	}
	if err := app.Try(ctx, r.entry, where); err != nil {
		return err
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return v.operatorWell(ctx, tx, r)
	})
}
