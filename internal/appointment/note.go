package appointment

import (
	"context"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// A Note is what the staff write to each other about an appointment. With a day
// on which it is due it is a follow-up: something that is still to be done. No
// client ever sees one.
type Note struct {
	OrgID, ID     string
	AppointmentID string
	AuthorID      string
	Text          string
	// Due is the day on which a follow-up is to be done, as 2026-12-01; empty for a note.
	Due string
	// StaffID is who is to do it: the staff of the appointment.
	StaffID string
	// Written and Changed are when it was first and last saved; Done is when the
	// follow-up was done, and DoneBy by whom.
	Written, Changed, Done time.Time
	DoneBy                 string

	// open says that it is a follow-up which is not done.
	open bool
}

// FollowUp reports whether it is something to be done.
func (n Note) FollowUp() bool { return n.Due != "" }

// Columns maps the note to its table.
func (n *Note) Columns(c *db.Columns) {
	c.Col("org_id", &n.OrgID)
	c.Col("id", &n.ID)
	c.Col("appointment_id", &n.AppointmentID)
	c.Col("author_id", &n.AuthorID)
	c.Col("text", &n.Text)
	c.Col("due", &n.Due)
	c.Col("staff_id", &n.StaffID)
	c.Col("written_at", (*db.Time)(&n.Written))
	c.Col("changed_at", (*db.Time)(&n.Changed))
	c.Col("done_at", (*db.Time)(&n.Done))
	c.Col("done_by", &n.DoneBy)
	c.Col("open", &n.open)
}

const (
	notesOf       = `SELECT {columns} FROM appointment_notes WHERE org_id = $1 AND appointment_id = $2 ORDER BY written_at DESC, id DESC`
	noteByID      = `SELECT {columns} FROM appointment_notes WHERE org_id = $1 AND id = $2`
	saveNote      = `UPDATE appointment_notes SET text = $3, due = $4, changed_at = $5, done_at = $6, done_by = $7, open = $8 WHERE org_id = $1 AND id = $2`
	deleteNote    = `DELETE FROM appointment_notes WHERE org_id = $1 AND id = $2`
	moveFollowUps = `UPDATE appointment_notes SET staff_id = $3 WHERE org_id = $1 AND appointment_id = $2 AND open = TRUE`
	followUpsOf   = `SELECT {columns} FROM appointment_notes WHERE org_id = $1 AND staff_id = $2 AND due <= $3 AND open = TRUE ORDER BY due, id LIMIT 200`
	eraseNotes    = `DELETE FROM appointment_notes WHERE org_id = $1 AND appointment_id IN (SELECT id FROM appointments WHERE org_id = $1 AND client_id = $2)`
)

// Notes returns the notes and follow-ups of an appointment, newest first. Who
// asks must be allowed to open it (see Open).
func (a *Appointments) Notes(ctx context.Context, q db.Q, orgID, id string) ([]Note, error) {
	return db.All[Note](ctx, q, notesOf, orgID, id)
}

// A Task is a follow-up with the appointment that it follows.
type Task struct {
	Note
	Of View
}

// FollowUps returns what a member of staff has still to do up to a day, the
// longest due first.
func (a *Appointments) FollowUps(ctx context.Context, q db.Q, orgID, staffID string, until calendar.Date) ([]Task, error) {
	notes, err := db.All[Note](ctx, q, followUpsOf, orgID, staffID, until.String())
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	var of ids
	for _, n := range notes {
		of.add(n.AppointmentID)
	}
	all, err := db.All[Appointment](ctx, q, byIDs+db.Params(2, len(of.list))+")", with(of.list, orgID)...)
	if err != nil {
		return nil, err
	}
	views, err := a.views(ctx, q, orgID, all)
	found := make(map[string]View, len(views))
	for _, v := range views {
		found[v.ID] = v
	}
	tasks := make([]Task, len(notes))
	for i, n := range notes {
		tasks[i] = Task{n, found[n.AppointmentID]}
	}
	return tasks, err
}

// AddNote writes a note that only members see.
func (a *Appointments) AddNote(ctx context.Context, by org.Actor, id, text string) (Note, error) {
	return a.addNote(ctx, by, Note{AppointmentID: id, Text: text}, "appointment.note.add")
}

// AddFollowUp writes down what is to be done about an appointment, and until when.
func (a *Appointments) AddFollowUp(ctx context.Context, by org.Actor, id, text string, due calendar.Date) (Note, error) {
	return a.addNote(ctx, by, Note{AppointmentID: id, Text: text, Due: due.String(), open: true}, "appointment.followup.add")
}

func (a *Appointments) addNote(ctx context.Context, by org.Actor, n Note, verb string) (_ Note, err error) {
	if n.Text, err = noteText(n.Text); err != nil {
		return n, err
	}
	ap, _, err := a.attended(ctx, a.db, by, n.AppointmentID)
	if err != nil {
		return n, err
	}
	n.OrgID, n.ID, n.AuthorID, n.StaffID = ap.OrgID, db.NewID(), by.PersonID, ap.StaffID
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.view(ctx, tx, ap)
		if err != nil {
			return err
		}
		n.Written, n.Changed = tx.Now(), tx.Now()
		if err := db.Insert(ctx, tx, "appointment_notes", &n); err != nil {
			return err
		}
		return org.Record(ctx, tx, v.entry(by, verb))
	})
	return n, err
}

func noteText(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return text, fault.New(fault.Invalid, "appointment.note.missing").At("text")
	}
	if f := checkText(text, textMax); f != nil {
		return text, f.At("text")
	}
	return text, nil
}

// EditNote changes one's own note. That it was changed stands in the journal.
func (a *Appointments) EditNote(ctx context.Context, by org.Actor, noteID, text string) error {
	text, err := noteText(text)
	if err != nil {
		return err
	}
	return a.changeNote(ctx, by, noteID, "appointment.note.edit", func(n *Note, now time.Time) error {
		if n.AuthorID != by.PersonID {
			return fault.New(fault.Conflict, "appointment.note.others")
		}
		n.Text, n.Changed = text, now
		return nil
	})
}

// RemoveNote takes one's own note away. That there was one stands in the journal.
func (a *Appointments) RemoveNote(ctx context.Context, by org.Actor, noteID string) error {
	return a.changeNote(ctx, by, noteID, "appointment.note.remove", func(n *Note, _ time.Time) error {
		if n.AuthorID != by.PersonID {
			return fault.New(fault.Conflict, "appointment.note.others")
		}
		n.Text = ""
		return nil
	})
}

// FinishFollowUp says that a follow-up is done, or that it is not. Whoever may
// change the appointment may do so. Saying it twice is once.
func (a *Appointments) FinishFollowUp(ctx context.Context, by org.Actor, noteID string, done bool) error {
	verb := "appointment.followup.done"
	if !done {
		verb = "appointment.followup.open"
	}
	return a.changeNote(ctx, by, noteID, verb, func(n *Note, now time.Time) error {
		switch {
		case !n.FollowUp():
			return fault.New(fault.NotFound, "")
		case n.open == !done:
			return errSame
		case done:
			n.open, n.Done, n.DoneBy = false, now, by.PersonID
		default:
			n.open, n.Done, n.DoneBy = true, time.Time{}, ""
		}
		return nil
	})
}

// changeNote is the shape of every change of a note: touch the appointment,
// change, record. A note without text is taken away.
func (a *Appointments) changeNote(ctx context.Context, by org.Actor, noteID, verb string, edit func(*Note, time.Time) error) error {
	n, err := db.One[Note](ctx, a.db, noteByID, by.OrgID, noteID)
	if err != nil {
		return unknown(err, "")
	}
	before, _, err := a.attended(ctx, a.db, by, n.AppointmentID)
	if err != nil {
		return err
	}
	return a.once(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, holdNote, n.OrgID, n.ID); err != nil {
			return err
		}
		if n, err = db.One[Note](ctx, tx, noteByID, by.OrgID, noteID); err != nil {
			return unknown(err, "")
		}
		if err := edit(&n, tx.Now()); err != nil {
			return err
		}
		if err := n.save(ctx, tx); err != nil {
			return err
		}
		v, err := a.view(ctx, tx, before)
		if err != nil {
			return err
		}
		return org.Record(ctx, tx, v.entry(by, verb))
	})
}

// holdNote makes the transaction wait until it is alone with the note.
const holdNote = `UPDATE appointment_notes SET changed_at = changed_at WHERE org_id = $1 AND id = $2`

func (n Note) save(ctx context.Context, tx *db.Tx) error {
	if n.Text == "" {
		_, err := tx.Exec(ctx, deleteNote, n.OrgID, n.ID)
		return err
	}
	_, err := tx.Exec(ctx, saveNote, n.OrgID, n.ID, n.Text, n.Due, db.Time(n.Changed), db.Time(n.Done), n.DoneBy, n.open)
	return err
}
