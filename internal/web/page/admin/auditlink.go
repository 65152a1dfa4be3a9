package admin

import (
	"net/http"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
)

// pagesOf are the pages of the kinds of thing, by the route that shows one. A
// route that is not there, or not for the reader, gives no link.
var pagesOf = map[string]struct{ route, path string }{
	"appointment":  {"GET /schedule/{id}", "/schedule/"},
	"service":      {"GET /services/{id}", "/services/"},
	"location":     {"GET /locations/{id}", "/locations/"},
	"connection":   {"GET /settings/video/{id}", "/settings/video/"},
	"registration": {"GET /installation/apps/{vendor}", "/installation/apps/"},
}

// auditPlaces knows which of the people of a page of the log have a page.
type auditPlaces struct{ people map[string]org.Person }

func (p *Pages) auditPlaces(r *http.Request, entries []org.Entry) (auditPlaces, error) {
	var ids []string
	for _, e := range entries {
		if e.Object == "person" {
			ids = append(ids, e.ObjectID)
		}
	}
	people, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, ids)
	return auditPlaces{people}, err
}

// of is the page of what an entry is about; empty where there is none.
func (a auditPlaces) of(r *http.Request, e org.Entry) string {
	if e.Object == "person" {
		return a.person(r, e.ObjectID)
	}
	if e.Object == "organization" && web.May(r, "GET /settings/organization") {
		return "/settings/organization"
	}
	at, ok := pagesOf[e.Object]
	if !ok || e.ObjectID == "" || !web.May(r, at.route) {
		return ""
	}
	return at.path + e.ObjectID
}

func (a auditPlaces) person(r *http.Request, id string) string {
	p, ok := a.people[id]
	switch {
	case !ok:
		return ""
	case p.Kind == org.KindMember && web.May(r, "GET /staff/{id}"):
		return "/staff/" + id
	case p.Kind != org.KindMember && web.May(r, "GET /desk/clients/{id}"):
		return "/desk/clients/" + id
	}
	return ""
}

// byActor narrows the log to whoever did this.
func byActor(e org.Entry) string {
	if e.ActorID == "" {
		return page.Address(auditPath, "who", itself)
	}
	return page.Address(auditPath, "person", e.ActorID)
}
