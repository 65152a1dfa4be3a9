package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// personal is the tenant of Microsoft's personal accounts, which have no
// directory and no online meetings (Microsoft Entra, ID token claims reference).
const personal = "9188040d-6c67-4c5b-b112-36a304b66dad"

var (
	guidForm   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	guidIn     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)
)

// discovery is the part of a tenant's OpenID configuration that is used.
type discovery struct {
	Issuer string `json:"issuer"`
	Keys   string `json:"jwks_uri"`
	Token  string `json:"token_endpoint"`
}

// login makes the calls to the login host.
type login struct {
	cfg    Config
	client *http.Client
	keys   *keyCache
}

func newLogin(cfg Config) *login {
	client := &http.Client{Transport: cfg.Transport, CheckRedirect: stay}
	return &login{cfg: cfg, client: client, keys: &keyCache{client: client}}
}

// stay follows no redirect: the login host sends none to a program.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// resolve turns what the administrator typed (the tenant id, a domain, or an
// address in it) into the tenant id that Microsoft knows.
func (l *login) resolve(ctx context.Context, typed string) (id, domain string, err error) {
	name, err := tenantName(typed)
	if err != nil {
		return "", "", err
	}
	d, err := l.discover(ctx, name)
	if err != nil {
		return "", "", err
	}
	if id = guidIn.FindString(strings.ToLower(d.Issuer)); id == "" {
		return "", "", refuse("teams.tenant.odd")
	}
	if id == personal {
		return "", "", refuse("teams.tenant.personal")
	}
	if id != name {
		domain = name
	}
	return id, domain, nil
}

// tenantName reads what was typed; the names that mean "any tenant" are none.
func tenantName(typed string) (string, error) {
	name := strings.ToLower(strings.TrimSpace(typed))
	name = strings.Trim(name, "{}")
	if at := strings.LastIndexByte(name, '@'); at >= 0 {
		name = name[at+1:]
	}
	switch {
	case name == "":
		return "", refuse("teams.tenant.missing")
	case name == personal:
		return "", refuse("teams.tenant.personal")
	case guidForm.MatchString(name), domainForm.MatchString(name) && len(name) <= 253:
		return name, nil
	}
	return "", refuse("teams.tenant.form")
}

// refuse is a fault about the tenant question.
func refuse(key string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, key, args...).At(AnswerTenant)
}

// discover asks for the OpenID configuration, which needs no sign-in. A tenant
// of another cloud is answered with that cloud's addresses.
func (l *login) discover(ctx context.Context, tenant string) (discovery, error) {
	var d discovery
	_, err := connector.Call(ctx, l.client, connector.Request{
		Method: http.MethodGet, URL: l.cfg.LoginURL + "/" + url.PathEscape(tenant) + "/v2.0/.well-known/openid-configuration",
		Into: &d, Repeatable: true, Explain: explainDiscovery(tenant),
	})
	if err != nil {
		return d, sentence(err, "teams.away.login")
	}
	if d.Issuer == "" || d.Token == "" || d.Keys == "" {
		return d, fault.Wrap(fault.Away, errors.New("the OpenID configuration is not whole"), "teams.away.login")
	}
	if host(d.Token) != host(l.cfg.LoginURL) || host(d.Keys) != host(l.cfg.LoginURL) {
		return d, refuse("teams.tenant.cloud", "Tenant", tenant)
	}
	return d, nil
}

// explainDiscovery reads a refusal of the OpenID configuration. It is public and
// only asked, so whatever does not speak of the tenant means that something on
// the way is not as it should be.
func explainDiscovery(tenant string) func(connector.Refusal) *fault.Error {
	return func(r connector.Refusal) *fault.Error {
		if connector.Throttled(r.Status) {
			return nil
		}
		if r.Status != http.StatusBadRequest && r.Status != http.StatusNotFound {
			return fault.Wrap(fault.Away, fmt.Errorf("the OpenID configuration was answered with %d", r.Status), "teams.away.login")
		}
		if code := readRefusal(r.Body).number(); code == 90038 {
			return refuse("teams.tenant.cloud", "Tenant", tenant)
		}
		return refuse("teams.tenant.unknown", "Tenant", tenant)
	}
}

// sentence gives a fault that has no sentence of its own the one for people.
func sentence(err error, key string) error {
	if err == nil {
		return nil
	}
	f := fault.As(err)
	if f.Key != "" || f.Kind == fault.Internal {
		return err
	}
	named := *f
	named.Key = key
	return &named
}
