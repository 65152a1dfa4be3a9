package page

import (
	"net/http"

	"github.com/a-h/templ"

	"parley/internal/support"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// HelpPath is the guide, ContactPath the message to whoever helps.
const (
	HelpPath    = "/help"
	ContactPath = "/help/contact"
)

// helpURL is the guide to the page that is being answered.
func helpURL(r *http.Request) string {
	return Address(HelpPath, "from", web.PatternOf(r), "page", support.CleanPath(r.URL.Path))
}

// ContactURL leads to the message about a page, with the number of what went
// wrong there, if anything did. From is the route of the page.
func ContactURL(from, path, reference string) string {
	return Address(ContactPath, "from", from, "page", support.CleanPath(path), "reference", reference)
}

// help are the entries of the "?": the guide opens beside the page, or without
// JavaScript as a page of its own.
func help(r *http.Request, reader words.Reader) []ui.MenuItem {
	if !web.May(r, "GET "+HelpPath) {
		return nil
	}
	guide := helpURL(r)
	return []ui.MenuItem{
		{Label: reader.T("help.open"), Icon: "help", Href: guide, Attrs: templ.Attributes{
			"data-dialog": ui.HelpDrawer, "hx-get": guide, "hx-target": "#" + ui.HelpDrawer + "-body", "hx-select": "#help-topic", "hx-swap": "innerHTML show:none"}},
		{Label: reader.T("help.all"), Icon: "search", Href: HelpPath},
		{Label: reader.T("help.contact"), Icon: "chat", Href: ContactURL(web.PatternOf(r), r.URL.Path, "")},
	}
}
