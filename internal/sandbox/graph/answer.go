package graph

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"parley/internal/sandbox/stage"
)

func writeJSON(w http.ResponseWriter, r *http.Request, status int, body any) {
	identify(w, r)
	w.Header().Set("Content-Type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// identify names the request in the answer, and echoes the client's own name for it.
func identify(w http.ResponseWriter, r *http.Request) string {
	id := w.Header().Get("request-id")
	if id == "" {
		id = uuid.NewString()
		w.Header().Set("request-id", id)
	}
	client := r.Header.Get("client-request-id")
	if client == "" {
		client = id
	}
	w.Header().Set("client-request-id", client)
	return id
}

// fail answers with an error in Graph's shape.
func fail(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	id := identify(w, r)
	writeJSON(w, r, status, map[string]any{"error": map[string]any{
		"code": code, "message": message, "innerError": map[string]any{
			"date": dated(w).Format(time.RFC3339), "request-id": id, "client-request-id": w.Header().Get("client-request-id"),
		}}})
}

// dated is the time that the answer carries in its header, so that both say the same.
func dated(w http.ResponseWriter) time.Time {
	at, err := http.ParseTime(w.Header().Get("Date"))
	if err != nil {
		return time.Now().UTC()
	}
	return at.UTC()
}

func bad(w http.ResponseWriter, r *http.Request, message string) {
	fail(w, r, http.StatusBadRequest, "BadRequest", message)
}

func denied(w http.ResponseWriter, r *http.Request) {
	fail(w, r, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

func noSuchProperty(w http.ResponseWriter, r *http.Request, name string) {
	bad(w, r, "Could not find a property named '"+name+"' on type 'microsoft.graph.user'.")
}

func unauthorized(w http.ResponseWriter, r *http.Request, message string) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"`)
	fail(w, r, http.StatusUnauthorized, "InvalidAuthenticationToken", message)
}

func throttled(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	fail(w, r, http.StatusTooManyRequests, "TooManyRequests", "Too many requests. Wait as long as Retry-After says.")
}

func notFound(w http.ResponseWriter, r *http.Request) {
	bad(w, r, "Resource not found for the segment, or not with this method.")
}

// failWith is the error of a fault that names only a status.
func failWith(w http.ResponseWriter, r *http.Request, status int) {
	codes := map[int]string{
		400: "BadRequest", 401: "InvalidAuthenticationToken", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 413: "RequestEntityTooLarge",
		423: "Locked", 429: "TooManyRequests", 500: "InternalServerError", 502: "BadGateway", 503: "ServiceUnavailable", 504: "GatewayTimeout",
	}
	code, ok := codes[status]
	if !ok {
		code = "General"
	}
	fail(w, r, status, code, "The service answers so because it was told to.")
}

// refuse is the error that a fault names by its code.
func refuse(w http.ResponseWriter, r *http.Request, f *stage.Fault) {
	message := f.Message
	if message == "" {
		message = "The service answers so because it was told to."
	}
	fail(w, r, f.Status, f.Code, message)
}
