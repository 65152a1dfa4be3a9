package graph

import (
	"bytes"
	"cmp"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/connector"
)

// noteCap is how much of an answer the doctor keeps.
const noteCap = 64 << 10

// A note is what one call was answered with. The body is never shown.
type note struct {
	connector.Evidence
	// page says that it is a web page.
	page bool
	// signed says that the answer is Microsoft's own, not that of something on the way.
	signed bool
	body   []byte
}

// A notebook is a transport that notes the answers, so that a finding has its
// evidence even where the answer was a success.
type notebook struct {
	base http.RoundTripper
	// into is the notebook to write in; nil is this one.
	into *notebook
	last note
	// all are those of the look that is being made.
	all []note
	// date is the last time that Microsoft told.
	date note
}

func (n *notebook) clear() { n.last, n.all = note{}, nil }

// RoundTrip makes the call and notes the answer.
func (n *notebook) RoundTrip(r *http.Request) (*http.Response, error) {
	book := n
	if n.into != nil {
		book = n.into
	}
	book.last = note{Evidence: connector.Evidence{Call: r.Method + " " + r.URL.Scheme + "://" + r.URL.Host + r.URL.EscapedPath()}}
	base := n.base
	if base == nil {
		base = http.DefaultTransport
	}
	res, err := base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	head, rest := io.ReadAll(io.LimitReader(res.Body, noteCap))
	book.write(res, head)
	res.Body = reread{io.MultiReader(bytes.NewReader(head), failing{rest}, res.Body), res.Body}
	return res, nil
}

// reread is a body that was begun to be read, from its start.
type reread struct {
	io.Reader
	io.Closer
}

// failing ends a body where reading it failed before.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

func (n *notebook) write(res *http.Response, body []byte) {
	l := &n.last
	l.Status, l.body = res.StatusCode, body
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	l.page = kind == "text/html"
	l.At, _ = http.ParseTime(res.Header.Get("Date"))
	l.Correlation = res.Header.Get("request-id")
	if l.Correlation == "" {
		l.Correlation = res.Header.Get("x-ms-request-id")
	}
	l.readCode()
	defer func() { n.all = append(n.all, *l) }()
	l.signed = l.Correlation != "" || l.Code != ""
	if !l.page && !l.At.IsZero() {
		n.date = *l
	}
}

// readCode takes Microsoft's own code out of a refusal: Graph's, or that of the
// sign-in service.
func (n *note) readCode() {
	if n.Status < http.StatusBadRequest {
		return
	}
	if code, request, _ := readGraphError(n.body).read(); code != "" {
		n.Code, n.Correlation = clipped(code), clipped(cmp.Or(request, n.Correlation))
		return
	}
	login := readRefusal(n.body)
	if n.Code = clipped(login.Error); login.number() != 0 {
		n.Code = "AADSTS" + strconv.Itoa(login.number())
	}
	n.Correlation = clipped(cmp.Or(login.Correlation, n.Correlation))
}

// says reports whether Microsoft's message holds a text. Messages are not to be
// branched on, except where nothing else tells two refusals apart.
func (n *note) says(text string) bool {
	return strings.Contains(strings.ToLower(readGraphError(n.body).Message), text)
}

// of is the note of the call that an error came from: a part of the connector
// may have asked something else after it. A call that was not made by the doctor,
// such as a renewal of the token that failed on the way, is known by what the
// error tells of it.
func (n *notebook) of(err error) note {
	e, _ := connector.EvidenceOf(err)
	for _, one := range slices.Backward(n.all) {
		if one.Call == e.Call {
			return one
		}
	}
	if e.Call != "" && e.Call != n.last.Call {
		return note{Evidence: e, signed: e.Code != "" || e.Correlation != ""}
	}
	return n.last
}

// ahead is how far a clock of ours is ahead of Microsoft's.
func (n *notebook) ahead(ours time.Time) (time.Duration, bool) {
	if n.date.At.IsZero() || ours.IsZero() {
		return 0, false
	}
	return ours.Sub(n.date.At), true
}
