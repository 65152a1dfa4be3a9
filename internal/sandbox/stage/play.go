package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// MaxBody is the most a played vendor reads of a request.
const MaxBody = 4 << 20

// Vendor plays the HTTP calls of one vendor on a stage: it logs them and applies faults.
type Vendor struct {
	Stage *Stage
	Name  string
	// Who names the caller before the call is performed, from the request's token; it may be nil.
	Who func(*http.Request) string
	// Fail writes the vendor's own shape of an error with this status, for faults that bring no body.
	Fail func(w http.ResponseWriter, r *http.Request, status int)
	// Refuse writes the error that a fault names by its code; it may be nil.
	Refuse func(w http.ResponseWriter, r *http.Request, f *Fault)
}

type callKey struct{}

// Play wraps the handler of one call: it reads the body, applies a fault, and writes the log.
func (v *Vendor) Play(call string, handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
		if err != nil {
			v.Fail(w, r, http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.Header().Set("Date", v.Stage.Clock.Shown().Format(http.TimeFormat))
		entry := &Entry{At: v.Stage.Now(), Vendor: v.Name, Call: call, Method: r.Method, Path: cleanPath(r.URL), Body: sanitize(r, body)}
		if v.Who != nil {
			entry.Who = v.Who(r)
		}
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, entry))
		seen := &watcher{ResponseWriter: w}
		defer func() {
			entry.Status = seen.status
			v.Stage.Log.Add(*entry)
		}()
		v.perform(seen, r, entry, handler)
	})
}

func (v *Vendor) perform(w *watcher, r *http.Request, entry *Entry, handler http.HandlerFunc) {
	v.Stage.Latency.wait(r.Context(), v.Name)
	fault := v.Stage.Faults.Take(v.Name, entry.Call, entry.Who)
	if fault == nil {
		handler(w, r)
		return
	}
	entry.Fault = fault.ID
	if fault.After {
		handler(&discard{header: http.Header{}}, r)
	}
	fault.Wait(r.Context())
	switch {
	case fault.Hangup:
		panic(http.ErrAbortHandler)
	case fault.Status == 0 && fault.After:
		panic(http.ErrAbortHandler)
	case fault.Status == 0:
		handler(w, r)
	default:
		v.answer(w, r, fault)
	}
}

func (v *Vendor) answer(w http.ResponseWriter, r *http.Request, fault *Fault) {
	for name, value := range fault.Headers {
		w.Header().Set(name, value)
	}
	if fault.Code != "" && v.Refuse != nil {
		v.Refuse(w, r, fault)
		return
	}
	if fault.Body == "" {
		v.Fail(w, r, fault.Status)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(fault.Status)
	_, _ = io.WriteString(w, fault.Body)
}

// SetWho writes into the log who made this call, for calls whose caller is only known while they are performed.
func SetWho(ctx context.Context, who string) {
	if entry, ok := ctx.Value(callKey{}).(*Entry); ok {
		entry.Who = who
	}
}

// watcher remembers the status that was answered; zero is a connection closed without an answer.
type watcher struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first status.
func (w *watcher) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write answers 200 where nothing was said before.
func (w *watcher) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// discard takes an answer that nobody will see.
type discard struct{ header http.Header }

// Header is a header nobody reads.
func (d *discard) Header() http.Header { return d.header }

// WriteHeader drops the status.
func (d *discard) WriteHeader(int) {}

// Write drops the body.
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

func cleanPath(u *url.URL) string {
	query := u.Query()
	for name := range query {
		if redactable(name) {
			query.Set(name, "[redacted]")
		}
	}
	if len(query) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + query.Encode()
}

func redactable(name string) bool {
	m, _ := redact(map[string]any{name: ""}).(map[string]any)
	return m[name] != ""
}

func sanitize(r *http.Request, body []byte) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return sanitizeForm(body)
	}
	var value any
	if json.Unmarshal(body, &value) != nil {
		text, _ := json.Marshal("[" + http.StatusText(http.StatusBadRequest) + ": not JSON]")
		return text
	}
	clean, _ := json.Marshal(redact(value))
	return clean
}

func sanitizeForm(body []byte) json.RawMessage {
	form, _ := url.ParseQuery(string(body))
	flat := map[string]any{}
	for name := range form {
		flat[name] = form.Get(name)
	}
	clean, _ := json.Marshal(redact(flat))
	return clean
}
