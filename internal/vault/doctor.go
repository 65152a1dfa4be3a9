package vault

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
)

// Names of what the vault itself looks at.
const (
	findState        = "state"
	findRegistration = "registration"
	findOwner        = "owner"
	findAddress      = "redirect"
)

// Diagnose looks at a connection: the vendor's doctor makes the real calls, and
// the vault adds what only it knows. Nothing is kept. One fault never hides
// another.
func (v *Vault) Diagnose(ctx context.Context, orgID, id string) ([]Finding, error) {
	_, ours, theirs, err := v.diagnose(ctx, orgID, id, alone)
	return append(ours, theirs...), err
}

func (v *Vault) diagnose(ctx context.Context, orgID, id string, going func() error) (c Connection, ours, theirs []Finding, err error) {
	if c, err = v.Connection(ctx, v.db, orgID, id); err != nil {
		return c, nil, nil, err
	}
	app, err := v.effective(ctx, v.db, orgID, c.Vendor)
	if err != nil {
		return c, nil, nil, err
	}
	if theirs, err = v.vendorFinds(ctx, c, app, going); err != nil {
		return c, nil, nil, err
	}
	// Read again: the calls may have found out something.
	if c, err = v.Connection(ctx, v.db, orgID, id); err != nil {
		return c, nil, nil, err
	}
	ours, err = v.vaultFinds(ctx, c, app, theirs)
	return c, ours, theirs, err
}

// vendorFinds has the vendor's doctor look, unless the connection is off.
func (v *Vault) vendorFinds(ctx context.Context, c Connection, app Registration, going func() error) ([]Finding, error) {
	doctor := v.vendors[c.Vendor].Doctor
	if doctor == nil || c.State == Disconnected {
		return nil, nil
	}
	p, err := v.patient(ctx, c, app)
	if err != nil {
		return nil, err
	}
	fresh, err := v.beginTrial(ctx, c, p.Trial)
	if err != nil {
		return nil, err
	}
	var all []Finding
	for f := range doctor.Examine(ctx, p) {
		all = append(all, f)
		if err := going(); err != nil {
			return nil, err
		}
	}
	if p.Trial.Ended || (fresh && !p.Trial.Asked) {
		err = v.endTrial(context.WithoutCancel(ctx), c, p.Trial.Key)
	}
	return all, errors.Join(err, ctx.Err())
}

// patient is the connection as a doctor gets it.
func (v *Vault) patient(ctx context.Context, c Connection, app Registration) (p connector.Patient, err error) {
	now, err := v.db.Now(ctx)
	if err != nil {
		return p, err
	}
	p = connector.Patient{Trial: &connector.Trial{}, Registration: app.entry, SecretEnds: app.Expires, Settings: c.Answers, Scopes: c.Scopes, Account: c.Account,
		RedirectURL: v.cfg.RedirectURL, Now: now, Clock: time.Now().UTC().Add(v.db.Moved()), Moved: v.db.Moved()}
	if l := v.vendors[c.Vendor].Listener; l != nil {
		p.NotifyURL = v.cfg.HookURL + l.Path()
	}
	if v.cfg.Made != nil {
		if p.MadeThisMonth, err = v.cfg.Made(ctx, v.db, c.OrgID, c.ID, now); err != nil {
			return p, err
		}
	}
	p.Client, p.Probe, err = v.lendProbe(ctx, c)
	if err != nil && fault.Is(err, fault.Internal) {
		return p, err
	}
	if err != nil {
		p.Client, p.Refused = nil, c.why(err)
	}
	return p, nil
}

// why is what stopped a connection, in the vendor's own words where it said any;
// otherwise what refuses it now.
func (c Connection) why(refused error) error {
	if c.Fault == "" {
		return refused
	}
	return connector.WithEvidence(fault.Wrap(fault.SignIn, refused, c.Fault, c.FaultArgs...), c.Evidence)
}

// vaultFinds is what only the vault knows.
func (v *Vault) vaultFinds(ctx context.Context, c Connection, app Registration, theirs []Finding) ([]Finding, error) {
	now, err := v.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	registration, err := v.findsRegistration(ctx, c, app, now, theirs)
	if err != nil {
		return nil, err
	}
	owner, err := v.findsOwner(ctx, c)
	if err != nil {
		return nil, err
	}
	state, err := v.findsState(ctx, c, theirs)
	if err != nil {
		return nil, err
	}
	// What the vendor's doctor looked at too, it knows better.
	all := slices.DeleteFunc([]Finding{state, registration, owner, v.findsAddress()}, func(f Finding) bool {
		return f.Name == "" || slices.ContainsFunc(theirs, func(t Finding) bool { return t.Name == f.Name && t.Severity != Unseen })
	})
	return all, nil
}

// found writes the texts of a finding: they stand in the catalogue under its fault.
func found(name, wrong string, s Severity, act string, args ...any) Finding {
	key := "vault.doctor." + wrong
	return Finding{Name: name, Fault: wrong, Severity: s, Act: act, Title: key + ".title", Text: key + ".text", Fix: key + ".fix", Args: args}
}

func fine(name, key string, args ...any) Finding {
	return Finding{Name: name, Severity: Fine, Act: ActNobody, Title: "vault.doctor." + key + ".title", Args: args}
}

// findsState says what the connection itself says, unless the vendor's doctor
// said it better: then there is no finding.
func (v *Vault) findsState(ctx context.Context, c Connection, theirs []Finding) (Finding, error) {
	said := slices.ContainsFunc(theirs, func(f Finding) bool { return f.Severity == Wrong })
	g, err := db.One[grant](ctx, v.db, oneGrant, c.OrgID, c.ID)
	if absent(err) != nil {
		return Finding{}, err
	}
	switch {
	case c.State == Disconnected:
		return found(findState, "state.off", Wrong, ActAdministrator, "Name", c.Name), nil
	case err == nil && g.stopped:
		return found(findState, "state.stopping", Wrong, ActAdministrator, "Name", c.Name), nil
	case c.State == NeedsReauthorization && !said:
		return v.ailing(c, "state.reauthorize"), nil
	case c.State == Connected && c.Fault != "" && !said:
		return v.ailing(c, "state.ailing"), nil
	case c.State == Connecting && c.Waiting != "":
		f := found(findState, "state.waiting", Risky, ActVendorAdmin, "Name", c.Name, "Since", c.WaitingSince)
		f.Text = c.Waiting
		return f, nil
	case c.State == Connecting:
		return found(findState, "state.unfinished", Risky, ActAdministrator, "Name", c.Name), nil
	case c.State == NeedsReauthorization || c.Fault != "":
		return Finding{}, nil
	}
	return fine(findState, "state.fine", "Since", c.ConnectedAt), nil
}

// ailing is a connection's own fault as a finding.
func (v *Vault) ailing(c Connection, wrong string) Finding {
	args := append([]any{"Name", c.Name, "Account", c.Account.Name, "When", c.FaultAt}, c.FaultArgs...)
	f := found(findState, wrong, Wrong, ActAdministrator, args...)
	f.Text = c.Fault
	if c.Evidence != (Evidence{}) {
		f.Evidence = []Evidence{c.Evidence}
	}
	return f
}

// findsRegistration looks at our own application at the vendor.
func (v *Vault) findsRegistration(ctx context.Context, c Connection, app Registration, now time.Time, theirs []Finding) (Finding, error) {
	refused, is, err := v.FaultOf(ctx, v.db, c.OrgID, c.Vendor)
	if err != nil {
		return Finding{}, err
	}
	theirsToo := slices.ContainsFunc(theirs, func(f Finding) bool { return f.Severity == Wrong && f.Act == ActOperator })
	args := []any{"Client", app.ClientID, "When", app.Expires}
	urgency := app.Urgency(now)
	switch {
	case !app.Complete():
		return found(findRegistration, "registration.missing", Wrong, ActOperator), nil
	case urgency > 2:
		return found(findRegistration, "registration.ended", Wrong, ActOperator, args...), nil
	case is && !theirsToo:
		f := found(findRegistration, "registration.refused", Wrong, ActOperator, args...)
		f.Text = refused.Fault
		if refused.Evidence != (Evidence{}) {
			f.Evidence = []Evidence{refused.Evidence}
		}
		return f, nil
	case app.ClientID != c.ClientID && c.State != Disconnected:
		return found(findRegistration, "registration.other", Wrong, ActAdministrator, args...), nil
	case urgency > 0:
		days := int(app.Expires.Sub(now) / (24 * time.Hour))
		return found(findRegistration, "registration.ends", Risky, ActOperator, append(args, "Count", days)...), nil
	case app.Expires.IsZero():
		return fine(findRegistration, "registration.endless", args[:2]...), nil
	}
	return fine(findRegistration, "registration.fine", args...), nil
}

// findsOwner looks whether there is still somebody who is told.
func (v *Vault) findsOwner(ctx context.Context, c Connection) (Finding, error) {
	p, err := v.cfg.Orgs.Person(ctx, v.db, c.OrgID, c.ConnectedBy)
	if absent(err) != nil {
		return Finding{}, err
	}
	if err != nil || !p.Active {
		return found(findOwner, "owner.left", Risky, ActAdministrator, "Person", p.Name, "Account", c.Account.Name), nil
	}
	return fine(findOwner, "owner.fine", "Person", p.Name), nil
}

// findsAddress looks whether vendors can send a browser, and word, to us. This
// machine's own address is for trying things out.
func (v *Vault) findsAddress() Finding {
	u, err := url.Parse(v.cfg.RedirectURL)
	if err == nil && (u.Scheme == "https" || loopback(u.Hostname())) {
		return fine(findAddress, "address.fine", "Address", u.Scheme+"://"+u.Host)
	}
	return found(findAddress, "address.open", Risky, ActOperator, "Address", v.cfg.RedirectURL)
}
