package graph

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// graphError is the error body of Microsoft Graph. Inner errors nest, and the
// innermost code says most (Microsoft Graph, error responses).
type graphError struct {
	Code    string      `json:"code"`
	Message string      `json:"message"`
	Inner   *graphInner `json:"innerError"`
}

type graphInner struct {
	Code    string      `json:"code"`
	Request string      `json:"request-id"`
	Date    string      `json:"date"`
	Inner   *graphInner `json:"innerError"`
}

// codes are all codes of the error, the innermost first.
func (e graphError) codes() []string {
	all := []string{e.Code}
	for in := e.Inner; in != nil; in = in.Inner {
		if in.Code != "" {
			all = append([]string{in.Code}, all...)
		}
	}
	return all
}

// read returns the innermost code and the request id for Microsoft's support.
func (e graphError) read() (code, request, date string) {
	for in := e.Inner; in != nil; in = in.Inner {
		if in.Request != "" {
			request, date = in.Request, in.Date
		}
	}
	return e.codes()[0], request, date
}

func readGraphError(body []byte) graphError {
	var answer struct {
		Error graphError `json:"error"`
	}
	_ = json.Unmarshal(body, &answer) // a web page instead of JSON leaves it empty
	return answer.Error
}

// sentences are the catalogue keys of a refusal's kind, for one sort of call.
type sentences map[fault.Kind]string

var (
	meetingSentences = sentences{
		fault.SignIn: "teams.graph.signin", fault.Denied: "teams.graph.denied", fault.NotFound: "teams.graph.gone",
		fault.Conflict: "teams.graph.conflict", fault.Limited: "teams.graph.limited", fault.Away: "teams.graph.away",
		fault.Unsure: "teams.graph.unsure", fault.Invalid: "teams.graph.refused",
	}
	peopleSentences = sentences{
		fault.SignIn: "teams.graph.signin", fault.Denied: "teams.directory.denied", fault.NotFound: "teams.directory.odd",
		fault.Conflict: "teams.directory.restart", fault.Limited: "teams.graph.limited", fault.Away: "teams.graph.away",
		fault.Unsure: "teams.graph.away", fault.Invalid: "teams.directory.refused",
	}
	changeSentences = sentences{
		fault.SignIn: "teams.graph.signin", fault.Denied: "teams.changes.denied", fault.NotFound: "teams.changes.gone",
		fault.Conflict: "teams.directory.restart", fault.Limited: "teams.graph.limited", fault.Away: "teams.graph.away",
		fault.Unsure: "teams.graph.away", fault.Invalid: "teams.changes.refused",
	}
	pulseSentences = sentences{
		fault.SignIn: "teams.graph.signin", fault.Denied: "teams.directory.denied", fault.NotFound: "teams.admin.account",
		fault.Conflict: "teams.graph.away", fault.Limited: "teams.graph.limited", fault.Away: "teams.graph.away",
		fault.Unsure: "teams.graph.away", fault.Invalid: "teams.directory.refused",
	}
)

// clip bounds what a vendor may put into a fault.
const clip = 100

func clipped(text string) string { return text[:min(len(text), clip)] }

// explain gives the usual fault of the status with Microsoft's own code. The
// message is left out: it is not for people and may quote what was sent.
func (s sentences) explain(r connector.Refusal) *fault.Error {
	code, request, _ := readGraphError(r.Body).read()
	f := connector.Refused(r, true)
	f.Key = s[f.Kind]
	f.Err = connector.WithEvidence(f.Err, connector.Evidence{
		Code: clipped(code), Correlation: clipped(cmp.Or(request, r.Header.Get("request-id")))})
	return f
}

// call makes one Graph call. All our calls may be repeated: createOrGet by its
// key, PATCH and DELETE by what they are.
func (s sentences) call(r connector.Request) connector.Request {
	r.Repeatable = true
	if r.Explain == nil {
		r.Explain = s.explain
	}
	return r
}

// named gives an error of the transport, which has no sentence yet, the one of its kind.
func (s sentences) named(err error) error {
	if err == nil {
		return nil
	}
	return sentence(err, s[fault.As(err).Kind])
}

// call and named are those of a call about meetings.
func call(r connector.Request) connector.Request { return meetingSentences.call(r) }

func named(err error) error { return meetingSentences.named(err) }

// keyed gives a fault another sentence, and all else of it stays.
func keyed(f *fault.Error, kind fault.Kind, key string, args ...any) *fault.Error {
	other := *f
	other.Kind, other.Key, other.Args = kind, key, args
	return &other
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
