package admin

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// callback is where a vendor sends a browser back to: the administrator's, with
// the answer to a sign-in that was begun here, or that of the customer's own
// administrator, who allowed the application and has no account here.
func (p *Pages) callback(w http.ResponseWriter, r *http.Request) error {
	answer := r.URL.Query()
	if answer.Get("state") == "" {
		return p.approved(w, r)
	}
	actor := web.ActorOf(r)
	if !actor.SignedIn() {
		// The address of this page holds the vendor's code: it goes into no other.
		web.Tell(w, r, web.Flash{Tone: "warning", Key: "admin.callback.signin"})
		return web.Redirect(w, r, "/signin?next="+url.QueryEscape("/settings/video"))
	}
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	back := p.takeReturn(w, r)
	c, err := p.Vault.Finish(r.Context(), actor, answer)
	if o, is := vault.OtherOf(err); is { // refused, unless somebody decides knowingly
		return web.Redirect(w, r, "/settings/video/"+o.ConnectionID+"/other")
	}
	if err != nil {
		return p.refused(w, r, back, err)
	}
	if c.State == vault.Connecting {
		return tell(w, r, connectionPath(c), "success", "admin.video.signed", "Account", c.Account.Name)
	}
	return tell(w, r, connectionPath(c), "success", "admin.video.reauthorized", "Account", c.Account.Name)
}

// approved thanks whoever opened the approval link, or says that nothing was
// allowed. It connects nothing and needs nobody to be signed in.
func (p *Pages) approved(w http.ResponseWriter, r *http.Request) error {
	reader, answer := web.ReaderOf(r), r.URL.Query()
	m := ui.Message{Tone: ui.Success, Text: reader.T("vault.consent.thanks")}
	title := reader.T("admin.approved")
	switch {
	case vault.AdminConsented(answer):
	case answer.Get("error") != "":
		title, m = reader.T("admin.unapproved"), ui.Message{Tone: ui.Warning, Text: reader.T("admin.unapproved.text")}
	default:
		return fault.New(fault.Invalid, "vault.state.unknown")
	}
	return page.Render(w, r, http.StatusOK, approvedPage(reader, page.Bare(w, r, title), title, m))
}

// returnCookie keeps, in the browser that was sent to a vendor, the step it was
// sent from, so that a sign-in that failed can be told and repeated there. It
// holds no secret.
const (
	returnCookie = "parley_return"
	returnLife   = 20 * 60 // longer than the vault waits for a sign-in
)

func (p *Pages) keepReturn(w http.ResponseWriter, path string) {
	p.setReturn(w, base64.RawURLEncoding.EncodeToString([]byte(path)), returnLife)
}

// takeReturn is the page that a failed sign-in goes back to.
func (p *Pages) takeReturn(w http.ResponseWriter, r *http.Request) string {
	const list = "/settings/video"
	c, err := r.Cookie(returnCookie)
	if err != nil {
		return list
	}
	p.setReturn(w, "", -1)
	path, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || !strings.HasPrefix(string(path), "/settings/") {
		return list
	}
	return web.Local(string(path))
}

func (p *Pages) setReturn(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: returnCookie, Value: value, Path: CallbackPath, MaxAge: age,
		HttpOnly: true, Secure: p.Site.Secure(), SameSite: http.SameSiteLaxMode})
}

// textArgs writes the arguments of a sentence as a flash carries them: as text,
// instants and lengths of time as the reader writes them. Numbers stay plain, so
// that they still choose the plural.
func textArgs(r words.Reader, args []any) (texts []string) {
	for _, a := range args {
		switch a := a.(type) {
		case time.Time:
			texts = append(texts, r.DateTime(a))
		case time.Duration:
			texts = append(texts, r.Duration(a))
		default:
			texts = append(texts, fmt.Sprint(a))
		}
	}
	return texts
}
