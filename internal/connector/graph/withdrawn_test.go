package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/connector"
	"parley/internal/fault"
	"parley/internal/sandbox"
)

// A consent that was withdrawn in part is told by the permission's name, and an
// administrator is not asked for what the account can give by itself.
func TestARenewalNamesThePermissionThatWasWithdrawn(t *testing.T) {
	for _, scope := range []string{"OnlineMeetings.ReadWrite", "User.ReadBasic.All"} {
		for name, settings := range map[string]map[string]string{"basic": basicAccount, "full": fullAccount} {
			w := admit(t, settings)
			w.WithdrawScope(sandbox.TenantID, scope)
			_, err := w.vendor.Authorizer.Renew(t.Context(), w.patient.Registration, w.patient.Settings, w.tokens.Refresh)
			f := fault.As(err)
			if f == nil || f.Kind != fault.SignIn || f.Key != "teams.again.withdrawn" || !slices.Equal(f.Args, []any{"Scope", scope}) {
				t.Errorf("%s without %s: %v", name, scope, err)
				continue
			}
			e, _ := connector.EvidenceOf(err)
			if e.Status != 400 || e.Code != "AADSTS65001" || e.Correlation == "" || !strings.HasSuffix(e.Call, "/oauth2/v2.0/token") {
				t.Errorf("%s without %s: evidence = %+v", name, scope, e)
			}
		}
	}
}

// Where each permission alone is given, nobody knows which one it was.
func TestARenewalThatNamesNothing(t *testing.T) {
	w := admit(t, basicAccount)
	w.login = w.once(w.renewals(65001))
	_, err := w.vendor.Authorizer.Renew(t.Context(), w.patient.Registration, w.patient.Settings, w.tokens.Refresh)
	if f := fault.As(err); f == nil || f.Kind != fault.SignIn || f.Key != "teams.again.consent" {
		t.Errorf("it says %v", err)
	}
}

// A renewal that fails on the way of a call is what the finding shows, not the
// call that was never made.
func TestARefusedRenewalIsTheEvidence(t *testing.T) {
	w := admit(t, basicAccount)
	w.WithdrawScope(sandbox.TenantID, "OnlineMeetings.ReadWrite")
	w.keep = true
	w.graph = trip(func(*http.Request) (*http.Response, error) {
		_, err := w.vendor.Authorizer.Renew(t.Context(), w.patient.Registration, w.patient.Settings, w.tokens.Refresh)
		return nil, fault.Wrap(fault.SignIn, err, "vault.fault.interrupted")
	})
	var seen []string
	for _, f := range w.examined() {
		if f.Fault != "consent.lost" {
			continue
		}
		for _, e := range f.Evidence {
			seen = append(seen, fmt.Sprint(e.Status, e.Code, e.Correlation != "", strings.HasPrefix(e.Call, "POST "+w.LoginURL())))
		}
	}
	if want := []string{"400AADSTS65001true true"}; !slices.Equal(seen, want) {
		t.Errorf("evidence = %q, want %q", seen, want)
	}
}

// once stands in the way of the first call alone.
func (w *ward) once(first http.RoundTripper) http.RoundTripper {
	asked := false
	return trip(func(r *http.Request) (*http.Response, error) {
		if asked {
			return w.wire.RoundTrip(r)
		}
		asked = true
		return first.RoundTrip(r)
	})
}
