package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"parley/internal/sandbox/stage"
)

// maxParts is how many requests a batch may hold ("Combine multiple HTTP requests using JSON batching").
const maxParts = 20

type part struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

type partAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body,omitempty"`
}

// batch performs up to twenty requests, each through the same doors as if it had come alone.
func (g *Graph) batch(w http.ResponseWriter, r *http.Request, c caller) {
	var body struct {
		Requests []part `json:"requests"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		bad(w, r, "Invalid batch payload format.")
		return
	}
	if problem := checkParts(body.Requests); problem != "" {
		bad(w, r, problem)
		return
	}
	status := map[string]int{}
	answers := []partAnswer{}
	for _, p := range body.Requests {
		answer := failedPart(p, http.StatusFailedDependency, "FailedDependency")
		if !slices.ContainsFunc(p.DependsOn, func(id string) bool { return status[id] < 200 || status[id] > 299 }) {
			answer = g.perform(r, p)
		}
		status[p.ID] = answer.Status
		answers = append(answers, answer)
	}
	slices.Reverse(answers) // a client must not rely on the order
	writeJSON(w, r, http.StatusOK, map[string]any{"responses": answers})
}

func checkParts(parts []part) string {
	if len(parts) == 0 || len(parts) > maxParts {
		return fmt.Sprintf("Number of batch request steps must be between 1 and %d.", maxParts)
	}
	seen := map[string]bool{}
	for _, p := range parts {
		switch {
		case p.ID == "" || seen[p.ID]:
			return "The id of every request in a batch must be given and be unique."
		case p.Method == "" || p.URL == "" || strings.Contains(p.URL, "://"):
			return "A request in a batch needs a method and a relative url."
		case strings.HasPrefix(strings.TrimPrefix(p.URL, "/"), "$batch"):
			return "A batch cannot hold a batch."
		case len(p.Body) > 0 && !hasContentType(p.Headers):
			return "A request in a batch with a body needs a Content-Type header."
		}
		seen[p.ID] = true
	}
	return ""
}

func hasContentType(headers map[string]string) bool {
	for name := range headers {
		if strings.EqualFold(name, "Content-Type") {
			return true
		}
	}
	return false
}

// failedPart is the answer to a part that was not performed, or whose answer was lost.
func failedPart(p part, status int, code string) partAnswer {
	body, _ := json.Marshal(map[string]any{"error": map[string]string{"code": code, "message": "The request was not performed: " + code + "."}})
	return partAnswer{ID: p.ID, Status: status, Headers: map[string]string{"Content-Type": "application/json"}, Body: body}
}

// perform plays one part; a fault that hangs up is a gateway's time-out inside a batch.
func (g *Graph) perform(outer *http.Request, p part) (answer partAnswer) {
	defer func() {
		if gone := recover(); gone != nil {
			answer = failedPart(p, http.StatusGatewayTimeout, "GatewayTimeout")
		}
	}()
	r, err := http.NewRequestWithContext(stage.Inside(outer.Context()), p.Method, "/v1.0/"+strings.TrimPrefix(p.URL, "/"), bytes.NewReader(p.Body))
	if err != nil {
		return failedPart(p, http.StatusBadRequest, "BadRequest")
	}
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", outer.Header.Get("Authorization"))
	recorder := httptest.NewRecorder()
	g.mux.ServeHTTP(recorder, plainPath(r))
	answer = partAnswer{ID: p.ID, Status: recorder.Code, Headers: map[string]string{}}
	for name := range recorder.Header() {
		answer.Headers[name] = recorder.Header().Get(name)
	}
	if recorder.Body.Len() > 0 {
		answer.Body = recorder.Body.Bytes()
	}
	return answer
}
