package vault

import (
	"context"
	"slices"
	"strconv"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/org"
)

// What a doctor finds, as pages draw it.
type (
	// Finding is one thing that a doctor looked at.
	Finding = connector.Finding
	// Severity is how bad a finding is.
	Severity = connector.Severity
	// Evidence is what a vendor answered, in its own words.
	Evidence = connector.Evidence
)

// The severities.
const (
	Wrong  = connector.Wrong
	Risky  = connector.Risky
	Fine   = connector.Fine
	Unseen = connector.Unseen
)

// Who has to act on a finding.
const (
	ActOperator      = connector.ActOperator
	ActAdministrator = connector.ActAdministrator
	ActVendorAdmin   = connector.ActVendorAdmin
	ActVendor        = connector.ActVendor
	ActNobody        = connector.ActNobody
)

// A Report is what a doctor found at a connection.
type Report struct {
	OrgID        string
	ID           string
	ConnectionID string
	At           time.Time
	// By is who asked for it, and ByName their name; both are empty when nobody
	// did and it was time.
	By, ByName string
	Findings   []Finding
}

// Columns maps the report to its table.
func (r *Report) Columns(c *db.Columns) {
	c.Col("org_id", &r.OrgID)
	c.Col("id", &r.ID)
	c.Col("connection_id", &r.ConnectionID)
	c.Col("at", (*db.Time)(&r.At))
	c.Col("by_id", &r.By)
	c.Col("by_name", &r.ByName)
	c.Col("findings", db.JSON[findings]{To: (*findings)(&r.Findings)})
}

// Faults are the findings that somebody should act on, in their order.
func (r Report) Faults() []Finding { return Faults(r.Findings) }

// Faults are those of the findings that somebody should act on.
func Faults(all []Finding) (bad []Finding) {
	for _, f := range all {
		if f.Severity == Wrong || f.Severity == Risky {
			bad = append(bad, f)
		}
	}
	return bad
}

// Worst is the severity that stands for all findings.
func (r Report) Worst() Severity { return Worst(r.Findings) }

// Worst is the severity that stands for all of the findings; none at all are fine.
func Worst(all []Finding) Severity {
	for _, s := range []Severity{Wrong, Risky, Unseen} {
		if slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == s }) {
			return s
		}
	}
	return Fine
}

// reportsKept is how many reports of a connection are kept.
const reportsKept = 20

// examine has a doctor look at a connection and keeps the report. It calls the
// vendor, so it is not called inside a transaction. It stops when going says that
// somebody else does it now.
func (v *Vault) examine(ctx context.Context, actor org.Actor, id string, going func() error) (Report, error) {
	c, ours, theirs, err := v.diagnose(ctx, actor.OrgID, id, going)
	if err != nil {
		return Report{}, err
	}
	r := Report{OrgID: actor.OrgID, ID: db.NewID(), ConnectionID: id, By: actor.PersonID, ByName: actor.Name, Findings: append(ours, theirs...)}
	ctx = context.WithoutCancel(ctx)
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		r.At = tx.Now()
		return v.keepReport(ctx, tx, actor, r)
	})
	if err != nil {
		return Report{}, err
	}
	return r, v.verdict(ctx, c, theirs)
}

// keepReport also writes it down, unless nobody asked and nothing was found. What
// nobody asked for and says what the last report said is not kept a second time
// in a day.
func (v *Vault) keepReport(ctx context.Context, tx *db.Tx, actor org.Actor, r Report) error {
	c, err := v.Connection(ctx, tx, r.OrgID, r.ConnectionID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, examined, r.OrgID, r.ConnectionID, db.Time(tx.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, answered, r.OrgID, r.ConnectionID, actor.PersonID); err != nil {
		return err
	}
	if known, err := v.known(ctx, tx, actor, r); known || err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "examinations", &r); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, oldReports, r.OrgID, r.ConnectionID, reportsKept); err != nil {
		return err
	}
	faults := len(r.Faults())
	if actor.PersonID == "" && faults == 0 {
		return nil
	}
	return org.Record(ctx, tx, actor.Entry("connection.examine", "connection", c.ID, "name", c.Name, "count", strconv.Itoa(faults)))
}

// known reports whether the last report says the same and is hardly older.
func (v *Vault) known(ctx context.Context, tx *db.Tx, actor org.Actor, r Report) (bool, error) {
	last, err := v.Reports(ctx, tx, r.OrgID, r.ConnectionID, 1)
	if err != nil || len(last) == 0 || actor.PersonID != "" || r.At.Sub(last[0].At) >= daily {
		return false, err
	}
	same := func(a, b Finding) bool { return a.Name == b.Name && a.Fault == b.Fault && a.Severity == b.Severity }
	return slices.EqualFunc(last[0].Findings, r.Findings, same), nil
}

// daily is how often a connection is examined at least.
const daily = 24 * time.Hour

// Report is one report of an organization.
func (v *Vault) Report(ctx context.Context, q db.Q, orgID, id string) (Report, error) {
	return db.One[Report](ctx, q, oneReport, orgID, id)
}

// Reports lists the reports of a connection, latest first.
func (v *Vault) Reports(ctx context.Context, q db.Q, orgID, connectionID string, limit int) ([]Report, error) {
	return db.All[Report](ctx, q, listReports, orgID, connectionID, limit)
}

// examinationsJob has every connection examined that no doctor saw for a day.
func (v *Vault) examinationsJob(ctx context.Context, _ job.Job) error {
	return v.each(ctx, dueExaminations, daily, examined, kindExamine)
}
