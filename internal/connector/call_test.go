package connector_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

func TestWhatAnAnswerMeans(t *testing.T) {
	for _, c := range []struct {
		status     int
		repeatable bool
		want       fault.Kind
	}{
		{401, true, fault.SignIn}, {403, true, fault.Denied}, {404, true, fault.NotFound}, {410, true, fault.NotFound},
		{409, true, fault.Conflict}, {412, true, fault.Conflict}, {429, false, fault.Limited}, {509, false, fault.Limited},
		{423, true, fault.Away}, {400, true, fault.Invalid}, {408, false, fault.Unsure},
		{500, true, fault.Away}, {503, true, fault.Away}, {500, false, fault.Unsure}, {502, false, fault.Unsure}, {302, true, fault.Internal},
	} {
		t.Run(fmt.Sprint(c.status, c.repeatable), func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) })
			_, err := connector.Call(t.Context(), s.Client(), connector.Request{Method: "POST", URL: s.URL, Repeatable: c.repeatable})
			if !fault.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
}

func TestHowLongAVendorWantsUsToWait(t *testing.T) {
	date := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-4": 0, "soon": 0, "99999999999": 24 * time.Hour,
		date.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		date.Add(-time.Hour).Format(http.TimeFormat):       0,
	} {
		h := http.Header{"Date": {date.Format(http.TimeFormat)}}
		h.Set("Retry-After", text)
		if got := connector.RetryAfter(h); got != want {
			t.Errorf("Retry-After %q = %v, want %v", text, got, want)
		}
	}
}

// What a decent vendor never sends.
func TestAnswersThatAreNone(t *testing.T) {
	huge := strings.Repeat(" ", connector.BodyCap+1)
	for name, answer := range map[string]http.HandlerFunc{
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "900")
			fmt.Fprint(w, `{"id":`)
		},
		"hang up":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"malformed": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"access_token": "tok-tok-tok" "x"}`) },
		"wrong type": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"id": {"access_token": "tok-tok-tok"}}`)
		},
		"web page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, `<h1>tok-tok-tok</h1>`)
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, huge) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, answer)
			for method, want := range map[string]fault.Kind{"GET": fault.Away, "POST": fault.Unsure} {
				var into struct{ ID string }
				_, err := connector.Call(t.Context(), s.Client(), connector.Request{Method: method, URL: s.URL + "?token=tok-tok-tok", Into: &into})
				if !fault.Is(err, want) {
					t.Errorf("%s: err = %v, want %v", method, err, want)
				}
				if err != nil && strings.Contains(err.Error(), "tok-tok-tok") {
					t.Errorf("%s: the error tells the token: %v", method, err)
				}
			}
		})
	}
}

func TestSilence(t *testing.T) {
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := "http://" + l.Addr().String()
		_ = l.Close()
		_, err = connector.Call(t.Context(), http.DefaultClient, connector.Request{Method: "POST", URL: address})
		if !fault.Is(err, fault.Away) {
			t.Errorf("err = %v, want away", err)
		}
	})
	t.Run("no answer in time", func(t *testing.T) {
		arrived := make(chan struct{})
		let := make(chan struct{})
		s := serve(t, func(http.ResponseWriter, *http.Request) { close(arrived); <-let })
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		_, err := connector.Call(ctx, s.Client(), connector.Request{Method: "POST", URL: s.URL + "/x?sig=tok-tok-tok"})
		close(let)
		if !fault.Is(err, fault.Unsure) || strings.Contains(err.Error(), "tok") {
			t.Errorf("err = %v, want unsure and no query", err)
		}
	})
	t.Run("refused before it was sent", func(t *testing.T) {
		client := &http.Client{Transport: refuser{}}
		_, err := connector.Call(t.Context(), client, connector.Request{Method: "POST", URL: "https://vendor.example/"})
		if !fault.Is(err, fault.Denied) || !errors.Is(err, errRefuser) {
			t.Errorf("err = %v, want the transport's own fault", err)
		}
	})
}

func TestOperatorFaultsAreTold(t *testing.T) {
	err := fmt.Errorf("renew: %w", connector.OperatorFault(errors.New("invalid_client"), "teams.ours.secret"))
	if !connector.IsOperatorFault(err) || fault.As(err).Key != "teams.ours.secret" || connector.IsOperatorFault(errors.New("x")) {
		t.Errorf("err = %v", err)
	}
}

var errRefuser = errors.New("off")

type refuser struct{}

func (refuser) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fault.Wrap(fault.Denied, errRefuser, "vault.off")
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	s.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(s.Close)
	return s
}
