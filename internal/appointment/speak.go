package appointment

import (
	"context"
	"slices"

	"parley/internal/db"
)

// tonguesOf reads the languages of people; who has said none serves in the
// organization's.
const tonguesOf = `SELECT p.id, COALESCE(f.languages, '[]'), o.lang FROM people p
JOIN organizations o ON o.id = p.org_id
LEFT JOIN staff f ON f.org_id = p.org_id AND f.person_id = p.id
WHERE p.org_id = $1 AND p.id IN (`

// tongues are the languages in which somebody can serve a client.
type tongues struct {
	person, home string
	spoken       []string
}

func (t *tongues) Columns(c *db.Columns) {
	c.Col("id", &t.person)
	c.Col("languages", db.JSON[[]string]{To: &t.spoken})
	c.Col("lang", &t.home)
}

// Speaks returns the languages in which each of some members of staff can serve
// a client, as tags. Who has said none serves in the organization's own.
func (a *Appointments) Speaks(ctx context.Context, q db.Q, orgID string, staff []string) (map[string][]string, error) {
	spoken := make(map[string][]string, len(staff))
	if len(staff) == 0 {
		return spoken, nil
	}
	rows, err := db.All[tongues](ctx, q, tonguesOf+db.Params(2, len(staff))+")", with(staff, orgID)...)
	for _, t := range rows {
		if len(t.spoken) == 0 {
			t.spoken = []string{t.home}
		}
		spoken[t.person] = t.spoken
	}
	return spoken, err
}

// speaking are those of the staff who can serve a client in a language.
func (a *Appointments) speaking(ctx context.Context, q db.Q, orgID, lang string, staff []string) ([]string, error) {
	spoken, err := a.Speaks(ctx, q, orgID, staff)
	return slices.DeleteFunc(slices.Clone(staff), func(id string) bool { return !slices.Contains(spoken[id], lang) }), err
}
