package admin

import (
	"net/http"

	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

func videoCell(r words.Reader, m org.Person, known map[string]identity.Identity, connected bool) ui.Cell {
	i, found := known[m.ID]
	switch {
	case !m.Active:
		return ui.Cell{Body: activeBadge(r, false)}
	case found:
		return ui.Cell{Body: matchStatus(r, i)}
	}
	return ui.Cell{Text: unmatchedWord(r, connected)}
}

func unmatchedWord(r words.Reader, connected bool) string {
	if connected {
		return r.T("admin.video.unsearched")
	}
	return r.T("admin.staff.unconnected")
}

// identities are who people are at the organization's default connection.
func (p *Pages) identities(r *http.Request, ids []string) (known map[string]identity.Identity, connected bool, err error) {
	id, err := p.defaultVideo(r)
	if err != nil || id == "" {
		return nil, false, err
	}
	known, err = identity.Of(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id, ids)
	return known, true, err
}

// reasons say, for people who are not found at the vendor, why.
func (p *Pages) reasons(r *http.Request, reader words.Reader, ids []string) (map[string]string, error) {
	known, _, err := p.identities(r, ids)
	texts := map[string]string{}
	for id, i := range known {
		if i.State == identity.Missed {
			texts[id] = reasonOf(reader, i)
		}
	}
	return texts, err
}
