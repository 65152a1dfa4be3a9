package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// graphError is the error body of Microsoft Graph. Inner errors nest, and the
// innermost code says most (Microsoft Graph, error responses).
type graphError struct {
	Code  string      `json:"code"`
	Inner *graphInner `json:"innerError"`
}

type graphInner struct {
	Code    string      `json:"code"`
	Request string      `json:"request-id"`
	Date    string      `json:"date"`
	Inner   *graphInner `json:"innerError"`
}

// read returns the innermost code and the request id for Microsoft's support.
func (e graphError) read() (code, request, date string) {
	code = e.Code
	for in := e.Inner; in != nil; in = in.Inner {
		if in.Code != "" {
			code = in.Code
		}
		if in.Request != "" {
			request, date = in.Request, in.Date
		}
	}
	return code, request, date
}

// sentences are the catalogue keys of a refusal's kind.
var sentences = map[fault.Kind]string{
	fault.SignIn: "teams.graph.signin", fault.Denied: "teams.graph.denied", fault.NotFound: "teams.graph.gone",
	fault.Conflict: "teams.graph.conflict", fault.Limited: "teams.graph.limited", fault.Away: "teams.graph.away",
	fault.Unsure: "teams.graph.unsure", fault.Invalid: "teams.graph.refused",
}

// explain gives the usual fault of the status Microsoft's own code. The message
// is left out: it is not for people and may quote what was sent.
func explain(repeatable bool) func(connector.Refusal) *fault.Error {
	return func(r connector.Refusal) *fault.Error {
		var body struct {
			Error graphError `json:"error"`
		}
		_ = json.Unmarshal(r.Body, &body) // a web page instead of JSON leaves it empty
		code, request, date := body.Error.read()
		f := connector.Refused(r, repeatable)
		f.Key = sentences[f.Kind]
		f.Err = fmt.Errorf("%w: %.60q (request-id %.40q of %.40q)", f.Err, code, request, date)
		return f
	}
}

// call makes one Graph call. All our calls may be repeated: createOrGet by its
// key, PATCH and DELETE by what they are.
func call(r connector.Request) connector.Request {
	r.Repeatable = true
	r.Explain = explain(true)
	return r
}

// named gives an error of the transport, which has no sentence yet, the one of its kind.
func named(err error) error {
	if err == nil {
		return nil
	}
	return sentence(err, sentences[fault.As(err).Kind])
}

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := strings.TrimSpace(pairs[i+1]); value != "" {
			h.Set(pairs[i], value)
		}
	}
	return h
}
