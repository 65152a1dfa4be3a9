package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Checker holds the traffic of one test against a vendor's descriptions.
type Checker struct {
	t    testing.TB
	book *book
	// tolerated answers are not held against the description: those that faults made up.
	tolerated func(*http.Response) bool
}

// Graph checks Microsoft Graph and the sign-in. Where the descriptions are missing it says so and lets all pass.
func Graph(t testing.TB) *Checker {
	t.Helper()
	b, err := graphBook()
	if err != nil {
		t.Fatal(err)
	}
	if b == nil {
		t.Log("the vendors' descriptions are not here; this traffic is not validated")
	}
	return &Checker{t: t, book: b}
}

// Tolerate leaves out the answers that fits picks, such as those a fault made up.
func (c *Checker) Tolerate(fits func(*http.Response) bool) *Checker {
	c.tolerated = fits
	return c
}

// Transport validates what goes through it. Traffic to other services passes untouched.
func (c *Checker) Transport(base http.RoundTripper) http.RoundTripper {
	return transport{c, base}
}

type transport struct {
	checker *Checker
	base    http.RoundTripper
}

// RoundTrip performs the request and validates both sides.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.checker.book == nil {
		return t.base.RoundTrip(r)
	}
	sent, err := drain(&r.Body)
	if err != nil {
		return nil, err
	}
	answer, err := t.base.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	got, err := drain(&answer.Body)
	if err != nil {
		return nil, err
	}
	t.checker.Check(r, sent, answer, got)
	return answer, nil
}

// drain reads a body and puts it back.
func drain(body *io.ReadCloser) ([]byte, error) {
	if *body == nil || *body == http.NoBody {
		return nil, nil
	}
	data, err := io.ReadAll(*body)
	if closed := (*body).Close(); err == nil {
		err = closed
	}
	*body = io.NopCloser(bytes.NewReader(data))
	return data, err
}

// Handler validates the traffic of a server.
func (c *Checker) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := drain(&r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		answer := recorder.Result()
		for name, values := range answer.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.StatusCode)
		_, _ = w.Write(recorder.Body.Bytes())
		c.Check(r, sent, answer, recorder.Body.Bytes())
	})
}

// Check validates one exchange whose bodies were read already.
func (c *Checker) Check(r *http.Request, sent []byte, answer *http.Response, got []byte) {
	if c.book == nil || c.t.Context().Err() != nil {
		return
	}
	path, login, ours := vendorPath(r.URL)
	if !ours {
		return
	}
	op, params := c.book.find(r.Method, path, login)
	if op == nil {
		if answer.StatusCode < http.StatusBadRequest {
			c.t.Errorf("%s %s is no call that Microsoft describes", r.Method, r.URL.Path)
		}
		return
	}
	c.exchange(op, params, r, sent, answer, got)
	if strings.HasSuffix(path, "/$batch") {
		c.parts(r, sent, got)
	}
}

// keyForm is OData's other spelling of an entity's path, users('id').
var keyForm = regexp.MustCompile(`^(/users)\('([^/]*)'\)`)

// vendorPath is the part of an address that the descriptions speak of: what follows the version, or begins with the
// tenant.
func vendorPath(u *url.URL) (path string, login, ours bool) {
	escaped := u.EscapedPath()
	if _, after, ok := strings.Cut(escaped, "/v1.0/"); ok {
		return keyForm.ReplaceAllString("/"+after, "$1/$2"), false, true
	}
	for _, end := range []string{"/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys", "/oauth2/v2.0/authorize", "/oauth2/v2.0/token", "/v2.0/adminconsent"} {
		if before, ok := strings.CutSuffix(escaped, end); ok {
			return before[strings.LastIndex(before, "/"):] + end, true, true
		}
	}
	return "", false, false
}

func (b *book) find(method, path string, login bool) (*operation, map[string]string) {
	for _, op := range b.operations {
		if op.method != method || op.login != login {
			continue
		}
		if m := op.path.FindStringSubmatch(path); m != nil {
			params := map[string]string{}
			for i, name := range op.params {
				params[name], _ = url.PathUnescape(m[i+1])
			}
			return op, params
		}
	}
	return nil, nil
}

// exchange validates a request, unless the vendor refused it, and its answer.
func (c *Checker) exchange(op *operation, params map[string]string, r *http.Request, sent []byte, answer *http.Response, got []byte) {
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(bytes.NewReader(sent))
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true, SkipSettingDefaults: true}
	input := &openapi3filter.RequestValidationInput{Request: copied, PathParams: params, Options: options,
		Route: &routers.Route{Spec: op.spec, Path: op.name, PathItem: op.item, Method: op.method, Operation: op.op}}
	if answer.StatusCode < http.StatusBadRequest {
		err := openapi3filter.ValidateRequest(r.Context(), input)
		if err == nil {
			err = unknownIn(op.request(r), sent)
		}
		if err != nil {
			c.t.Errorf("the request %s is not as Microsoft describes it: %v", op.name, err)
		}
	}
	if c.skipsAnswer(op, answer) {
		return
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: answer.StatusCode, Header: answer.Header, Options: options}
	response.SetBodyBytes(got)
	err := openapi3filter.ValidateResponse(r.Context(), response)
	if err == nil && !op.login { // sign-in answers may carry more than is described
		err = unknownIn(op.answer(answer), got)
	}
	if err != nil {
		c.t.Errorf("the answer %d to %s is not as Microsoft describes it: %v", answer.StatusCode, op.name, err)
		return
	}
	count(op.name)
}

// skipsAnswer leaves out what the descriptions do not cover: pages for people, and refusals that the hand-written file
// does not list.
func (c *Checker) skipsAnswer(op *operation, answer *http.Response) bool {
	page := strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html")
	listed := op.op.Responses.Status(answer.StatusCode) != nil
	made := c.tolerated != nil && c.tolerated(answer)
	return page || made || !listed && answer.StatusCode >= http.StatusBadRequest
}

// parts validates each request of a batch and its answer as if they had come alone.
func (c *Checker) parts(r *http.Request, sent, got []byte) {
	var asked struct {
		Requests []struct {
			ID, Method, URL string
			Headers         map[string]string
			Body            json.RawMessage
		}
	}
	var given struct {
		Responses []struct {
			ID      string
			Status  int
			Headers map[string]string
			Body    json.RawMessage
		}
	}
	if json.Unmarshal(sent, &asked) != nil || json.Unmarshal(got, &given) != nil {
		return
	}
	for _, part := range asked.Requests {
		inner, err := http.NewRequestWithContext(r.Context(), part.Method, "/v1.0/"+strings.TrimPrefix(part.URL, "/"), bytes.NewReader(part.Body))
		if err != nil {
			c.t.Errorf("a part of a batch is no request: %v", err)
			continue
		}
		inner.Header = headers(part.Headers)
		for _, answer := range given.Responses {
			if answer.ID == part.ID {
				c.Check(inner, part.Body, &http.Response{StatusCode: answer.Status, Header: headers(answer.Headers)}, answer.Body)
			}
		}
	}
}

func headers(flat map[string]string) http.Header {
	h := http.Header{}
	for name, value := range flat {
		h.Set(name, value)
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
	return h
}

// String names the operation.
func (o *operation) String() string { return fmt.Sprintf("%s (%s)", o.name, o.op.OperationID) }
