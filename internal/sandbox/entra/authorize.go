package entra

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/stage"
)

// attempt is one sign-in on its way through the pages.
type attempt struct {
	id     string
	tenant directory.Tenant
	query  url.Values
	scopes []string
	// roles are the application permissions that an administrator is asked for.
	roles []string
	// older says that the consent was asked for by the address without a version.
	older bool
	// admin says that this is the administrator's consent for everyone, without a sign-in of the application.
	admin bool
	user  directory.User
}

func note(r *http.Request, u directory.User) { stage.SetWho(r.Context(), u.UPN) }

// authorize begins a sign-in or an administrator's consent. What is wrong with the application or its address is shown
// here; everything else goes back to the application.
func (l *Login) authorize(w http.ResponseWriter, r *http.Request) {
	a := &attempt{id: rand.Text(), query: r.URL.Query(), admin: strings.HasSuffix(r.URL.Path, "/adminconsent")}
	a.older = a.admin && !strings.HasSuffix(r.URL.Path, "/v2.0/adminconsent")
	no := l.begin(a, r)
	if no != nil {
		l.showRefusal(w, r, nil, no)
		return
	}
	if no := l.check(a); no != nil {
		l.sendBack(w, r, a, no)
		return
	}
	l.mu.Lock()
	l.pending[a.id] = a
	l.mu.Unlock()
	l.showPicker(w, a)
}

func (l *Login) begin(a *attempt, r *http.Request) (no *refusal) {
	if a.tenant, no = l.tenant(r); no != nil {
		return no
	}
	if a.admin && !a.older && a.tenant.ID == "common" {
		return refuse(http.StatusBadRequest, "invalid_request", 90009, "The address 'common' cannot be used for an administrator's consent. Use the tenant, or 'organizations'.")
	}
	app := l.World.App()
	switch id, redirect := a.query.Get("client_id"), a.query.Get("redirect_uri"); {
	case id == "":
		return missing("client_id")
	case id != app.ClientID, app.Removed:
		return unknownApp(id)
	case redirect == "":
		return missing("redirect_uri")
	case !slices.Contains(app.RedirectURIs, redirect):
		return refuse(http.StatusBadRequest, "invalid_request", 50011, "The redirect URI '"+redirect+"' specified in the request does not match the redirect URIs configured for the application '"+id+"'.")
	}
	return l.state(a.tenant.ID)
}

// check looks at what the application asks for. ".default" is everything that its registration is set up with, and the
// only way to ask for application permissions ("Admin consent on the Microsoft identity platform").
func (l *Login) check(a *attempt) *refusal {
	app := l.World.App()
	scope := a.query.Get("scope")
	switch {
	case a.older || a.admin && scope == directory.Resource+".default":
		a.scopes, a.roles = append([]string{"openid", "profile", "offline_access"}, app.Delegated...), app.Application
		return nil
	case scope == "":
		return missing("scope")
	}
	var unknown []string
	if a.scopes, unknown = directory.ParseScopes(scope); len(unknown) > 0 {
		return badScope(unknown[0])
	}
	if a.admin {
		return nil
	}
	return checkFlow(a.query)
}

func checkFlow(query url.Values) *refusal {
	method := query.Get("code_challenge_method")
	switch challenge := query.Get("code_challenge"); {
	case query.Get("response_type") == "":
		return missing("response_type")
	case query.Get("response_type") != "code":
		return refuse(http.StatusBadRequest, "unsupported_response_type", 700054, "The response_type is not enabled for the application.")
	case challenge != "" && method != "S256":
		return refuse(http.StatusBadRequest, "invalid_request", 9002325, "The code_challenge_method must be S256.")
	case challenge != "" && len(challenge) != 43:
		return refuse(http.StatusBadRequest, "invalid_request", 9002326, "The code_challenge is not the base64url text of a SHA-256 sum.")
	case query.Get("prompt") == "none":
		return refuse(http.StatusBadRequest, "login_required", 50058, "A silent sign-in was asked for, but no user is signed in.")
	}
	return nil
}

// sendBack returns to the application, with a refusal or, for an administrator, with the consent.
func (l *Login) sendBack(w http.ResponseWriter, r *http.Request, a *attempt, no *refusal) {
	answer := url.Values{}
	if a.query.Has("state") {
		answer.Set("state", a.query.Get("state"))
	}
	if a.admin {
		answer.Set("admin_consent", "True")
	}
	switch {
	case no != nil:
		answer.Set("error", no.err)
		answer.Set("error_description", no.description())
	case a.admin:
		answer.Set("tenant", a.user.Tenant)
		if !a.older {
			answer.Set("scope", a.granted())
		}
	default:
		answer.Set("code", l.World.NewCode(a.code(l.World.App().ClientID)))
		answer.Set("session_state", strings.ToLower(rand.Text()))
	}
	l.deliver(w, r, a, answer)
}

// granted is the scope that comes back after an administrator's consent.
func (a *attempt) granted() string {
	if a.query.Get("scope") == directory.Resource+".default" {
		return directory.Resource + ".default"
	}
	return directory.WriteScopes(a.scopes)
}

func (a *attempt) code(client string) directory.Code {
	return directory.Code{
		Grant:    directory.Grant{Tenant: a.user.Tenant, User: a.user.ID, Client: client, Scopes: a.scopes},
		Redirect: a.query.Get("redirect_uri"), Nonce: a.query.Get("nonce"), Challenge: a.query.Get("code_challenge"),
	}
}

// deliver carries the answer to the application in the response mode it asked for.
func (l *Login) deliver(w http.ResponseWriter, r *http.Request, a *attempt, answer url.Values) {
	target, err := url.Parse(a.query.Get("redirect_uri"))
	if err != nil {
		l.showRefusal(w, r, nil, refuse(http.StatusBadRequest, "invalid_request", 50011, "The redirect URI is not an address."))
		return
	}
	switch a.query.Get("response_mode") {
	case "form_post":
		l.pages.Write(w, http.StatusOK, "return", map[string]any{"Target": target.String(), "Answer": answer}, origin(target))
		return
	case "fragment":
		target.Fragment = answer.Encode()
	default:
		query := target.Query()
		for name := range answer {
			query.Set(name, answer.Get(name))
		}
		target.RawQuery = query.Encode()
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, target.String(), http.StatusFound)
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
