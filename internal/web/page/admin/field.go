package admin

import (
	"net/http"
	"slices"

	"parley/internal/identity"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// fieldAnswer is the answer of a step that chooses the staff's field.
const fieldAnswer = "field"

func isField(name string) bool { return slices.Contains(identity.Fields, name) }

// fieldChoices are the fields that may hold the staff's sign-in name, each with
// how many staff have it filled in and looking like one: nothing is known of the
// vendor yet. The likely one is that of most; with none, nothing is likely.
func (p *Pages) fieldChoices(r *http.Request) (all []ui.Choice, likely string, err error) {
	reader := web.ReaderOf(r)
	counts, err := p.Identities.FieldCounts(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	most := 0
	for _, c := range counts {
		if c.LooksLike > most {
			likely, most = c.Field, c.LooksLike
		}
		choice := fieldChoice(reader, c.Field)
		choice.Badge = reader.T("admin.field.looks", "Count", c.LooksLike, "Of", c.Of)
		choice.BadgeTone = shareTone(c.LooksLike, c.Of)
		if c.Filled > c.LooksLike {
			choice.Hint += " " + reader.T("admin.field.filled", "Count", c.Filled-c.LooksLike)
		}
		all = append(all, choice)
	}
	return all, likely, err
}

func fieldChoice(r words.Reader, field string) ui.Choice {
	return ui.Choice{Value: field, Title: r.T("admin.field." + field), Hint: r.T("admin.field." + field + ".hint")}
}

// fieldName is what a field is called; of none, that none is chosen.
func fieldName(r words.Reader, field string) string {
	if !isField(field) {
		return r.T("admin.field.none")
	}
	return r.T("admin.field." + field)
}

// shareTone is how good it is that so many of all do.
func shareTone(some, all int) ui.Tone {
	switch {
	case some == 0:
		return ui.Neutral
	case some == all:
		return ui.Success
	}
	return ui.Info
}
