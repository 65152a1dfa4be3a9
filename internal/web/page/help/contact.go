package help

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/internal/support"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// contactView is what the page of the message shows.
type contactView struct {
	form    web.Form
	contact support.Contact
	// about is the page it is about, and title what its guide is called.
	about, title string
	reference    string
	from, key    string
	now          time.Time
	// administrators are whom to ask where nobody is set to help; mine leads an
	// administrator to where that is set.
	administrators []string
	mine           string
}

func (p *Pages) contactForm(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	form := web.Form{Values: url.Values{"from": {q.Get("from")}, "page": {q.Get("page")}, "reference": {q.Get("reference")}, "reply": {"on"}}}
	return p.drawContact(w, r, http.StatusOK, form)
}

func (p *Pages) drawContact(w http.ResponseWriter, r *http.Request, status int, form web.Form) (err error) {
	reader, actor, ctx := web.ReaderOf(r), web.ActorOf(r), r.Context()
	v := contactView{form: form, from: form.Get("from"), about: support.CleanPath(web.Local(form.Get("page"))), key: form.Get("key"),
		reference: form.Get("reference")}
	v.title = topicOf(v.from).guide(reader).Title
	if v.key == "" {
		v.key = rand.Text()
	}
	if v.now, err = p.Now(ctx); err != nil {
		return err
	}
	if v.contact, err = p.Support.Contact(ctx, p.Orgs.Read(), actor.OrgID); err != nil {
		return err
	}
	if v.reference == "" {
		v.reference = support.NewReference()
	}
	if !v.contact.Known() {
		if err := p.whoElse(r, &v); err != nil {
			return err
		}
	}
	shell := page.Frame(w, r, reader.T("help.contact"), "")
	return page.Render(w, r, status, contactPage(reader, shell, v))
}

// whoElse finds whom to ask where nobody is set to help.
func (p *Pages) whoElse(r *http.Request, v *contactView) error {
	if web.May(r, "GET "+organizationPlace.path) {
		v.mine = organizationPlace.path
	}
	people, err := p.Orgs.Administrators(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, 5)
	for _, someone := range people {
		v.administrators = append(v.administrators, someone.Name)
	}
	return err
}

// ask sends the message and says where it went.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	form, odd, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	var sent support.Sent
	if err = odd; err == nil {
		sent, err = p.Support.Ask(r.Context(), web.ActorOf(r), support.Question{
			Key: form.Get("key"), Page: web.Local(form.Get("page")), Title: topicOf(form.Get("from")).guide(words.Reader{Lang: web.OrganizationOf(r).Lang}).Title,
			Reference: form.Get("reference"), Message: form.Get("message"), Reply: form.On("reply"),
		})
	}
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawContact(w, r, http.StatusUnprocessableEntity, form)
	}
	flash := web.Flash{Tone: "success", Key: "help.sent", Args: []string{"To", sent.To, "Reference", sent.Reference}}
	if sent.Removed > 0 {
		flash.Tone, flash.Key = "warning", "help.sent.cleaned"
	}
	web.Tell(w, r, flash)
	return web.Redirect(w, r, page.Address(page.HelpPath, "from", form.Get("from"), "page", support.CleanPath(web.Local(form.Get("page")))))
}

// facts are where the message goes and what goes along.
func (v contactView) facts(r words.Reader) (all []ui.Fact) {
	add := func(key, icon, text string) {
		if text != "" {
			all = append(all, ui.Fact{Term: r.T("help.contact." + key), Icon: icon, Text: text})
		}
	}
	if v.contact.ByMail() {
		add("to", "mail", v.contact.Address)
	}
	add("hours", "clock", v.hours(r))
	add("phone", "phone", v.contact.Phone)
	if v.about != "/" {
		all = append(all, ui.Fact{Term: r.T("help.contact.about"), Icon: "card", Body: aboutFact(v.title, v.about)})
	}
	return append(all, ui.Fact{Term: r.T("help.contact.reference"), Icon: "info", Body: codeFact(v.reference)})
}

// hours are when somebody is there, with the zone they are in.
func (v contactView) hours(r words.Reader) string {
	zone, ok := words.Zone(v.contact.Zone)
	if v.contact.Hours == "" || !ok {
		return v.contact.Hours
	}
	return r.T("help.contact.hours.zone", "Hours", v.contact.Hours, "Zone", r.In(zone).ZoneName(v.now))
}

// words to copy to a help desk that is elsewhere.
func (v contactView) toCopy(r words.Reader) string {
	return r.T("help.contact.copy.text", "Page", v.about, "Reference", v.reference)
}

// host is where a help desk is, to be named before somebody goes there.
func (v contactView) host() string {
	u, err := url.Parse(v.contact.Address)
	if err != nil {
		return v.contact.Address
	}
	return u.Host
}

// most is how many characters a message may have, for the box.
func most() string { return strconv.Itoa(support.MessageMax) }

// someone names people to ask.
func (v contactView) someone(r words.Reader) string {
	return strings.TrimSpace(r.List(v.administrators...))
}
