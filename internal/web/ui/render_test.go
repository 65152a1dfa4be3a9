package ui_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"parley/internal/web/ui"
	"parley/internal/words"
)

var english = words.Reader{Lang: "en"}

// A tree is a rendered component.
type tree struct{ nodes []*html.Node }

func render(t *testing.T, c templ.Component) tree {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return tree{slices.Collect(doc.Descendants())}
}

// find returns the elements of a tag that carry the attribute, as name=value or name.
func (d tree) find(tag, want string) (found []*html.Node) {
	name, value, exact := strings.Cut(want, "=")
	for _, n := range d.nodes {
		if n.Type != html.ElementNode || tag != "*" && n.Data != tag {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == name && (!exact || a.Val == value) {
				found = append(found, n)
			}
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func one(t *testing.T, d tree, tag, want string) *html.Node {
	t.Helper()
	found := d.find(tag, want)
	if len(found) != 1 {
		t.Fatalf("%s[%s]: %d elements, want 1", tag, want, len(found))
	}
	return found[0]
}

func TestFieldIsTiedToItsWords(t *testing.T) {
	d := render(t, ui.EmailField(english, ui.Field{Name: "email", Label: "E-mail", Hint: "For the link.", Error: "Enter an address.", Value: `"><script>`}))
	box := one(t, d, "input", "name=email")
	for name, want := range map[string]string{
		"id": "email", "type": "email", "autocomplete": "email", "aria-invalid": "true",
		"aria-describedby": "email-error email-hint", "value": `"><script>`,
	} {
		if got := attr(box, name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := text(one(t, d, "label", "for=email")); got != "E-mail (optional)" {
		t.Errorf("label %q", got)
	}
	if got := text(one(t, d, "*", "id=email-error")); got != "Error: Enter an address." {
		t.Errorf("error %q", got)
	}
	if len(d.find("script", "src")) != 0 {
		t.Error("a value became markup")
	}
}

func TestErrorSummaryLinksToItsFields(t *testing.T) {
	d := render(t, ui.ErrorSummary(english, []ui.Problem{{Field: "email", Text: "Enter an address."}, {Text: "The time is taken."}}))
	if got := text(one(t, d, "a", "href=#email")); got != "Enter an address." {
		t.Errorf("link %q", got)
	}
	one(t, d, "*", "role=alert")
	if got := render(t, ui.ErrorSummary(english, nil)).find("*", "role=alert"); len(got) != 0 {
		t.Error("a form without problems has a summary")
	}
}

func TestRadioCardsStartWithTheQuestionsID(t *testing.T) {
	d := render(t, ui.RadioCards(english, ui.ChoiceProps{Name: "method", Legend: "How?", Error: "Choose.", Value: "b",
		Options: []ui.Choice{{Value: "a", Title: "A"}, {Value: "b", Title: "B", Disabled: true, Reason: "Not here."}}}))
	if got := attr(one(t, d, "input", "id=method"), "value"); got != "a" {
		t.Errorf("the question's id leads to %q", got)
	}
	if got := attr(one(t, d, "input", "checked"), "value"); got != "b" {
		t.Errorf("%q is chosen", got)
	}
	if got := attr(one(t, d, "fieldset", "aria-describedby"), "aria-describedby"); got != "method-error" {
		t.Errorf("described by %q", got)
	}
}

func TestFormCarriesItsToken(t *testing.T) {
	d := render(t, ui.Form(ui.FormProps{Action: "/x", CSRF: "secret", Hidden: []string{"step", "2", "odd"}}))
	form := one(t, d, "form", "action=/x")
	if attr(form, "method") != "post" {
		t.Errorf("method %q", attr(form, "method"))
	}
	one(t, d, "input", "value=secret")
	one(t, d, "input", "name=step")
	if len(d.find("input", "name")) != 2 {
		t.Error("a hidden name without a value was sent")
	}
}

func TestSwitchFormAsksForTheOpposite(t *testing.T) {
	for on, want := range map[bool]string{true: "false", false: "true"} {
		button := one(t, render(t, ui.SwitchForm(ui.SwitchProps{Name: "teams", Label: "Teams", On: on})), "button", "role=switch")
		if attr(button, "value") != want || attr(button, "type") != "submit" {
			t.Errorf("a switch that is %v posts %q", on, attr(button, "value"))
		}
	}
}

func TestTableNamesItsRowsAndOrder(t *testing.T) {
	d := render(t, ui.Table(english, ui.TableProps{Caption: "Staff", Select: "id",
		Columns: []ui.Column{{Label: "Name", Sort: "?s=name", Sorted: "desc"}, {Label: "Hours", Numeric: true, Sort: "?s=hours"}},
		Rows:    []ui.Row{{Value: "7", Label: "Ada", Cells: []ui.Cell{{Text: "Ada", Href: "/ada"}, {Text: "12"}}}}}))
	if got := text(one(t, d, "th", "aria-sort=descending")); got != "Name" {
		t.Errorf("sorted by %q", got)
	}
	if got := text(one(t, d, "th", "scope=row")); got != "Ada" {
		t.Errorf("row %q", got)
	}
	if got := attr(one(t, d, "input", "name=id"), "aria-label"); got != "Select Ada" {
		t.Errorf("box %q", got)
	}
	if got := attr(one(t, d, "td", "data-label=Hours"), "class"); got != "num" {
		t.Errorf("figures are in class %q", got)
	}
}

func TestMonthGridOnlyLinksWhatCanBeChosen(t *testing.T) {
	d := render(t, ui.MonthGrid(ui.MonthGridProps{ID: "m", Month: "November 2026", Next: "/dec", NextLabel: "December",
		Weeks: [][]ui.MonthDay{{{Outside: true}, {Number: 1, Label: "1: none"}, {Number: 2, Label: "2: 4 times", Href: "/2", Selected: true, Dots: 9}}}}))
	if got := text(one(t, d, "a", "aria-current=date")); got != "2 2: 4 times" {
		t.Errorf("chosen %q", got)
	}
	if links := d.find("a", "href"); len(links) != 2 {
		t.Errorf("%d links, want the day and the next month", len(links))
	}
	if dots := d.find("circle", "cx"); len(dots) != 3 {
		t.Errorf("%d dots", len(dots))
	}
}

func TestShellMarksWhereTheReaderIs(t *testing.T) {
	nav := []ui.NavItem{{Label: "A", Href: "/a"}, {Label: "B", Href: "/b"}, {Label: "C", Href: "/c"}, {Label: "D", Href: "/d"}, {Label: "E", Href: "/e", Current: true}, {Label: "F", Href: "/f"}}
	d := render(t, ui.Shell(words.Reader{Lang: "fr"}, ui.ShellProps{Page: ui.PageProps{Title: "E", Site: "Parley", Theme: "dark", Brand: "/brand.css"}, Nav: nav}))
	if got := attr(one(t, d, "html", "lang"), "lang"); got != "fr" {
		t.Errorf("lang %q", got)
	}
	one(t, d, "html", "data-theme=dark")
	one(t, d, "link", "href=/brand.css")
	one(t, d, "main", "id=main")
	one(t, d, "a", "href=#main")
	if here := d.find("a", "aria-current=page"); len(here) != 2 || text(here[0]) != "E" {
		t.Errorf("%d links say where the reader is, want one in each menu", len(here))
	}
	if links := d.find("a", "href=/f"); len(links) != 2 {
		t.Errorf("a phone's menu lacks a place")
	}
}

func TestLinksDoNotRunScripts(t *testing.T) {
	d := render(t, ui.LinkButton(ui.ButtonProps{Label: "x", Href: "javascript:alert(1)"}))
	if got := attr(one(t, d, "a", "href"), "href"); strings.HasPrefix(got, "javascript") {
		t.Errorf("href %q", got)
	}
}

// TestGalleryKeepsThePolicy finds what a strict Content-Security-Policy forbids.
func TestGalleryKeepsThePolicy(t *testing.T) {
	for _, page := range []templ.Component{ui.Gallery(english), ui.GalleryBooking(english), ui.GalleryBare(english)} {
		ids := map[string]bool{}
		for _, n := range render(t, page).nodes {
			if n.Data == "script" && attr(n, "src") == "" {
				t.Error("an inline script")
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
					t.Errorf("%s has the attribute %s", n.Data, a.Key)
				}
			}
			if id := attr(n, "id"); id != "" && ids[id] {
				t.Errorf("the id %q is there twice", id)
			} else {
				ids[id] = true
			}
		}
	}
}

// TestWordsAreTranslated renders the gallery in French and finds words of ui's
// own that are still missing.
func TestWordsAreTranslated(t *testing.T) {
	for _, lang := range []string{"en", "fr"} {
		r := words.Reader{Lang: lang}
		for _, page := range []templ.Component{ui.Gallery(r), ui.GalleryBooking(r), ui.GalleryBare(r)} {
			for _, n := range render(t, page).nodes {
				if n.Type == html.TextNode && strings.Contains(n.Data, "⟦") {
					t.Errorf("%s: %s", lang, n.Data)
				}
			}
		}
	}
}
