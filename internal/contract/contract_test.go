package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/contract"
)

// listener stands in for a test and keeps what it was told.
type listener struct {
	testing.TB
	said []string
}

func (l *listener) Errorf(format string, args ...any) {
	l.said = append(l.said, fmt.Sprintf(format, args...))
}

const (
	meeting = `{"id":"m1","subject":"Advice","startDateTime":"2026-12-01T09:00:00Z","participants":{"organizer":null,"attendees":[]}}`
	wish    = `{"externalId":"a.1","subject":"Advice"}`
)

func TestCheckerNotices(t *testing.T) {
	contract.Require(t)
	for _, c := range []struct{ name, method, path, sent, got, want string }{
		{"a good exchange", "POST", "/v1.0/me/onlineMeetings/createOrGet", wish, meeting, ""},
		{"a wrong type in the request", "POST", "/v1.0/me/onlineMeetings/createOrGet", `{"externalId":7}`, meeting, "the request"},
		{"a misspelt property in the request", "POST", "/v1.0/me/onlineMeetings/createOrGet", `{"externalID":"a.1"}`, meeting, "no property .externalID"},
		{"a misspelt nested property", "PATCH", "/v1.0/me/onlineMeetings/m1", `{"lobbyBypassSettings":{"scopes":"organizer"}}`, meeting, "no property .lobbyBypassSettings.scopes"},
		{"an unknown member of an enumeration", "PATCH", "/v1.0/me/onlineMeetings/m1", `{"lobbyBypassSettings":{"scope":"nobody"}}`, meeting, "the request"},
		{"a bad time in the answer", "GET", "/v1.0/me/onlineMeetings/m1", "", strings.Replace(meeting, "2026-12-01T09:00:00Z", "tomorrow", 1), "the answer 200"},
		{"an unknown property in the answer", "GET", "/v1.0/me/onlineMeetings/m1", "", `{"joinUrl":"x"}`, "no property .joinUrl"},
		{"a call that does not exist", "GET", "/v1.0/me/zoomMeetings", "", `{}`, "no call that Microsoft describes"},
		{"a batch with a bad part", "POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/me"}]}`, `{"responses":[{"id":"1","status":200,"body":{"displayName":7}}]}`, "/me"},
		{"another service", "GET", "/anything", "", `hello`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &listener{TB: t}
			exchange(t, l, c.method, c.path, c.sent, c.got)
			all := strings.Join(l.said, "\n")
			if c.want == "" && all != "" || !strings.Contains(all, c.want) {
				t.Errorf("the checker said %q, want something with %q", all, c.want)
			}
		})
	}
}

func exchange(t *testing.T, l *listener, method, path, sent, got string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, got)
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	if sent != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{Transport: contract.Graph(l).Transport(http.DefaultTransport)}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if string(body) != got {
		t.Errorf("the checker changed the answer to %q", body)
	}
}

func TestHandlerNoticesAndPassesOn(t *testing.T) {
	contract.Require(t)
	l := &listener{TB: t}
	handler := contract.Graph(l).Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"subject":7}`)
	}))
	recorder := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/v1.0/me/onlineMeetings/createOrGet", strings.NewReader(wish))
	r.Header.Set("Content-Type", "application/json")
	handler.ServeHTTP(recorder, r)
	if recorder.Code != http.StatusCreated || recorder.Body.String() != `{"subject":7}` || len(l.said) != 1 {
		t.Errorf("the handler answered %d %s and said %q", recorder.Code, recorder.Body, l.said)
	}
}

func TestToleratedAnswersAreNotHeldAgainstTheDescription(t *testing.T) {
	contract.Require(t)
	l := &listener{TB: t}
	answer := &http.Response{StatusCode: http.StatusBadGateway, Header: http.Header{"Content-Type": {"text/plain"}}}
	r := httptest.NewRequest(http.MethodGet, "/v1.0/me", nil)
	contract.Graph(l).Check(r, nil, answer, []byte("oops"))
	contract.Graph(l).Tolerate(func(a *http.Response) bool { return a.StatusCode == http.StatusBadGateway }).Check(r, nil, answer, []byte("oops"))
	if len(l.said) != 1 {
		t.Errorf("the checkers said %q", l.said)
	}
}
