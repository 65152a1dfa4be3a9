package page

import (
	"cmp"
	"net/http"
	"net/url"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// product is the name that stands where no organization does.
const product = "Parley"

// A place is an entry of the one menu. It is shown to whoever may open it, once
// somebody has built it.
type place struct{ name, href, icon string }

var places = []place{
	{"schedule", "/schedule", "calendar"},
	{"desk", "/desk", "headset"},
	{"mentoring", "/mentoring", "mentoring"},
	{"groups", "/groups", "people"},
	{"staff", "/staff", "person"},
	{"services", "/services", "services"},
	{"manage", "/manage", "chart"},
	{"settings", "/settings", "settings"},
}

// Frame is the frame of a page for members. Current names the entry of the menu
// that the page belongs to: schedule, desk, mentoring, groups, staff, services,
// manage or settings.
func Frame(w http.ResponseWriter, r *http.Request, title, current string) ui.ShellProps {
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	return ui.ShellProps{
		Page:      document(r, title),
		Org:       brand(web.OrganizationOf(r), "/"),
		Nav:       menu(r, reader, current),
		Viewer:    viewer(r, reader, actor),
		Languages: languages(r, reader),
		Theme:     ui.ThemeForm{Action: "/theme"},
		Flash:     told(w, r),
		Help:      help(r, reader),
	}
}

// Public is the frame of a page for clients of the organization of the page.
func Public(w http.ResponseWriter, r *http.Request, title string) ui.PublicShellProps {
	reader, at := web.ReaderOf(r), web.OrganizationOf(r)
	return ui.PublicShellProps{
		Page:      document(r, title),
		Org:       brand(at, "/book/"+at.Slug),
		Languages: languages(r, reader),
		Flash:     told(w, r),
		Credit:    reader.T("page.credit"),
	}
}

// Bare is the frame of signing in, of the first run and of failures.
func Bare(w http.ResponseWriter, r *http.Request, title string) ui.BareShellProps {
	return ui.BareShellProps{
		Page:      document(r, title),
		Org:       brand(web.OrganizationOf(r), "/"),
		Languages: languages(r, web.ReaderOf(r)),
		Flash:     told(w, r),
	}
}

// First is the place a member starts at: the first of the menu they may open.
func First(r *http.Request) string {
	for _, p := range places {
		if web.May(r, "GET "+p.href) {
			return p.href
		}
	}
	return "/profile"
}

func document(r *http.Request, title string) ui.PageProps {
	at := web.OrganizationOf(r)
	p := ui.PageProps{Title: title, Site: cmp.Or(at.Name, product), Theme: ui.ThemeOf(r)}
	if at.Accent != "" {
		p.Brand = brandURL(at, "brand.css")
	}
	return p
}

func brand(at org.Organization, home string) ui.Brand {
	b := ui.Brand{Name: cmp.Or(at.Name, product), Home: home}
	if at.LogoType != "" {
		b.Logo, b.Plate = brandURL(at, "logo"), string(at.LogoPlate)
	}
	return b
}

func menu(r *http.Request, reader words.Reader, current string) []ui.NavItem {
	var items []ui.NavItem
	for _, p := range places {
		if web.May(r, "GET "+p.href) {
			items = append(items, ui.NavItem{Label: reader.T("page.menu." + p.name), Href: p.href, Icon: p.icon, Current: p.name == current})
		}
	}
	return items
}

func viewer(r *http.Request, reader words.Reader, actor org.Actor) ui.Viewer {
	v := ui.Viewer{Name: actor.Name, Detail: actor.Organization.Name}
	if web.May(r, "GET /profile") {
		v.Menu = append(v.Menu, ui.MenuItem{Label: reader.T("page.profile"), Icon: "person", Href: "/profile"},
			ui.MenuItem{Label: reader.T("page.sessions"), Icon: "shield", Href: "/profile/sessions"})
	}
	if web.May(r, "GET /installation/apps") {
		v.Menu = append(v.Menu, ui.MenuItem{Label: reader.T("page.apps"), Icon: "plug", Href: "/installation/apps"})
	}
	if web.May(r, "GET /installation/support") {
		v.Menu = append(v.Menu, ui.MenuItem{Label: reader.T("page.support"), Icon: "chat", Href: "/installation/support"})
	}
	v.Menu = append(v.Menu, ui.MenuItem{Label: reader.T("page.sign_out"), Icon: "sign-out", Href: "/signout", Post: true, Divider: len(v.Menu) > 0})
	return v
}

// languages are the languages to choose from in this browser. A member whose
// profile names one changes it there.
func languages(r *http.Request, reader words.Reader) []ui.Language {
	if web.ActorOf(r).Lang != "" {
		return nil
	}
	back := "/"
	if r.Method == http.MethodGet {
		back = r.URL.RequestURI()
	}
	var all []ui.Language
	for _, l := range words.Langs() {
		all = append(all, ui.Language{Code: l.Tag, Name: l.Name, Current: l.Tag == reader.Language(),
			Href: "/language?lang=" + l.Tag + "&next=" + url.QueryEscape(back)})
	}
	return all
}

// told is what the last act left to tell.
func told(w http.ResponseWriter, r *http.Request) []ui.Message {
	f, ok := web.Told(w, r)
	if !ok {
		return nil
	}
	return []ui.Message{{Tone: ui.Tone(f.Tone), Text: f.Text(web.ReaderOf(r))}}
}
