package admin

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// handView is the page on which a person is matched by hand.
type handView struct {
	connection vault.Connection
	person     org.Person
	// now is their match as it is.
	now identity.Identity
	// text is what was searched for, asked that something was.
	text  string
	asked bool
	found []identity.Candidate
	title string
	// away is why the vendor could not be asked.
	away   string
	errors web.Errors
	// problem is what is wrong with what was asked.
	problem string
}

func (v handView) path() string { return handPath(v.connection.ID, v.person.ID) }

// problems are what is wrong with what was asked, for the summary.
func (v handView) problems() []ui.Problem {
	if v.problem == "" {
		return nil
	}
	return []ui.Problem{{Field: "q", Text: v.problem}}
}

func handPath(connectionID, personID string) string {
	return "/settings/video/" + connectionID + "/staff/" + personID + "/match"
}

// back is the list with this person.
func (v handView) back() string {
	return connectionPath(v.connection) + "?" + "q=" + queryText(v.person.Email)
}

// showHand searches the vendor's directory for the account of one of the staff.
func (p *Pages) showHand(w http.ResponseWriter, r *http.Request) error {
	v, err := p.handOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v.text, v.asked = strings.TrimSpace(q.Get("q")), q.Has("q")
	if !v.asked {
		v.text = v.person.Name
	}
	return p.drawHand(w, r, http.StatusOK, v)
}

// handOf reads whom the page is about. Who is not among the staff of the
// connection is not there.
func (p *Pages) handOf(r *http.Request) (v handView, err error) {
	ctx, q := r.Context(), p.Orgs.Read()
	if v.connection, err = p.connection(r); err != nil {
		return v, err
	}
	c := v.connection
	if v.person, err = p.Orgs.Person(ctx, q, c.OrgID, r.PathValue("person")); err != nil {
		return v, err
	}
	known, err := identity.Of(ctx, q, c.OrgID, c.ID, []string{v.person.ID})
	if err != nil {
		return v, err
	}
	is := false
	if v.now, is = known[v.person.ID]; !is {
		return v, fault.New(fault.NotFound, "")
	}
	v.title = web.ReaderOf(r).T(p.Vault.Title(c.Vendor))
	return v, nil
}

func (p *Pages) drawHand(w http.ResponseWriter, r *http.Request, status int, v handView) error {
	reader := web.ReaderOf(r)
	if v.text != "" {
		var err error
		v.found, err = p.Identities.Candidates(r.Context(), web.ActorOf(r), v.connection.ID, v.text)
		if f := fault.As(err); f != nil && (vendorAway(f) || f.Kind == fault.SignIn || f.Kind == fault.Denied) && f.Key != "" {
			v.away, err = words.Fault(reader, f), nil
		}
		problems, err := web.FieldErrors(r, err)
		if err != nil {
			return err
		}
		if v.errors == nil {
			v.errors = problems
		}
	}
	if v.errors != nil {
		status = http.StatusUnprocessableEntity
		v.problem = cmp.Or(v.errors["text"], v.errors[""])
	}
	header := ui.PageHeaderProps{Title: reader.T("admin.hand", "Name", v.person.Name), Subtitle: reader.T("admin.hand.lead", "Vendor", v.title),
		Breadcrumb: aboveVideo(reader, crumb(v.title, connectionPath(v.connection)))}
	return page.Render(w, r, status, handPage(reader, page.Frame(w, r, header.Title, inSettings), header, v))
}

// matchHand matches a person with the account that was chosen, after it was
// asked once more.
func (p *Pages) matchHand(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.handOf(r)
	if err != nil {
		return err
	}
	v.text = form.Get("q")
	vendorID := form.Get("vendor_id")
	if vendorID == "" {
		v.errors = web.Errors{"": web.ReaderOf(r).T("admin.hand.nobody")}
		return p.drawHand(w, r, http.StatusUnprocessableEntity, v)
	}
	if form.Get(bulkSure) == "" {
		return p.askHand(w, r, v, vendorID)
	}
	if err := p.Identities.MatchByHand(r.Context(), web.ActorOf(r), v.connection.ID, v.person.ID, vendorID); err != nil {
		return told(w, r, v.path()+"?q="+queryText(v.text), err)
	}
	return tell(w, r, v.back(), "success", "admin.hand.done", "Name", v.person.Name)
}

// askHand says who is about to be whom. The vendor is asked again, because what
// a form says of an account proves nothing.
func (p *Pages) askHand(w http.ResponseWriter, r *http.Request, v handView, vendorID string) error {
	reader := web.ReaderOf(r)
	found, err := p.Identities.Candidates(r.Context(), web.ActorOf(r), v.connection.ID, v.text)
	if err != nil {
		return told(w, r, v.path(), err)
	}
	for _, c := range found {
		if c.VendorID != vendorID {
			continue
		}
		q := question{menu: inSettings, header: ui.PageHeaderProps{Title: reader.T("admin.hand.sure", "Name", v.person.Name), Breadcrumb: aboveVideo(reader, crumb(v.title, connectionPath(v.connection)))}}
		q.texts = []string{reader.T("admin.hand.sure.who", "Name", v.person.Name, "Email", v.person.Email, "Account", c.Name, "SignIn", c.SignInName)}
		q.confirm = ui.ConfirmProps{Harmless: true, Text: reader.T("admin.hand.sure.text"), Yes: reader.T("admin.hand.yes"), No: reader.T("admin.cancel"), NoHref: v.path() + "?q=" + queryText(v.text),
			Form: ui.FormProps{Action: v.path(), Hidden: []string{"vendor_id", vendorID, "q", v.text, bulkSure, "true"}}}
		return p.ask(w, r, q)
	}
	v.errors = web.Errors{"": reader.T("admin.hand.vanished")}
	return p.drawHand(w, r, http.StatusUnprocessableEntity, v)
}

// undoHand lets the rule decide about a person again.
func (p *Pages) undoHand(w http.ResponseWriter, r *http.Request) error {
	v, err := p.handOf(r)
	if err != nil {
		return err
	}
	if err := p.Identities.UndoHand(r.Context(), web.ActorOf(r), v.connection.ID, v.person.ID); err != nil {
		return p.refused(w, r, v.back(), err)
	}
	return tell(w, r, v.back(), "success", "admin.hand.undone", "Name", v.person.Name)
}

// useAccount matches by hand the one account that the row named: the value of
// ours is only another address of it.
func (p *Pages) useAccount(w http.ResponseWriter, r *http.Request) error {
	v, err := p.handOf(r)
	if err != nil {
		return err
	}
	if !offersAccount(v.now) {
		return tell(w, r, v.back(), "warning", "admin.hand.vanished")
	}
	found, err := p.Identities.Candidates(r.Context(), web.ActorOf(r), v.connection.ID, v.now.Hint)
	if err != nil {
		return told(w, r, v.back(), err)
	}
	at := slices.IndexFunc(found, func(c identity.Candidate) bool { return strings.EqualFold(c.SignInName, v.now.Hint) })
	if at < 0 {
		return tell(w, r, v.back(), "warning", "admin.hand.vanished")
	}
	if err := p.Identities.MatchByHand(r.Context(), web.ActorOf(r), v.connection.ID, v.person.ID, found[at].VendorID); err != nil {
		return told(w, r, v.back(), err)
	}
	return tell(w, r, v.back(), "success", "admin.hand.done", "Name", v.person.Name)
}

// told tells a failure that has a sentence where somebody can choose again, even
// when what is not there is at the vendor; any other it returns.
func told(w http.ResponseWriter, r *http.Request, back string, err error) error {
	f := fault.As(err)
	if f.Key == "" {
		return err
	}
	return tell(w, r, back, "danger", f.Key, textArgs(web.ReaderOf(r), f.Args)...)
}
