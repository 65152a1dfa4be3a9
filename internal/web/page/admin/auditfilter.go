package admin

import (
	"net/http"
	"slices"
	"strings"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// auditFilters are the parts of the address that narrow the log. "person" and
// "of" come with links: what one person did, and what was done to one thing.
var auditFilters = []string{"q", "who", "kind", "verb", "from", "to", "person", "of"}

// itself is the answer of "who" that means the program.
const itself = "parley"

// actorsMost bounds how many people one name may stand for.
const actorsMost = 100

// auditFilter reads the filters: what is wrong with them, and what failed. A day
// is one of the reader's own zone.
func (p *Pages) auditFilter(r *http.Request, reader words.Reader) (f org.JournalFilter, bad, err error) {
	q := r.URL.Query()
	f = org.JournalFilter{ActorID: q.Get("person"), Verb: q.Get("verb"), Object: q.Get("kind"), ObjectID: q.Get("of"), Text: strings.TrimSpace(q.Get("q"))}
	var wrong fault.Fields
	if len(f.Text) > textMost {
		wrong.Say("q", "admin.audit.text.long")
	}
	for name, set := range map[string]func(calendar.Span){
		"from": func(day calendar.Span) { f.From = day.Start },
		"to":   func(day calendar.Span) { f.To = day.End },
	} {
		if q.Get(name) == "" {
			continue
		}
		day, err := calendar.ParseDate(q.Get(name))
		if err != nil {
			wrong.Add(name, fault.As(err))
			continue
		}
		set(day.In(reader.Zone))
	}
	if bad = wrong.Err(); bad != nil {
		return f, bad, nil
	}
	err = p.auditWho(r, reader, strings.TrimSpace(q.Get("who")), &f)
	return f, nil, err
}

// textMost bounds a search.
const textMost = 200

// auditWho turns a name that was typed into those who have it. Nobody of the
// name means nothing found.
func (p *Pages) auditWho(r *http.Request, reader words.Reader, name string, f *org.JournalFilter) error {
	switch {
	case name == "":
		return nil
	case strings.EqualFold(name, itself), strings.EqualFold(name, reader.T("admin.audit.program")):
		f.Itself = true
		return nil
	}
	people, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Text: name, Limit: actorsMost})
	f.Actors = []string{}
	for _, m := range people {
		f.Actors = append(f.Actors, m.ID)
	}
	return err
}

// groups are the verbs of the filter in groups as people think of them, by the
// noun that a verb begins with.
var groups = []struct {
	name  string
	nouns []string
}{
	{"appointments", []string{"appointment", "waiting"}},
	{"connections", []string{"connection", "identity", "registration", "busy"}},
	{"services", []string{"service", "location"}},
	{"staff", []string{"member", "role", "staff", "client"}},
	{"hours", []string{"hours", "timeoff", "absence"}},
	{"organization", []string{"organization", "brand", "setting"}},
	{"access", []string{"session", "person"}},
}

// verbOptions are all verbs that have a sentence.
func verbOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("admin.audit.anything")}}
	verbs := words.Keys("journal.")
	for _, g := range groups {
		for _, v := range verbs {
			if slices.Contains(g.nouns, nounOf(v)) {
				all = append(all, verbOption(r, g.name, v))
			}
		}
	}
	for _, v := range verbs {
		if !grouped(nounOf(v)) {
			all = append(all, verbOption(r, "other", v))
		}
	}
	return all
}

func verbOption(r words.Reader, group, verb string) ui.Option {
	return ui.Option{Value: verb, Label: known(r, "admin.verb.", verb), Group: r.T("admin.verbs." + group)}
}

func nounOf(verb string) string {
	noun, _, _ := strings.Cut(verb, ".")
	return noun
}

func grouped(noun string) bool {
	for _, g := range groups {
		if slices.Contains(g.nouns, noun) {
			return true
		}
	}
	return false
}

// kindOptions are the kinds of thing that something can be done to.
func kindOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("admin.audit.kind.any")}}
	for _, kind := range words.Keys("admin.kind.") {
		all = append(all, ui.Option{Value: kind, Label: kindWord(r, kind)})
	}
	return all
}

func kindWord(r words.Reader, kind string) string { return known(r, "admin.kind.", kind) }
