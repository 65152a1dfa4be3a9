package appointment

import (
	"context"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// SaveReading changes the language in which the client of an appointment is
// written to: mails, calendar entries and pages. In which they want to be served
// is the appointment's own Lang.
func (a *Appointments) SaveReading(ctx context.Context, by org.Actor, id, lang string) error {
	if !words.IsLang(lang) {
		return fault.New(fault.Invalid, "appointment.lang.unknown").At("lang")
	}
	before, err := a.mayChange(ctx, by, Seen{ID: id})
	if err != nil {
		return err
	}
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.view(ctx, tx, before)
		if err != nil || v.Client.Lang == lang {
			return err
		}
		c := v.Client
		if _, err := a.orgs.AddOrFindClient(ctx, tx, v.OrgID, c.Name, c.Email, c.Phone, lang, c.Zone); err != nil {
			return err
		}
		return org.Record(ctx, tx, v.entry(by, "appointment.language", "lang", lang))
	})
}
