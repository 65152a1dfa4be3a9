package vault

import (
	"context"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
)

// An OperatorFault is a fault of this installation's own registration at a
// vendor. It is nobody's connection that is broken; who runs Parley has to act.
type OperatorFault struct {
	// OrgID is the organization whose own registration it is; empty for the
	// installation's.
	OrgID  string
	Vendor string
	// Fault is the catalogue key of what is wrong.
	Fault string
	// Said is what the vendor said, for the operator's log.
	Said string
	// Evidence is the vendor's own answer, if it gave one.
	Evidence Evidence
	Since    time.Time
	At       time.Time
}

// Columns maps the fault to its table.
func (o *OperatorFault) Columns(c *db.Columns) {
	c.Col("org_id", &o.OrgID)
	c.Col("vendor", &o.Vendor)
	c.Col("fault", &o.Fault)
	c.Col("said", &o.Said)
	c.Col("evidence", db.JSON[Evidence]{To: &o.Evidence})
	c.Col("since", (*db.Time)(&o.Since))
	c.Col("at", (*db.Time)(&o.At))
}

// OperatorFaults lists what is wrong with our registrations now.
func (v *Vault) OperatorFaults(ctx context.Context, q db.Q) ([]OperatorFault, error) {
	return db.All[OperatorFault](ctx, q, allOperatorFaults)
}

// FaultOf is what is wrong with the registration that serves an organization at
// a vendor; the second result is whether there is such a fault.
func (v *Vault) FaultOf(ctx context.Context, q db.Q, orgID, vendor string) (OperatorFault, bool, error) {
	app, err := v.effective(ctx, q, orgID, vendor)
	if err != nil {
		return OperatorFault{}, false, err
	}
	f, err := db.One[OperatorFault](ctx, q, oneOperatorFault, app.OrgID, vendor)
	if fault.Is(err, fault.NotFound) {
		return OperatorFault{}, false, nil
	}
	return f, err == nil, err
}

// noteOperatorFault keeps the fault until a call goes well again, and returns it.
func (v *Vault) noteOperatorFault(ctx context.Context, app Registration, cause error) error {
	f := fault.As(cause)
	v.log.ErrorContext(ctx, "the registration at a vendor is refused: the operator has to act", "vendor", app.Vendor, "organization", app.OrgID, "fault", f.Key, "error", cause)
	e, _ := connector.EvidenceOf(cause)
	err := v.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		args := []any{app.OrgID, app.Vendor, f.Key, cause.Error(), db.JSON[Evidence]{To: &e}, db.Time(tx.Now())}
		o, err := db.One[OperatorFault](ctx, tx, putOperatorFault, args...)
		if err != nil || !o.Since.Equal(o.At) {
			return err
		}
		return v.operator(ctx, tx, o, true)
	})
	if err != nil {
		return err
	}
	return cause
}

// accepted notes that the vendor accepted a registration. What it gave is kept
// before, and is not lost when this fails: the next one to be accepted notes it.
func (v *Vault) accepted(ctx context.Context, app Registration) {
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return v.operatorWell(ctx, tx, app) })
	if err != nil {
		v.log.ErrorContext(ctx, "a vendor accepts our registration again, which could not be noted", "vendor", app.Vendor, "organization", app.OrgID, "error", err)
	}
}

// operatorWell forgets a fault of a registration that the vendor accepted again.
func (v *Vault) operatorWell(ctx context.Context, tx *db.Tx, app Registration) error {
	o, err := db.One[OperatorFault](ctx, tx, dropOperatorFault, app.OrgID, app.Vendor)
	if err != nil {
		return absent(err)
	}
	return v.operator(ctx, tx, o, false)
}

// operator tells those who want to know that a fault of our registration began,
// or that it is over.
func (v *Vault) operator(ctx context.Context, tx *db.Tx, o OperatorFault, begins bool) error {
	for _, hook := range v.OnOperator {
		if err := hook(ctx, tx, o, begins); err != nil {
			return err
		}
	}
	return nil
}

// absent takes "not found" for an answer.
func absent(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Carried lists the connections in use that rest on a registration, an
// organization's own or the installation's: a page of those whose ids come after
// the given one. No connection is there when the last page was.
func (v *Vault) Carried(ctx context.Context, q db.Q, orgID, vendor, after string) ([]Connection, error) {
	all, err := db.All[Connection](ctx, q, carriedBy, vendor, orgID, after)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if err := v.unseal(&all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}
