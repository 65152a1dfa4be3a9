package admin

import (
	"net/http"
	"net/url"
	"slices"

	"parley/internal/fault"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// wizard is one step of a vendor's set-up, with what was answered before. The
// answers are no secret and travel in the address, so that going back, reloading
// and two tabs all do what they look like.
type wizard struct {
	vendor string
	// title is the vendor's name as people know it.
	title   string
	steps   []vault.Step
	at      int
	answers map[string]string
	errors  web.Errors
	// away is why the vendor could not be asked; the same answers may be sent again.
	away string
	// fields are the choices of a field step.
	fields []ui.Choice
	// likely is the field that is chosen before anybody chose: the one in which
	// most staff have what looks like a sign-in name.
	likely string
	// approve is the link for the customer's own administrator, on a consent step.
	approve string
}

func (w wizard) step() vault.Step { return w.steps[w.at] }

// wizardOf reads where in which set-up the reader is.
func (p *Pages) wizardOf(r *http.Request, answers url.Values) (wizard, error) {
	name := r.PathValue("vendor")
	given := map[string]string{}
	for name, values := range answers {
		given[name] = values[0]
	}
	steps, err := p.Vault.Steps(name, given)
	if err != nil {
		return wizard{}, err
	}
	z := wizard{vendor: name, title: web.ReaderOf(r).T(p.Vault.Title(name)), steps: steps, answers: given}
	z.at = slices.IndexFunc(steps, func(s vault.Step) bool { return s.Name == r.PathValue("step") })
	if z.at < 0 {
		return z, fault.New(fault.NotFound, "")
	}
	return z, nil
}

// firstStep begins a set-up.
func (p *Pages) firstStep(w http.ResponseWriter, r *http.Request) error {
	steps, err := p.Vault.Steps(r.PathValue("vendor"), nil)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, stepPath(r.PathValue("vendor"), steps[0].Name, nil))
}

func stepPath(vendor, step string, answers map[string]string) string {
	q := url.Values{}
	for name, answer := range answers {
		q.Set(name, answer)
	}
	path := "/settings/connect/" + vendor + "/" + step
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// path is the address of a step of this set-up with all answers.
func (w wizard) path(at int) string { return stepPath(w.vendor, w.steps[at].Name, w.answers) }

// unanswered is the first step before this one that lacks an answer, or -1: who
// comes by an old or a made-up address starts where there is something to say.
func (w wizard) unanswered() int {
	for i, s := range w.steps[:w.at] {
		if s.Kind == vault.StepField && !isField(w.answers[fieldAnswer]) {
			return i
		}
		for _, q := range s.Questions {
			if q.Required && q.Default == "" && w.answers[q.Name] == "" {
				return i
			}
		}
	}
	return -1
}

// showStep draws a step.
func (p *Pages) showStep(w http.ResponseWriter, r *http.Request) error {
	z, err := p.wizardOf(r, r.URL.Query())
	if err != nil {
		return err
	}
	unregistered, err := p.unregistered(r, z.vendor)
	if err != nil {
		return err
	}
	if unregistered {
		return web.Redirect(w, r, "/settings/video/new")
	}
	if z.signedIn() || z.step().Kind == vault.StepFinish {
		return web.Redirect(w, r, "/settings/video")
	}
	if i := z.unanswered(); i >= 0 {
		return web.Redirect(w, r, z.path(i))
	}
	return p.drawStep(w, r, http.StatusOK, z)
}

func (p *Pages) unregistered(r *http.Request, vendor string) (bool, error) {
	offers, err := p.Vault.Offers(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, videoKind)
	return slices.ContainsFunc(offers, func(o vault.Offer) bool { return o.Vendor == vendor && o.Missing != nil }), err
}

func (p *Pages) drawStep(w http.ResponseWriter, r *http.Request, status int, z wizard) (err error) {
	switch z.step().Kind {
	case vault.StepField:
		z.fields, z.likely, err = p.fieldChoices(r)
	case vault.StepConsent:
		z.approve, err = p.approval(w, r, z.vendor, z.answers)
	}
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	header := ui.PageHeaderProps{Title: reader.T(z.step().Title), Subtitle: reader.T(z.step().Lead),
		Breadcrumb: aboveVideo(reader, crumb(z.title, "/settings/connect/"+z.vendor))}
	return page.Render(w, r, status, wizardPage(reader, page.Frame(w, r, header.Title, inSettings), header, z))
}

// approval is the link that a customer's own administrator may have to open
// first. Its origin is the vendor's sign-in, where the form of this page leads.
// An answer that the vendor cannot read gives no link, and is told when the form
// is sent.
func (p *Pages) approval(w http.ResponseWriter, r *http.Request, vendor string, answers map[string]string) (string, error) {
	address, err := p.Vault.AdminConsentURL(r.Context(), web.ActorOf(r), vendor, answers)
	if fault.Is(err, fault.Invalid) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	web.AllowForm(w, originOf(address))
	return address, nil
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// answerStep takes the answers of a step and goes on.
func (p *Pages) answerStep(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	z, err := p.wizardOf(r, form.Values)
	if err != nil {
		return err
	}
	if i := z.unanswered(); i >= 0 {
		return web.Redirect(w, r, z.path(i))
	}
	if z.step().Kind == vault.StepConsent {
		return p.begin(w, r, z)
	}
	answers, err := p.checkStep(r, z)
	if f := fault.As(err); f != nil && vendorAway(f) {
		z.away = words.Fault(web.ReaderOf(r), f)
		return p.drawStep(w, r, http.StatusServiceUnavailable, z)
	}
	if z.errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if z.errors != nil {
		return p.drawStep(w, r, http.StatusUnprocessableEntity, z)
	}
	z.answers = answers
	// The answer may decide which steps follow.
	if z.steps, err = p.Vault.Steps(z.vendor, answers); err != nil {
		return err
	}
	return web.Redirect(w, r, z.path(min(z.at+1, len(z.steps)-1)))
}

// vendorAway reports whether the vendor did not answer, or with nothing that can
// be read. A limit is the vendor's: no reader of ours was too quick.
func vendorAway(f *fault.Error) bool {
	return f.Key != "" && (f.Kind == fault.Away || f.Kind == fault.Limited || f.Kind == fault.Unsure)
}

func (p *Pages) checkStep(r *http.Request, z wizard) (map[string]string, error) {
	if z.step().Kind == vault.StepField && !isField(z.answers[fieldAnswer]) {
		return nil, fault.New(fault.Invalid, "admin.wizard.field.missing").At(fieldAnswer)
	}
	return p.Vault.Answer(r.Context(), web.ActorOf(r), z.vendor, z.step().Name, z.answers)
}

// begin sends the browser to the vendor. What can be put right here is told on
// the step; where the browser has to come back to is kept.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, z wizard) error {
	address, err := p.Vault.Begin(r.Context(), web.ActorOf(r), z.vendor, z.answers)
	if err != nil {
		return p.refused(w, r, z.path(z.at), err)
	}
	p.keepReturn(w, z.path(z.at))
	return web.Redirect(w, r, address)
}

// refused tells a failure that has a sentence where somebody can try again, and
// returns any other.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, back string, err error) error {
	f := fault.As(err)
	if f.Key == "" || f.Kind == fault.NotFound {
		return err
	}
	return tell(w, r, back, "danger", f.Key, textArgs(web.ReaderOf(r), f.Args)...)
}
