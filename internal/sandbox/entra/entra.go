// Package entra plays Microsoft's sign-in: discovery and keys, the account picker and the consent page, and the token
// endpoint. It owns the OAuth protocol as Microsoft speaks it; who exists and what was granted is the directory's.
package entra

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/face"
	"parley/internal/sandbox/stage"
)

//go:embed page/*.html
var files embed.FS

// Config is what the sign-in is played with.
type Config struct {
	Stage *stage.Stage
	World *directory.World
	// Base is the address that stands for https://login.microsoftonline.com.
	Base string
	// StrictRefresh makes a refresh token die when it is used; Microsoft lets the old one live.
	StrictRefresh bool
	// AnyTenant lets accounts of other tenants through a tenant's own sign-in page; the token endpoint then refuses
	// their code. AnyToken makes that endpoint take it, so that an application's own check of the tenant in the ID token
	// can be tried.
	AnyTenant, AnyToken bool
}

// Login is the sign-in service.
type Login struct {
	Config
	key   signingKey
	pages face.Pages
	play  *stage.Vendor

	mu      sync.Mutex
	pending map[string]*attempt
}

// New returns the sign-in service.
func New(c Config) *Login {
	folder, err := fs.Sub(files, "page")
	if err != nil {
		panic(err)
	}
	l := &Login{Config: c, key: processKey(), pages: face.Parse(folder), pending: map[string]*attempt{}}
	l.play = &stage.Vendor{Stage: c.Stage, Name: "entra", Fail: l.failWith, Refuse: l.refuseWith}
	return l
}

// Reset forgets sign-ins that were begun.
func (l *Login) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = map[string]*attempt{}
}

// Handler serves the endpoints, without the prefix of Base.
func (l *Login) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, call := range map[string]struct {
		name   string
		handle http.HandlerFunc
	}{
		"GET /{tenant}/v2.0/.well-known/openid-configuration": {"discovery", l.discovery},
		"GET /{tenant}/discovery/v2.0/keys":                   {"keys", l.keys},
		"GET /{tenant}/oauth2/v2.0/authorize":                 {"authorize", l.authorize},
		"POST /{tenant}/oauth2/v2.0/authorize/account":        {"account", l.account},
		"POST /{tenant}/oauth2/v2.0/authorize/consent":        {"consent", l.consent},
		"GET /{tenant}/v2.0/adminconsent":                     {"adminconsent", l.authorize},
		"GET /{tenant}/adminconsent":                          {"adminconsent", l.authorize},
		"POST /{tenant}/oauth2/v2.0/token":                    {"token", l.token},
	} {
		mux.Handle(pattern, l.play.Play(call.name, call.handle))
	}
	mux.Handle("/", l.play.Play("unknown", l.notFound))
	return mux
}

func (l *Login) notFound(w http.ResponseWriter, r *http.Request) {
	l.fail(w, r, refuse(http.StatusNotFound, "invalid_request", 900144, "There is no such endpoint, or not with this method."))
}

// tenant resolves the tenant of the path; "common" and "organizations" stand for any.
func (l *Login) tenant(r *http.Request) (directory.Tenant, *refusal) {
	name := r.PathValue("tenant")
	if name == "common" || name == "organizations" {
		return directory.Tenant{ID: name}, nil
	}
	t, ok := l.World.Tenant(name)
	if !ok || t.ID == directory.PersonalTenant {
		return t, refuse(http.StatusBadRequest, "invalid_tenant", 90002,
			"Tenant '"+name+"' not found. Check that this is the right tenant id and the right cloud.")
	}
	if t.Elsewhere {
		return t, refuse(http.StatusBadRequest, "invalid_tenant", 90038, "Tenant '"+name+"' request is being redirected to the national cloud 'microsoftonline.us'.")
	}
	return t, nil
}

func (l *Login) discovery(w http.ResponseWriter, r *http.Request) {
	t, no := l.tenant(r)
	if no != nil {
		l.fail(w, r, no)
		return
	}
	base := l.Base + "/" + t.ID
	issuer := base + "/v2.0"
	if t.Name == "" {
		issuer = l.Base + "/{tenantid}/v2.0"
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": issuer, "authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token",
		"jwks_uri": base + "/discovery/v2.0/keys", "tenant_region_scope": "EU", "cloud_instance_name": "microsoftonline.com",
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query", "form_post"},
		"scopes_supported": []string{"openid", "profile", "email", "offline_access"}, "subject_types_supported": []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "token_endpoint_auth_methods_supported": []string{"client_secret_post"},
		"claims_supported": []string{"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "oid", "ver"},
	})
}

func (l *Login) keys(w http.ResponseWriter, r *http.Request) {
	if _, no := l.tenant(r); no != nil {
		l.fail(w, r, no)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"keys": []any{l.key.public(l.Base)}})
}

// issuer names a tenant as ID tokens do.
func (l *Login) issuer(tenant string) string { return l.Base + "/" + tenant + "/v2.0" }

func wantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }
