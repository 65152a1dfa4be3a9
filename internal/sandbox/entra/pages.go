package entra

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
)

// showPicker is the page that asks which account to use.
func (l *Login) showPicker(w http.ResponseWriter, a *attempt) {
	accounts, others := l.World.Suggested(a.tenant.ID)
	hint := ""
	if a.query.Get("prompt") != "select_account" {
		hint = a.query.Get("login_hint")
	}
	l.pages.Write(w, http.StatusOK, "account", map[string]any{
		"Attempt": a.id, "Path": a.path(), "Tenant": a.tenant, "App": l.World.App().Name, "Accounts": accounts, "Hint": hint,
		"Others": others,
	}, a.origin())
}

func (a *attempt) path() string {
	return a.tenant.ID + "/oauth2/v2.0/authorize"
}

// origin is where the application lives, for the rule about where forms may end.
func (a *attempt) origin() string {
	u, err := url.Parse(a.query.Get("redirect_uri"))
	if err != nil {
		return ""
	}
	return origin(u)
}

// find returns the attempt a form belongs to.
func (l *Login) find(r *http.Request) (*attempt, *refusal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.pending[r.PostFormValue("attempt")]
	if a == nil {
		return nil, refuse(http.StatusBadRequest, "invalid_request", 50089, "This sign-in is over. Go back to the application and begin again.")
	}
	known := *a
	return &known, nil
}

func (l *Login) keep(a *attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending[a.id] = a
}

func (l *Login) drop(a *attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pending, a.id)
}

// account takes the account picked, and goes on to consent where that is still missing.
func (l *Login) account(w http.ResponseWriter, r *http.Request) {
	a, no := l.find(r)
	if no != nil {
		l.showRefusal(w, r, nil, no)
		return
	}
	if r.PostFormValue("cancel") != "" {
		l.cancel(w, r, a)
		return
	}
	name := strings.TrimSpace(r.PostFormValue("account"))
	if name == "" {
		name = strings.TrimSpace(r.PostFormValue("other"))
	}
	if a.user, no = l.admit(a, name); no != nil {
		l.World.NoteSignIn(directory.SignIn{Tenant: a.tenant.ID, Who: name, What: "interactive", Code: no.code})
		l.showRefusal(w, r, a, no)
		return
	}
	note(r, a.user)
	l.keep(a)
	l.askConsent(w, r, a)
}

// cancel leaves the sign-in before an account was chosen, or after a refusal. A
// refused account is told on Microsoft's own page only; what goes back is that the
// user canceled, which carries no number (Microsoft identity platform,
// authorization code flow). Missing approval is told to the application too.
func (l *Login) cancel(w http.ResponseWriter, r *http.Request, a *attempt) {
	l.drop(a)
	no := canceled()
	if r.PostFormValue("refused") == "90094" {
		no = needsAdmin()
	}
	l.sendBack(w, r, a, no)
}

func canceled() *refusal {
	return refuse(http.StatusBadRequest, "access_denied", 0, "the user canceled the authentication")
}

// declined is how a consent page that was refused comes back: an administrator's
// by another error than a user's (Microsoft identity platform, admin consent).
func (a *attempt) declined() *refusal {
	if a.older {
		return refuse(http.StatusBadRequest, "permission_denied", 65004, "The administrator canceled the request.")
	}
	if a.admin {
		return refuse(http.StatusBadRequest, "consent_required", 65004, "The resource owner or authorization server denied the request.")
	}
	return refuse(http.StatusBadRequest, "access_denied", 65004, "User declined to consent to access the app.")
}

func needsAdmin() *refusal {
	return refuse(http.StatusBadRequest, "access_denied", 90094, "Admin consent is required for the permissions requested by this application.")
}

// admit checks whether an account may sign in here.
func (l *Login) admit(a *attempt, name string) (directory.User, *refusal) {
	u, ok := l.World.User(a.tenant.ID, name)
	if !ok {
		u, ok = l.World.Account(name)
		if ok && a.tenant.Name != "" && !l.AnyTenant {
			return u, refuse(http.StatusBadRequest, "invalid_request", 50020, "User account '"+u.UPN+"' does not exist in tenant '"+a.tenant.Name+"' and cannot access the application '"+l.World.App().Name+"' in that tenant.")
		}
	}
	switch {
	case !ok:
		return u, refuse(http.StatusBadRequest, "invalid_request", 50034, "The user account '"+name+"' does not exist. Check the spelling, or use another account.")
	case u.Tenant == directory.PersonalTenant && a.tenant.ID == "organizations":
		return u, refuse(http.StatusBadRequest, "invalid_request", 50020, "Personal accounts cannot sign in here. Use a work or school account.")
	case u.Disabled:
		return u, refuse(http.StatusBadRequest, "invalid_request", 50057, "Your account has been locked. Contact your support person to unlock it, then try again.")
	}
	return u, barred(u)
}

// askConsent shows the consent page unless everything was granted before.
func (l *Login) askConsent(w http.ResponseWriter, r *http.Request, a *attempt) {
	t, _ := l.World.Tenant(a.user.Tenant)
	consented := l.World.Consented(a.user.Tenant, a.user.ID)
	outstanding := slices.DeleteFunc(slices.Clone(a.scopes), func(s string) bool { return slices.Contains(consented, s) })
	ask := directory.Permissions(a.scopes)
	adminOnly := t.AdminApproval || slices.ContainsFunc(directory.Permissions(outstanding), func(p directory.Permission) bool { return p.Admin })
	switch {
	case a.admin && !a.user.Admin:
		l.showRefusal(w, r, a, refuse(http.StatusForbidden, "access_denied", 90094, "Only an administrator can consent for the whole organization. Sign in with an administrator's account."))
	case len(outstanding) == 0 && !a.admin && a.query.Get("prompt") != "consent":
		l.drop(a)
		l.World.NoteSignIn(directory.SignIn{Tenant: a.user.Tenant, Who: a.user.UPN, What: "interactive"})
		l.sendBack(w, r, a, nil)
	case adminOnly && !a.user.Admin:
		l.World.NoteSignIn(directory.SignIn{Tenant: a.user.Tenant, Who: a.user.UPN, What: "interactive", Code: 90094})
		l.showRefusal(w, r, a, needsAdmin())
	default:
		l.pages.Write(w, http.StatusOK, "consent", map[string]any{
			"Attempt": a.id, "Path": a.path(), "User": a.user, "Tenant": t, "App": l.World.App().Name, "Ask": ask, "Everyone": a.admin,
			"Roles":     directory.Roles(a.roles),
			"MayForAll": a.user.Admin && !a.admin,
		}, a.origin())
	}
}

// consent takes the answer of the consent page.
func (l *Login) consent(w http.ResponseWriter, r *http.Request) {
	a, no := l.find(r)
	if no == nil && a.user.ID == "" {
		no = refuse(http.StatusBadRequest, "invalid_request", 50089, "Choose an account first.")
	}
	if no != nil {
		l.showRefusal(w, r, nil, no)
		return
	}
	note(r, a.user)
	l.drop(a)
	if r.PostFormValue("answer") != "accept" {
		l.World.NoteSignIn(directory.SignIn{Tenant: a.user.Tenant, Who: a.user.UPN, What: "consent", Code: 65004})
		l.sendBack(w, r, a, a.declined())
		return
	}
	whom := a.user.ID
	if a.user.Admin && (a.admin || r.PostFormValue("everyone") != "") {
		whom = "*"
	}
	l.World.Consent(a.user.Tenant, whom, a.scopes)
	if a.admin {
		l.World.GrantRoles(a.user.Tenant, a.roles)
	}
	l.World.NoteSignIn(directory.SignIn{Tenant: a.user.Tenant, Who: a.user.UPN, What: "consent"})
	l.sendBack(w, r, a, nil)
}

// showRefusal is Microsoft's own error page; an attempt that can go on offers another account and the way back.
func (l *Login) showRefusal(w http.ResponseWriter, r *http.Request, a *attempt, no *refusal) {
	if a == nil && !wantsPage(r) {
		l.fail(w, r, no)
		return
	}
	data := map[string]any{"Refusal": no.description(), "Code": no.code, "Now": l.Stage.Now(), "NeedsAdmin": no.code == 90094}
	var origins []string
	if a != nil {
		data["Attempt"], data["Path"] = a.id, a.path()
		origins = append(origins, a.origin())
	}
	l.pages.Write(w, no.status, "refusal", data, origins...)
}
