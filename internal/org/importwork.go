package org

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// The jobs of imports.
const (
	// ImportJob does an import that was started.
	ImportJob = "org.import"
	// ImportDropJob forgets one whose day is over.
	ImportDropJob = "org.import.drop"
)

// Work names the room's jobs of imports to the runner.
func (o *Orgs) Work(r *job.Runner) {
	r.Handle(ImportJob, o.runImport)
	r.Handle(ImportDropJob, func(ctx context.Context, j job.Job) error {
		return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, state := range []string{ImportReady, ImportQueued, ImportDone} {
				if _, err := tx.Exec(ctx, dropImport, j.OrgID, string(j.Args), state); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// runImport does an import. All of the reading and comparing happens before the
// transaction; what the transaction writes is held to the very rows that were
// compared, so that it is done as it was looked at, or not at all.
func (o *Orgs) runImport(ctx context.Context, j job.Job) error {
	im, err := db.One[Import](ctx, o.db, importByID, j.OrgID, string(j.Args))
	if fault.Is(err, fault.NotFound) || err == nil && im.State != ImportQueued {
		return nil
	}
	if err != nil {
		return err
	}
	err = o.doImport(ctx, im)
	var f *fault.Error
	if errors.As(err, &f) && slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Denied, fault.NotFound}, f.Kind) {
		key := f.Key
		if f.Kind == fault.Conflict && key != "org.role.last" || key == "" {
			key = "org.import.stale"
		}
		return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, stopImport, im.OrgID, im.ID, key)
			return err
		})
	}
	return err
}

// progressEach is how many rows are read between two reports.
const progressEach = 2000

func (o *Orgs) doImport(ctx context.Context, im Import) error {
	by, err := o.importer(ctx, im)
	if err != nil {
		return err
	}
	var lines []ImportLine
	read := int64(0)
	plan, err := o.PreviewImport(ctx, o.db, by, im, func(l ImportLine) error {
		if l.Kind == LineNew || l.Kind == LineChanged {
			l.Cells = nil
			lines = append(lines, l)
		}
		if read++; read%progressEach == 0 {
			return o.reportImport(ctx, im, read)
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case plan.Digest != im.digest:
		return fault.New(fault.Conflict, "org.import.stale")
	case plan.Wrong > 0 && im.Policy != ImportGood:
		return fault.New(fault.Invalid, "org.import.wrong")
	}
	if err := o.reportImport(ctx, im, read); err != nil {
		return err
	}
	return o.keepImport(ctx, by, im, lines)
}

func (o *Orgs) reportImport(ctx context.Context, im Import, read int64) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, reportImport, im.OrgID, im.ID, read)
		return err
	})
}

// importer is who started the import, with what they may now.
func (o *Orgs) importer(ctx context.Context, im Import) (Actor, error) {
	p, err := db.One[Person](ctx, o.db, activeMember, im.OrgID, im.ByID)
	if err != nil {
		return Actor{}, fault.Wrap(fault.Denied, err, "org.import.denied")
	}
	by := Actor{OrgID: im.OrgID, PersonID: p.ID, Name: p.Name}
	if by.Held, err = o.RolesOf(ctx, o.db, im.OrgID, p.ID); err != nil {
		return by, err
	}
	for _, h := range by.Held {
		by.Roles = append(by.Roles, h.Role)
	}
	if !by.May(ManageStaff) {
		return by, fault.New(fault.Denied, "org.import.denied")
	}
	return by, nil
}

// keepImport writes everything in one transaction, with statements that hold
// many rows each.
func (o *Orgs) keepImport(ctx context.Context, by Actor, im Import, lines []ImportLine) error {
	staged := stage(by, im, lines)
	result, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	if result, err = packed(result); err != nil {
		return err
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		still, err := db.One[Import](ctx, tx, touchImport, im.OrgID, im.ID)
		if err != nil || still.State != ImportQueued {
			return err
		}
		if _, err := db.One[Organization](ctx, tx, touchOrganization, im.OrgID); err != nil {
			return err
		}
		before, err := leaders(ctx, tx, im.OrgID)
		if err != nil {
			return err
		}
		if err := o.keepStaged(ctx, tx, by, staged); err != nil {
			return err
		}
		after, err := leaders(ctx, tx, im.OrgID)
		if err != nil {
			return err
		}
		if before[0] > 0 && after[0] == 0 {
			return fault.New(fault.Conflict, "org.role.last")
		}
		_, err = tx.Exec(ctx, endImport, im.OrgID, im.ID, result)
		return err
	})
}
