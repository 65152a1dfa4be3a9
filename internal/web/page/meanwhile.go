package page

import (
	"net/http"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/words"
)

// Meanwhile tells somebody who was refused because a thing is not as they saw it
// any more: the refusal, and who did what to it last.
func Meanwhile(r *http.Request, orgs *org.Orgs, objectID string, cause error) (web.Flash, error) {
	reader := web.ReaderOf(r)
	f := web.Flash{Tone: "warning", Key: "page.meanwhile", Args: []string{"Why", words.Fault(reader, fault.As(cause)), "What", ""}}
	last, err := orgs.Journal(r.Context(), orgs.Read(), web.ActorOf(r).OrgID, org.JournalFilter{ObjectID: objectID}, org.Page{Limit: 1})
	if err != nil || len(last) == 0 {
		return f, err
	}
	f.Args[3] = reader.T(last[0].Key(), last[0].Args()...) + " (" + reader.Time(last[0].At) + ")"
	return f, nil
}
