package graph_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/fault"
)

// own scripts the two calls of the token endpoint: the code of who signed in,
// and the token of the application itself.
func own(m *microsoft, idToken string, then http.HandlerFunc) *[]url.Values {
	sent := &[]url.Values{}
	m.token = func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*sent = append(*sent, r.PostForm)
		if r.PostForm.Get("grant_type") == "client_credentials" {
			then(w, r)
			return
		}
		fmt.Fprintf(w, `{"token_type":"Bearer","id_token":%q,"access_token":"of-somebody"}`, idToken)
	}
	return sent
}

func ownToken(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, `{"token_type":"Bearer","expires_in":3599,"access_token":"of-the-application"}`)
}

func ownAsk(level string) connector.Ask {
	a := ask()
	a.Settings = answers("application", level)
	return a
}

func TestTheApplicationConnectsATenant(t *testing.T) {
	for profile, level := range map[string]connector.Level{`{"id":"1","accountEnabled":true}`: connector.Full, `{"id":"1","accountEnabled":null}`: connector.Basic} {
		m := newMicrosoft(t)
		sent := own(m, sign(t, "k1", m.claims()), ownToken)
		var bearer string
		m.api = func(w http.ResponseWriter, r *http.Request) {
			bearer = r.Header.Get("Authorization")
			fmt.Fprintf(w, `{"value":[%s]}`, profile)
		}
		got, who, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ownAsk("full"), code())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(connector.Account{TenantID: tenant, ID: "application", Name: "harbourbank.example (application)"}, who); diff != "" {
			t.Errorf("account (-want +got):\n%s", diff)
		}
		if got.Access.Reveal() != "of-the-application" || !got.Refresh.Empty() || m.vendor().Directory.Level(got.Scopes) != level {
			t.Errorf("tokens %q, refresh %v, scopes %v", got.Access.Reveal(), !got.Refresh.Empty(), got.Scopes)
		}
		redeemed, asked := (*sent)[0], (*sent)[1]
		if redeemed.Get("scope") != "openid profile" || asked.Get("scope") != "https://graph.microsoft.com/.default" || asked.Get("client_secret") != secret || bearer != "Bearer of-the-application" {
			t.Errorf("sent %v, looked as %q", *sent, bearer)
		}
	}
}

// The tenant is proved by Microsoft's signature, never by what stands in an address.
func TestTheApplicationConnectsNoOtherTenant(t *testing.T) {
	m := newMicrosoft(t)
	claims := m.claims()
	claims["tid"] = "11111111-2222-3333-4444-555555555555"
	sent := own(m, sign(t, "k1", claims), ownToken)
	answer := code()
	answer.Set("tenant", tenant)
	_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ownAsk("basic"), answer)
	if f := fault.As(err); f == nil || f.Key != "teams.signin.tenant" || len(*sent) != 1 {
		t.Errorf("%v after %d calls", err, len(*sent))
	}
}

// Without an administrator's consent the way on is the approval link; a
// registration that is wrong is the operator's affair.
func TestWhatTheApplicationIsRefused(t *testing.T) {
	m := newMicrosoft(t)
	id := sign(t, "k1", m.claims())
	for _, c := range []struct {
		name     string
		code     int
		key      string
		kind     fault.Kind
		operator bool
	}{
		{"unauthorized_client", 700016, "teams.admin.application", fault.SignIn, false},
		{"invalid_client", 7000229, "teams.admin.application", fault.SignIn, false},
		{"invalid_grant", 65001, "teams.admin.application", fault.SignIn, false},
		{"invalid_grant", 700082, "teams.admin.application", fault.SignIn, false},
		{"invalid_client", 7000215, "teams.ours.secret", fault.Internal, true},
		{"invalid_client", 7000222, "teams.ours.expired", fault.Internal, true},
		{"invalid_client", 700027, "teams.ours.certificate", fault.Internal, true},
		{"invalid_tenant", 90002, "teams.tenant.notfound", fault.Invalid, false},
		{"temporarily_unavailable", 90033, "teams.away.login", fault.Away, false},
	} {
		own(m, id, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, c.name, c.code) })
		_, _, exchanged := m.vendor().Authorizer.Exchange(t.Context(), registration(), ownAsk("basic"), code())
		_, renewed := m.vendor().Authorizer.Renew(t.Context(), registration(), ownAsk("basic").Settings, connector.Secret{})
		for _, err := range []error{exchanged, renewed} {
			f := fault.As(err)
			if f == nil || f.Key != c.key || f.Kind != c.kind || connector.IsOperatorFault(err) != c.operator {
				t.Errorf("%d: %v, want %s", c.code, err, c.key)
			}
			if e, _ := connector.EvidenceOf(err); e.Code != fmt.Sprint("AADSTS", c.code) || e.Correlation != "c-1" || e.Status != 400 || !strings.HasSuffix(e.Call, "/oauth2/v2.0/token") {
				t.Errorf("%d: evidence %+v", c.code, e)
			}
		}
	}
}

// A token that is good for nothing is found out at once; a Microsoft that is busy
// is believed later.
func TestATokenWithoutConsent(t *testing.T) {
	m := newMicrosoft(t)
	own(m, sign(t, "k1", m.claims()), ownToken)
	for status, key := range map[int]string{401: "teams.admin.application", 403: "teams.admin.application", 503: "", 429: ""} {
		m.api = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
		_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ownAsk("basic"), code())
		if f := fault.As(err); (key == "") != (err == nil) || f != nil && f.Key != key {
			t.Errorf("%d: %v, want %q", status, err, key)
		}
	}
}

// A certificate proves the application as well as a secret does.
func TestTheApplicationWithACertificate(t *testing.T) {
	m := newMicrosoft(t)
	sent := own(m, "", ownToken)
	r := certified(t)
	if _, err := m.vendor().Authorizer.Renew(t.Context(), r, ownAsk("basic").Settings, connector.Secret{}); err != nil {
		t.Fatal(err)
	}
	if got := (*sent)[0]; got.Get("client_secret") != "" || len(strings.Split(got.Get("client_assertion"), ".")) != 3 {
		t.Errorf("sent %v", got)
	}
}
