package entra

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"parley/internal/sandbox/stage"
)

// refusal is one way Microsoft says no: an OAuth error and the AADSTS number that explains it, where there is one.
type refusal struct {
	status int
	err    string
	code   int
	text   string
	sub    string
}

func refuse(status int, err string, code int, text string) *refusal {
	return &refusal{status: status, err: err, code: code, text: text}
}

// description is the error_description of the refusal.
func (n *refusal) description() string {
	if n.code == 0 {
		return n.text
	}
	return fmt.Sprintf("AADSTS%d: %s", n.code, n.text)
}

// fail answers a program with the refusal in Microsoft's shape.
func (l *Login) fail(w http.ResponseWriter, r *http.Request, n *refusal) {
	trace, correlation := uuid.NewString(), r.Header.Get("client-request-id")
	if correlation == "" {
		correlation = uuid.NewString()
	}
	now := l.Stage.Now().Format("2006-01-02 15:04:05Z")
	body := map[string]any{
		"error":             n.err,
		"error_description": fmt.Sprintf("%s Trace ID: %s Correlation ID: %s Timestamp: %s", n.description(), trace, correlation, now),
		"error_codes":       []int{n.code}, "timestamp": now, "trace_id": trace, "correlation_id": correlation,
		"error_uri": fmt.Sprintf("%s/error?code=%d", l.Base, n.code),
	}
	if n.sub != "" {
		body["suberror"] = n.sub
	}
	writeJSON(w, n.status, body)
}

// failWith is the refusal of a fault that names only a status.
func (l *Login) failWith(w http.ResponseWriter, r *http.Request, status int) {
	switch {
	case status == http.StatusTooManyRequests:
		l.fail(w, r, refuse(status, "temporarily_unavailable", 90055, "The tenant has exceeded its request limit."))
	case status >= http.StatusInternalServerError:
		l.fail(w, r, refuse(status, "temporarily_unavailable", 90033, "A transient error has occurred. Please try again."))
	case status == http.StatusUnauthorized:
		l.fail(w, r, refuse(status, "invalid_client", 7000215, "Invalid client secret provided."))
	case status == http.StatusBadRequest:
		l.fail(w, r, refuse(status, "invalid_grant", 50173, "The provided grant has been revoked. A new sign-in is needed."))
	default:
		l.fail(w, r, refuse(status, "invalid_request", 90014, "The request was refused."))
	}
}

// refuseWith is the refusal that a fault names by its AADSTS number. Which OAuth error goes with a number is not
// published: the fault may say it.
func (l *Login) refuseWith(w http.ResponseWriter, r *http.Request, f *stage.Fault) {
	code, err := strconv.Atoi(strings.TrimPrefix(f.Code, "AADSTS"))
	if err != nil {
		l.failWith(w, r, f.Status)
		return
	}
	n := refuse(f.Status, f.Error, code, f.Message)
	if n.text == "" {
		n.text = "The service answers so because it was told to."
	}
	if n.err == "" {
		n.err = errorOf(f.Status, code)
	}
	l.fail(w, r, n)
}

func errorOf(status, code int) string {
	switch d, known := demands[code]; {
	case known:
		return d.err
	case status == http.StatusUnauthorized:
		return "invalid_client"
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return "temporarily_unavailable"
	}
	return "invalid_grant"
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
