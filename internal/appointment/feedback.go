package appointment

import (
	"context"
	"strings"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/notify"
	"parley/internal/org"
)

// KindFeedback asks a client how it was.
const KindFeedback = "appointment.feedback"

// FeedbackPath is the page behind the signed link in that mail; its object is
// the appointment.
const FeedbackPath = "/feedback"

// AsksFeedback is the setting that has clients asked how it was.
var AsksFeedback = org.DefineSetting("appointment.feedback", org.SettingBool, "true")

const (
	// askAfter is how long after its end an appointment is asked about.
	askAfter = 30 * time.Minute
	// askMost is how late it is still asked: later nobody remembers.
	askMost = 3 * 24 * time.Hour
	// answerMost is how long an answer is taken, and changeMost how long it can
	// be changed.
	answerMost = 60 * 24 * time.Hour
	changeMost = 7 * 24 * time.Hour
)

// A Feedback is what a client said of an appointment afterwards.
type Feedback struct {
	OrgID, AppointmentID, ServiceID, StaffID, ClientID string
	Ended, Asked                                       time.Time
	// Score is 1 to 5; 0 until it is given.
	Score   int64
	Comment string
	Given   time.Time
	Version int64
}

// Columns maps the feedback to its table.
func (f *Feedback) Columns(c *db.Columns) {
	c.Col("org_id", &f.OrgID)
	c.Col("appointment_id", &f.AppointmentID)
	c.Col("service_id", &f.ServiceID)
	c.Col("staff_id", &f.StaffID)
	c.Col("client_id", &f.ClientID)
	c.Col("ended_at", (*db.Time)(&f.Ended))
	c.Col("asked_at", (*db.Time)(&f.Asked))
	c.Col("score", &f.Score)
	c.Col("comment", &f.Comment)
	c.Col("given_at", (*db.Time)(&f.Given))
	c.Col("version", &f.Version)
}

// Closed reports whether it can be neither given nor changed any more.
func (f Feedback) Closed(now time.Time) bool {
	if f.Given.IsZero() {
		return now.After(f.Asked.Add(answerMost))
	}
	return now.After(f.Given.Add(changeMost))
}

// ScoreKey names a score in words in the catalogue.
func ScoreKey(score int64) string { return "appointment.feedback.score." + string(rune('0'+score)) }

const (
	askOnce       = `ON CONFLICT (org_id, appointment_id) DO NOTHING`
	feedbackOf    = `SELECT {columns} FROM feedback WHERE org_id = $1 AND appointment_id = $2`
	touchFeedback = `UPDATE feedback SET version = version + 1 WHERE org_id = $1 AND appointment_id = $2 RETURNING {columns}`
	saveFeedback  = `UPDATE feedback SET score = $3, comment = $4, given_at = $5 WHERE org_id = $1 AND appointment_id = $2`
	eraseFeedback = `UPDATE feedback SET comment = '', version = version + 1 WHERE org_id = $1 AND client_id = $2`
	givenFeedback = `SELECT {columns} FROM feedback WHERE org_id = $1 AND ended_at >= $2 AND ended_at < $3 AND score > 0 ORDER BY ended_at DESC LIMIT 20000`
	askedFeedback = `SELECT COUNT(*) FROM feedback WHERE org_id = $1 AND ended_at >= $2 AND ended_at < $3`
)

// kindAsk is the job that asks.
const kindAsk = "appointment.feedback"

// followUp has the client asked after the end. The job looks at what became of
// the appointment by then.
func (a *Appointments) followUp(ctx context.Context, tx *db.Tx, ap Appointment) error {
	return job.Add(ctx, tx, job.Job{
		Key: "feedback:" + ap.ID, OrgID: ap.OrgID, Kind: kindAsk, Args: []byte(ap.ID), Due: ap.Ends.Add(askAfter),
	})
}

// askFeedback asks the client of an appointment that took place how it was,
// once, if the organization wants to know.
func (a *Appointments) askFeedback(ctx context.Context, j job.Job) error {
	now, err := a.db.Now(ctx)
	if err != nil {
		return err
	}
	ap, err := a.appointment(ctx, a.db, j.OrgID, string(j.Args))
	switch due := ap.Ends.Add(askAfter); {
	case err != nil:
		return err
	case ap.State == Cancelled || ap.State == NoShow || now.After(due.Add(askMost)):
		return nil
	case now.Before(due):
		return job.Later(due.Sub(now)) // it was moved
	}
	asks, err := a.orgs.Setting(ctx, a.db, j.OrgID, AsksFeedback)
	if err != nil || asks.Text != "true" {
		return err
	}
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.view(ctx, tx, ap)
		if err != nil || v.Client.ID == "" {
			return err // a client who was erased is not asked
		}
		f := Feedback{OrgID: ap.OrgID, AppointmentID: ap.ID, ServiceID: ap.ServiceID, StaffID: ap.StaffID, ClientID: ap.ClientID, Ended: ap.Ends, Asked: tx.Now(), Version: 1}
		if n, err := db.InsertCount(ctx, tx, "feedback", &f, askOnce); err != nil || n == 0 {
			return err
		}
		return a.cfg.Notify.Tell(ctx, tx, notify.Notice{
			OrgID: v.OrgID, Key: "feedback:" + v.ID, Kind: KindFeedback, Urgency: notify.Personal, To: []string{v.ClientID}, About: v.ID,
			Until: tx.Now().Add(askMost), Card: feedbackCard(v),
		})
	})
}

// feedbackCard asks how it was.
func feedbackCard(v View) card.Card {
	return card.Card{
		Kind:    KindFeedback,
		Title:   card.Say("appointment.feedback.card.title", card.String("Staff", v.Staff.Name)),
		Subject: subject("appointment.feedback.card.subject", v),
		Lead:    []card.Text{card.Say("appointment.feedback.card.text")},
		Facts:   v.facts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name))),
		Actions: []card.Action{{Label: card.Say("appointment.feedback.card.act"), Path: FeedbackPath, Signed: true, Object: v.ID, Style: card.Primary}},
		Note:    ref(card.Say("appointment.feedback.card.note")),
	}
}

// GiveFeedback keeps what a client says, and lets them change it for a while. The
// signed link in their mail proves who they are.
func (a *Appointments) GiveFeedback(ctx context.Context, orgID, personID, appointmentID string, score int64, comment string) (f Feedback, err error) {
	defer fault.Op(&err, "give feedback on appointment %s", appointmentID)
	comment = strings.TrimSpace(comment)
	var wrong fault.Fields
	if score < 1 || score > 5 {
		wrong.Say("score", "appointment.feedback.score.missing")
	}
	wrong.Add("comment", checkText(comment, textMax))
	if err := wrong.Err(); err != nil {
		return f, err
	}
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err = db.One[Feedback](ctx, tx, touchFeedback, orgID, appointmentID)
		switch {
		case err != nil:
			return unknown(err, "appointment.feedback.unknown")
		case personID == "" || f.ClientID != personID:
			return fault.New(fault.NotFound, "appointment.feedback.unknown")
		case f.Closed(tx.Now()):
			return fault.New(fault.Conflict, "appointment.feedback.closed")
		case f.Score == score && f.Comment == comment:
			return nil
		}
		return a.saveFeedback(ctx, tx, &f, score, comment)
	})
	return f, err
}

func (a *Appointments) saveFeedback(ctx context.Context, tx *db.Tx, f *Feedback, score int64, comment string) error {
	f.Score, f.Comment = score, comment
	if f.Given.IsZero() {
		f.Given = tx.Now()
	}
	if _, err := tx.Exec(ctx, saveFeedback, f.OrgID, f.AppointmentID, f.Score, f.Comment, db.Time(f.Given)); err != nil {
		return err
	}
	ap, err := a.appointment(ctx, tx, f.OrgID, f.AppointmentID)
	if err != nil {
		return err
	}
	v, err := a.view(ctx, tx, ap)
	if err != nil {
		return err
	}
	return org.Record(ctx, tx, v.entry(org.Client(v.Client), "appointment.feedback"))
}

// StopAsking asks a client no more how it was, in this organization.
func (a *Appointments) StopAsking(ctx context.Context, orgID, personID string) error {
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return a.cfg.Notify.Mute(ctx, tx, orgID, personID, KindFeedback, true)
	})
}

// FeedbackOf is what was said of an appointment; false when nobody was asked. It
// has no score while the client has not answered.
func (a *Appointments) FeedbackOf(ctx context.Context, q db.Q, orgID, appointmentID string) (Feedback, bool, error) {
	f, err := db.One[Feedback](ctx, q, feedbackOf, orgID, appointmentID)
	if fault.Is(err, fault.NotFound) {
		return f, false, nil
	}
	return f, err == nil, err
}
