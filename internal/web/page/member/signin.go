package member

import (
	"net/http"
	"net/url"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
)

// askEmail shows the sign-in page, in the demo with everybody one can be.
func (p pages) askEmail(w http.ResponseWriter, r *http.Request) error {
	if web.ActorOf(r).SignedIn() {
		return web.Redirect(w, r, web.Next(r))
	}
	form := web.Form{Values: url.Values{"next": {web.Next(r)}}}
	return p.drawSignIn(w, r, http.StatusOK, form)
}

func (p pages) drawSignIn(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	personas, err := p.orgs.Personas(r.Context())
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	shell := page.Bare(w, r, reader.T("member.signin"))
	return page.Render(w, r, status, signInPage(reader, shell, form, byRole(personas)))
}

// sendLink asks for a link and says the same to everybody: whether an address is
// a member's is nobody's business.
func (p pages) sendLink(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.orgs.AskLink(r.Context(), form.Get("email"), web.Local(form.Get("next")))
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawSignIn(w, r, http.StatusUnprocessableEntity, form)
	}
	reader := web.ReaderOf(r)
	shell := page.Bare(w, r, reader.T("member.sent"))
	return page.Render(w, r, http.StatusOK, sentPage(reader, shell, form.Get("email")))
}

// showLink is where a link lands. It spends nothing: programs that scan mail
// follow links too, and only a person presses the button.
func (p pages) showLink(w http.ResponseWriter, r *http.Request) error {
	choices, err := p.orgs.Choices(r.Context(), r.PathValue("token"))
	if err != nil {
		return staleLink(w, r, err)
	}
	reader := web.ReaderOf(r)
	shell := page.Bare(w, r, reader.T("member.link"))
	return page.Render(w, r, http.StatusOK, linkPage(reader, shell, r.PathValue("token"), choices, web.Next(r)))
}

func (p pages) redeem(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	session, err := p.orgs.Redeem(r.Context(), r.PathValue("token"), form.Get("organization"), web.SessionOf(r), r.UserAgent())
	if err != nil {
		return staleLink(w, r, err)
	}
	return start(w, r, session, form.Get("next"))
}

// staleLink tells why on the sign-in page, which is where to get a new one.
func staleLink(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.SignIn) {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "warning", Key: fault.As(err).Key})
	return web.Redirect(w, r, "/signin")
}

// start gives the browser its session and goes where it was on its way to.
func start(w http.ResponseWriter, r *http.Request, session, next string) error {
	web.StartSession(w, r, session)
	return web.Redirect(w, r, web.Local(next))
}

// signInAs makes a visitor of the demo one of its people. The route exists in
// the demo only, and org refuses everywhere else.
func (p pages) signInAs(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	session, err := p.orgs.SignInAs(r.Context(), form.Get("organization"), form.Get("person"), web.SessionOf(r), r.UserAgent())
	if err != nil {
		return err
	}
	return start(w, r, session, form.Get("next"))
}

func (p pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.orgs.SignOut(r.Context(), web.SessionOf(r)); err != nil {
		return err
	}
	web.EndSession(w, r)
	web.Tell(w, r, web.Flash{Tone: "success", Key: "member.signed_out"})
	return web.Redirect(w, r, "/signin")
}

// cast is everybody with one role.
type cast struct {
	role     org.Role
	personas []org.Persona
}

// byRole groups the people of the demo, the widest role first.
func byRole(personas []org.Persona) []cast {
	var all []cast
	for _, role := range org.Roles {
		c := cast{role: role}
		for _, p := range personas {
			if p.Role == role {
				c.personas = append(c.personas, p)
			}
		}
		if len(c.personas) > 0 {
			all = append(all, c)
		}
	}
	return all
}
