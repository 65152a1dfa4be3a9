package connector

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"parley/internal/fault"

	"github.com/google/uuid"
)

// Deadline is the longest that one call to a vendor may take, waiting at the
// gate included.
const Deadline = 15 * time.Second

// BodyCap is the largest answer that is read unless a vendor says otherwise.
const BodyCap = 4 << 20

// errorCap is how much of a refusal is read: enough for any vendor's error.
const errorCap = 64 << 10

// A Request is one call to a vendor.
type Request struct {
	Method, URL string
	Header      http.Header
	// Body is sent as JSON, or as a form when it is url.Values.
	Body any
	// Into receives the JSON answer; nil ignores it.
	Into any
	// Most is the largest answer that is read, in bytes; zero means BodyCap. A
	// vendor that needs more says so in its Limits too.
	Most int64
	// Repeatable says that asking twice is asking once, so that a 5xx answer
	// leaves no doubt: the call is simply made again.
	Repeatable bool
	// Explain turns a refusal into the vendor's own fault; nil, or a nil
	// answer, leaves the usual one of the status.
	Explain func(Refusal) *fault.Error
}

// A Refusal is an answer that is no success.
type Refusal struct {
	Status int
	Header http.Header
	Body   []byte
}

// Call makes the request with the client and reads the answer. Its errors are
// faults with evidence; they carry the vendor's host and path, never a query or
// a token. It returns the status of the answer.
func Call(ctx context.Context, c *http.Client, r Request) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, Deadline)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	req, err := r.build(ctx)
	if err != nil {
		return 0, err
	}
	e := Evidence{Call: r.Method + " " + place(req.URL)}
	res, err := c.Do(req)
	if err != nil {
		return 0, witnessed(broken(err, sent.Load(), r.Method), e)
	}
	defer res.Body.Close()
	e.Status = res.StatusCode
	e.At, _ = http.ParseTime(res.Header.Get("Date"))
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return res.StatusCode, witnessed(r.refused(res), e)
	}
	return res.StatusCode, witnessed(r.read(res), e)
}

// witnessed puts evidence into a fault. It goes below everything that a caller
// may still change of the fault. One that came with a call of its own, such as a
// renewal of the token that failed on the way, is evidence of that call.
func witnessed(err error, e Evidence) error {
	if err == nil {
		return nil
	}
	if had, found := EvidenceOf(err); found && had.Call != "" {
		return err
	}
	f := *fault.As(err)
	f.Err = WithEvidence(f.Err, e)
	return &f
}

func (r Request) build(ctx context.Context) (*http.Request, error) {
	body, kind, err := r.encode()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, errors.New("the address of a vendor call cannot be read")
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("client-request-id", uuid.NewString())
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	return req, nil
}

func (r Request) encode() (io.Reader, string, error) {
	switch body := r.Body.(type) {
	case nil:
		return nil, "", nil
	case url.Values:
		return bytes.NewReader([]byte(body.Encode())), "application/x-www-form-urlencoded", nil
	default:
		data, err := json.Marshal(body)
		if err != nil {
			return nil, "", fmt.Errorf("encode the request: %w", err)
		}
		return bytes.NewReader(data), "application/json", nil
	}
}

func (r Request) refused(res *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(res.Body, errorCap))
	refusal := Refusal{Status: res.StatusCode, Header: res.Header, Body: body}
	if r.Explain != nil {
		if f := r.Explain(refusal); f != nil {
			return f
		}
	}
	return Refused(refusal, r.Repeatable)
}

// read takes the JSON answer of a success. An answer that cannot be read says
// nothing about what the vendor did.
func (r Request) read(res *http.Response) error {
	if r.Into == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, errorCap))
		return nil
	}
	most := cmp.Or(r.Most, BodyCap)
	data, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	if err != nil {
		return unread(r.Method, fmt.Errorf("the answer broke off: %w", bare(err)))
	}
	if int64(len(data)) > most {
		return unread(r.Method, fmt.Errorf("the answer is larger than %d bytes", most))
	}
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind == "text/html" {
		return unread(r.Method, errors.New("the answer is a web page, not JSON"))
	}
	if err := json.Unmarshal(data, r.Into); err != nil {
		// The error of encoding/json may quote the answer, which may hold a token.
		return unread(r.Method, errors.New("the answer is not the JSON that was promised"))
	}
	return nil
}

func unread(method string, err error) error {
	if safe(method) {
		return fault.Wrap(fault.Away, err, "")
	}
	return fault.Wrap(fault.Unsure, err, "")
}

// place is an address without its query, fragment and user: what may be logged.
func place(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }
