package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"parley/internal/db"
	"parley/internal/words"
)

// spoken are the attributes that a person reads or hears.
var spoken = []string{"title", "alt", "aria-label", "aria-description", "aria-valuetext", "placeholder", "label"}

// universal is what no language translates: units of time and names of zones as
// they are written everywhere, and how technology calls itself.
var universal = []string{"UTC", "GMT", "UPN", "Parley", "Microsoft", "Teams", "/book/", "#0f62b0"}

// TestEveryWordComesFromACatalogue draws every page in the pseudo-language and
// looks for text outside its brackets.
func TestEveryWordComesFromACatalogue(t *testing.T) {
	e := exhibit(t)
	data := e.data()
	told := map[string]string{}
	for _, p := range append(e.all(words.Pseudo), e.over(words.Pseudo)...) {
		if strings.HasPrefix(p.path, "/ui") { // for who builds pages; the demo alone has it
			continue
		}
		for _, text := range heard(p.page) {
			if rest := data.outside(text); rest != "" && told[rest] == "" {
				told[rest] = p.path
				t.Errorf("%s shows %q in %q", p.path, rest, text)
			}
		}
	}
}

// TestNoPageMissesAWord draws every page in each language.
func TestNoPageMissesAWord(t *testing.T) {
	e := exhibit(t)
	pages := map[string][]shown{}
	for _, l := range words.Langs() {
		pages[l.Name] = e.all(l.Tag)
	}
	for _, l := range words.Langs() {
		for _, p := range append(pages[l.Name], e.over(l.Tag)...) {
			if text := wordsOf(p.page); strings.Contains(text, "⟦") || strings.Contains(text, "<no value>") {
				t.Errorf("%s misses a word in %s: %s", p.path, l.Name, text[max(0, strings.Index(text, "⟦")-40):])
			}
		}
	}
	if missing := words.Missing(); len(missing) > 0 {
		t.Errorf("no catalogue has %v", missing)
	}
}

// heard are the texts of a page, each as it stands in its element, and of the
// attributes that are read out.
func heard(page *html.Node) (texts []string) {
	for n := range page.Descendants() {
		switch {
		case n.Type == html.TextNode && !isCode(n.Parent):
			texts = append(texts, n.Data)
		case n.Type == html.ElementNode:
			for _, a := range n.Attr {
				if slices.Contains(spoken, a.Key) || a.Key == "value" && n.DataAtom == atom.Input && slices.Contains([]string{"submit", "button", "reset"}, attr(n, "type")) {
					texts = append(texts, a.Val)
				}
			}
		}
	}
	return texts
}

// isCode reports whether nobody reads what an element holds, or whether it says
// itself that it is not in the page's language.
func isCode(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Code || has(n, "lang") && n.DataAtom != atom.Html {
			return true
		}
	}
	return false
}

// seeded is what the page shows because somebody typed it in or a vendor calls
// it so, the longest first.
type seeded []string

// typed are the columns that hold what somebody typed in or a vendor gave.
var typed = map[string]string{
	"organizations":     "name slug accent zone",
	"people":            "name email phone username employee_no zone",
	"services":          "name slug description",
	"locations":         "name slug address phone zone",
	"connections":       "name account_name tenant_id account_id",
	"other_accounts":    "account_name",
	"examinations":      "by_name",
	"directory_people":  "name sign_in_name mail_folded",
	"identities":        "value sign_in_name vendor_name hint name email username employee_no",
	"identity_runs":     "by_name",
	"directory_aliases": "alias_folded",
	"meetings":          "code place",
	"appointments":      "reason notes",
	"appointment_notes": "text",
	"feedback":          "comment",
	"sessions":          "agent",
	"time_off":          "reason",
	"busy_sources":      "host tail",
	"registrations":     "client_id",
}

// data are the texts of the furnished organization, from the database.
func (e *exhibition) data() (all seeded) {
	one := func(column, table string) []string {
		values, err := db.Values[string](e.t.Context(), e.db, "SELECT DISTINCT "+column+" FROM "+table+"")
		e.ok(err)
		return values
	}
	for table, columns := range typed {
		for _, column := range strings.Fields(columns) {
			for _, value := range one(column, table) {
				all = append(all, value, strings.ToLower(value))
				all = append(all, strings.Split(value, "\n")...) // an address stands on one line elsewhere
			}
		}
	}
	for _, p := range one("name", "people") {
		all = append(all, strings.Split(p, " ")...)
	}
	for _, s := range e.services {
		all = append(all, s.Bring...)
		for _, q := range s.Questions {
			all = append(append(all, q.Label), q.Options...)
		}
	}
	all = append(all, strings.FieldsFunc(uploaded, func(r rune) bool { return r == ',' || r == '\n' })...)
	for _, l := range words.Langs() {
		all = append(all, l.Name)
	}
	for _, way := range []map[string]string{nil, {"consent": "full"}, {"way": "application"}, {"way": "application", "consent": "full"}} {
		all = append(all, e.literals(way)...)
	}
	all = append(all, e.cfg.BaseURL, e.cfg.BaseURL[len("http://"):], e.vendors.URL())
	all = append(all, universal...)
	all = slices.DeleteFunc(all, func(s string) bool { return len(s) < 3 })
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}

// literals are what a vendor's set-up shows as the vendor writes it, for one way
// to connect.
func (e *exhibition) literals(way map[string]string) (all []string) {
	steps, err := e.vault.Steps("teams", way)
	e.ok(err)
	for _, s := range steps {
		for _, scope := range s.Scopes {
			all = append(all, scope.Name)
		}
		for _, h := range s.Help {
			all = append(all, h.Copy, h.Link)
		}
	}
	app, _, err := e.vault.App("teams")
	e.ok(err)
	for _, p := range app.Permissions {
		all = append(all, p.Name)
	}
	return all
}

// initials stand where there is no portrait and no logo.
var initials = regexp.MustCompile(`^\p{Lu}{1,2}$`)

// outside is what of a text is neither from a catalogue nor data, if letters
// are left of it.
func (d seeded) outside(text string) string {
	rest := words.Outside(text)
	if initials.MatchString(rest) {
		return ""
	}
	for _, known := range d {
		if rest == "" {
			break
		}
		rest = strings.ReplaceAll(rest, known, " ")
	}
	if !strings.ContainsFunc(rest, unicode.IsLetter) {
		return ""
	}
	return strings.TrimSpace(rest)
}
