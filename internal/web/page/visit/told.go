package visit

import (
	"cmp"
	"time"

	"parley/internal/notify"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// ledger is what was sent about it, to whom, and what became of it.
func (v view) ledger(r words.Reader) ui.TableProps {
	t := ui.TableProps{Caption: r.T("schedule.sent"), Columns: []ui.Column{
		{Label: r.T("schedule.sent.who")}, {Label: r.T("schedule.sent.what")}, {Label: r.T("schedule.sent.channel")},
		{Label: r.T("schedule.sent.state")}, {Label: r.T("schedule.sent.when")},
	}}
	for _, d := range v.sent {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: cmp.Or(v.names[d.PersonID].Name, r.T("schedule.client.gone"))},
			{Text: wordOr(r, "schedule.sent.kind."+d.Kind, r.T("schedule.sent.kind.other"))},
			{Text: wordOr(r, "notify.channel."+d.Channel, d.Channel)},
			{Body: ui.Status(deliveryTones[d.State], d.State.Label(r)), Sub: d.Reason.Text(r)},
			{Text: r.DateTime(v.at(d))},
		}})
	}
	return t
}

// at is when a delivery is due, or when it became what it is.
func (v view) at(d notify.Delivery) time.Time {
	if d.State == notify.Queued && d.Due.After(v.now) {
		return d.Due
	}
	return d.Changed
}

var deliveryTones = map[notify.State]ui.Tone{
	notify.Queued: ui.Info, notify.Sending: ui.Info, notify.Delivered: ui.Success, notify.Mailed: ui.Success,
	notify.Skipped: ui.Neutral, notify.Failed: ui.Danger, notify.Unconfirmed: ui.Warning,
}

// wordOr is the text of a key that another room may not have written.
func wordOr(r words.Reader, key, otherwise string) string {
	if r.Has(key) {
		return r.T(key)
	}
	return otherwise
}

// toneOf is the colour of what happened; what is not listed is of no mood.
var toneOf = map[string]ui.Tone{
	"appointment.book": ui.Success, "appointment.cancel": ui.Neutral, "appointment.state.served": ui.Success,
	"appointment.state.no_show": ui.Danger, "appointment.choose": ui.Warning,
}

// moments are what happened to the appointment, newest first.
func (v view) moments(r words.Reader) (all []ui.Moment) {
	for _, e := range v.history {
		m := ui.Moment{Tone: cmp.Or(toneOf[e.Verb], ui.Info), Text: r.T(e.Key(), e.Args()...), When: r.DateTime(e.At), Stamp: stamp(e.At)}
		if e.Verb == "appointment.reschedule" {
			if from, err := time.Parse(time.RFC3339, e.Data["from"]); err == nil {
				m.Who = r.T("schedule.history.from", "When", r.DateTime(from))
			}
		}
		all = append(all, m)
	}
	return all
}
