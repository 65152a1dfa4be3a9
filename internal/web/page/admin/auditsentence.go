package admin

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// sentence tells an entry. What was done to somebody else's hours says whose; a verb of a room that is not there any more is told
// by its name.
func sentence(r words.Reader, names map[string]string, e org.Entry) string {
	if !r.Has(e.Key()) {
		return r.T("admin.audit.other", "Actor", actorOf(r, e), "Verb", e.Verb)
	}
	key, args := e.Key(), e.Args()
	if of := "admin.audit.of." + e.Verb; e.Object == "person" && e.ObjectID != e.ActorID && r.Has(of) {
		key = of
		if e.Data["of"] == "" { // older entries do not say whose
			args = append(args, "Of", r.T("admin.audit.somebody"))
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		if text, ok := args[i+1].(string); ok {
			args[i+1] = inWords(r, names, args[i], text)
			if args[i] == "Value" && e.Verb == "setting.set" {
				args[i+1] = valueWord(r, names, e.ObjectID, text)
			}
		}
	}
	return r.T(key, args...)
}

// inWords puts what an entry keeps for programs into the reader's words: roles,
// fields, settings, dates, instants, and connections by their name.
func inWords(r words.Reader, names map[string]string, about any, text string) any {
	if name := names[text]; name != "" {
		return name
	}
	switch about {
	case "Role":
		return known(r, "org.role.name.", text)
	case "Field":
		return known(r, "admin.field.", text)
	case "Setting":
		return known(r, "admin.setting.", text)
	case "Count":
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	case "Date":
		if day, err := calendar.ParseDate(text); err == nil {
			return r.In(time.UTC).Date(day.In(time.UTC).Start)
		}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	return text
}

// valueWord is what a setting was set to: switches and lengths of time in words,
// choices that have a name by that name, connections by theirs, and text as it was
// typed.
func valueWord(r words.Reader, names map[string]string, setting, value string) any {
	switch value {
	case "":
		return r.T("admin.audit.value.none")
	case "true":
		return r.T("admin.audit.value.on")
	case "false":
		return r.T("admin.audit.value.off")
	}
	if n, err := strconv.Atoi(value); err == nil && setting == calendar.BusyAfter {
		return time.Duration(n) * time.Minute
	}
	return known(r, "admin.setting."+setting+".", cmp.Or(names[value], value))
}

// known is the word for a name, or the name where there is none.
func known(r words.Reader, prefix, name string) string {
	if r.Has(prefix + name) {
		return r.T(prefix + name)
	}
	return name
}

// connectionNames are the names of connections by their ids, and of vendors.
func (p *Pages) connectionNames(r *http.Request, reader words.Reader) (map[string]string, error) {
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	names := map[string]string{}
	for _, vendor := range p.Vault.AppVendors() {
		names[vendor] = reader.T(p.Vault.Title(vendor))
	}
	for _, c := range all {
		names[c.ID] = page.ConnectionName(reader, p.Vault, c)
	}
	return names, err
}

func actorOf(r words.Reader, e org.Entry) string {
	return cmp.Or(e.ActorName, r.T("admin.audit.program"))
}
