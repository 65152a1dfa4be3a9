package connector_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/fault"
)

// What support asks for is in every refusal, and whatever a caller changes of
// the fault, it stays.
func TestARefusalCarriesItsEvidence(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Tue, 24 Nov 2026 12:00:00 GMT")
		w.WriteHeader(403)
	})
	explain := func(r connector.Refusal) *fault.Error {
		f := connector.Refused(r, true)
		f.Err = connector.WithEvidence(f.Err, connector.Evidence{Code: "Forbidden", Correlation: "r-9"})
		return f
	}
	_, err := connector.Call(t.Context(), s.Client(), connector.Request{Method: "GET", URL: s.URL + "/people?$filter=tok-tok-tok", Explain: explain})
	named := *fault.As(err)
	named.Key = "people.denied"
	got, found := connector.EvidenceOf(fmt.Errorf("read: %w", &named))
	want := connector.Evidence{Call: "GET " + s.URL + "/people", Status: 403, Code: "Forbidden", Correlation: "r-9",
		At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, got); diff != "" || !found {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	if strings.Contains(err.Error(), "tok-tok-tok") || !strings.Contains(err.Error(), "/people: 403") && !strings.Contains(err.Error(), "/people 403") {
		t.Errorf("the log would say: %v", err)
	}
}

func TestSilenceIsEvidenceWithoutAStatus(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := connector.Call(t.Context(), s.Client(), connector.Request{Method: "POST", URL: s.URL + "/x?sig=tok-tok-tok"})
	got, found := connector.EvidenceOf(err)
	if diff := cmp.Diff(connector.Evidence{Call: "POST " + s.URL + "/x"}, got); diff != "" || !found {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

// A token that could not be renewed on the way is evidence of the renewal, not
// of the call that it was for.
func TestAFaultOnTheWayKeepsItsOwnEvidence(t *testing.T) {
	renewal := connector.Evidence{Call: "POST https://login.example/token", Status: 400, Code: "AADSTS700082"}
	client := &http.Client{Transport: failing{fault.Wrap(fault.SignIn, connector.WithEvidence(errors.New("no"), renewal), "again")}}
	_, err := connector.Call(t.Context(), client, connector.Request{Method: "GET", URL: "https://vendor.example/people"})
	got, _ := connector.EvidenceOf(err)
	if diff := cmp.Diff(renewal, got); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }
