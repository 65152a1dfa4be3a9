package admin

import (
	"net/http"
	"strings"

	"parley/internal/identity"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// reasonPrefix stands before every reason's key; addresses go without it.
const reasonPrefix = "identity.reason."

// staffRows reads one page of the list: one query, however many there are.
func (p *Pages) staffRows(r *http.Request, reader words.Reader, v *connectionView) error {
	found, err := p.Identities.List(r.Context(), p.Orgs.Read(), v.connection.OrgID, v.connection.ID, videoFilter(r))
	if err != nil {
		return err
	}
	v.columns, v.matching, v.totals = v.columnsOf(r, reader), found.Total, found.Totals
	for _, l := range found.Lines {
		v.ids = append(v.ids, l.Person.ID)
		v.rows = append(v.rows, ui.Row{Value: l.Person.ID, Label: l.Person.Name, ID: "staff-" + l.Person.ID, Cells: []ui.Cell{
			{Text: l.Person.Name, Sub: l.Person.Email, Href: "/staff/" + l.Person.ID},
			{Body: vendorUser(reader, *v, l)},
			{Body: matchWord(reader, l.Identity)},
			{Text: ago(reader, l.Identity.Changed, v.now)},
			{Body: toggle(reader, *v, l)},
		}})
	}
	v.pages = page.Numbered(reader, max(found.Page, 1), rowsOf(r), found.Total, pageAddress(r))
	v.pages.Sizes = sizesOf(r)
	return nil
}

// reasonOf says why somebody is not matched.
func reasonOf(r words.Reader, i identity.Identity) string {
	if i.Reason == "" {
		return r.T("admin.video.unsearched")
	}
	return r.T(i.Reason, "Value", i.Value, "Hint", i.Hint)
}

// reasonOptions are the reasons why some of the staff are not matched, and how many
// each is about; the one that was asked for stays, even when nobody has it any more.
func reasonOptions(r words.Reader, missing []identity.ReasonCount, asked string) []ui.Option {
	all := []ui.Option{{Label: r.T("admin.all")}}
	for _, m := range missing {
		short := strings.TrimPrefix(m.Reason, reasonPrefix)
		all = append(all, ui.Option{Value: short, Label: r.T("admin.reason.of", "Reason", reasonWord(r, short), "Number", m.People)})
		if short == asked {
			asked = ""
		}
	}
	if asked != "" && r.Has("admin.reason."+asked) {
		all = append(all, ui.Option{Value: asked, Label: reasonWord(r, asked)})
	}
	return all
}

// reasonWord is a reason in a few words.
func reasonWord(r words.Reader, short string) string { return r.T("admin.reason." + short) }

// offersAccount reports whether the row names the one account that is probably
// theirs, and that can be used as it is.
func offersAccount(i identity.Identity) bool {
	return i.State != identity.Matched && i.Hint != "" && i.Reason == reasonPrefix+"alias"
}

// toggleOne switches Video Calls of one member.
func (p *Pages) toggleOne(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("person")
	return p.switchStaff(w, r, form.On(toggleName(id)), id)
}

// toggleName is the name under which a member's switch is posted.
func toggleName(personID string) string { return "video-" + personID }
