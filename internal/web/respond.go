package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/fault"
	"parley/internal/words"
)

// A Problem is a failure as a person is told of it.
type Problem struct {
	Status int
	Kind   fault.Kind
	// Title and Text are in the reader's language.
	Title, Text string
	// Reference is a number to quote; empty where there is nothing to look up.
	Reference string
}

var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError,
	fault.Invalid:  http.StatusBadRequest,
	fault.NotFound: http.StatusNotFound,
	fault.Denied:   http.StatusForbidden,
	fault.SignIn:   http.StatusUnauthorized,
	fault.Conflict: http.StatusConflict,
	fault.Limited:  http.StatusTooManyRequests,
	fault.Away:     http.StatusServiceUnavailable,
	fault.Unsure:   http.StatusBadGateway,
}

// errMethod is a known address with a method that it does not take.
var errMethod = fault.New(fault.Invalid, "web.method")

// statusOf turns a failure into a status. A form that was filled in wrongly is
// 422, which htmx and browsers both draw.
func statusOf(r *http.Request, err error) int {
	var large *http.MaxBytesError
	switch f := fault.As(err); {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed
	case f.Kind == fault.Invalid && r.Method == http.MethodPost:
		return http.StatusUnprocessableEntity
	default:
		return statuses[f.Kind]
	}
}

// respond answers a request with a failure.
func (s *Site) respond(w http.ResponseWriter, r *http.Request, err error) {
	v, f := visitOf(r), fault.As(err)
	v.err = err
	if out, ok := w.(*writer); ok && !out.takeBack() {
		return // too late to say it otherwise than in the log
	}
	if left(r, err) {
		w.WriteHeader(statusLeft)
		return
	}
	if f.Kind == fault.SignIn && wantsPage(r) {
		s.askToSignIn(w, r, f)
		return
	}
	if f.Kind == fault.Limited {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(f.After.Seconds())))))
	}
	p := problem(r, err)
	if !wantsPage(r) {
		writePlain(w, p)
		return
	}
	if err := s.Draw(w, r, p); err != nil {
		v.err = errors.Join(v.err, fmt.Errorf("draw error page: %w", err))
		writePlain(w, p)
	}
}

// statusLeft is for the log and the measurements only: nobody is there to read it.
const statusLeft = 499

// left reports whether nothing failed but that the browser went away while its
// page was being made.
func left(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled)
}

// problem puts a failure into the reader's words.
func problem(r *http.Request, err error) Problem {
	reader, status := ReaderOf(r), statusOf(r, err)
	p := Problem{Status: status, Kind: fault.As(err).Kind, Text: words.Fault(reader, fault.As(err))}
	if status == http.StatusRequestEntityTooLarge {
		p.Kind, p.Text = fault.Invalid, reader.T("web.large")
	}
	p.Title = reader.T("web.title." + strings.ReplaceAll(p.Kind.String(), " ", "_"))
	if p.Kind != fault.NotFound && p.Kind != fault.Invalid {
		p.Reference = visitOf(r).id
	}
	return p
}

// askToSignIn leads to the sign-in page and from there back to what was asked
// for; why, if there is a reason, is told there.
func (s *Site) askToSignIn(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	next := "/"
	if r.Method == http.MethodGet {
		next = r.URL.RequestURI()
	}
	if f.Key != "" {
		Tell(w, r, Flash{Tone: "info", Key: f.Key})
	}
	to := "/signin"
	if next != "/" {
		to += "?next=" + url.QueryEscape(next)
	}
	_ = Redirect(w, r, to)
}

func writePlain(w http.ResponseWriter, p Problem) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(p.Status)
	text := p.Title + "\n" + p.Text + "\n"
	if p.Reference != "" {
		text += p.Reference + "\n"
	}
	_, _ = io.WriteString(w, text)
}

// wantsPage reports whether whoever asks can show a page: a browser, or htmx.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html") || r.Header.Get("HX-Request") != ""
}

// unmatched says what is wrong with an address that no route has: the mux knows
// whether it is the path or the method.
func unmatched(w http.ResponseWriter, r *http.Request, h http.Handler) error {
	seen := &bare{header: http.Header{}}
	h.ServeHTTP(seen, r)
	if seen.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", seen.header.Get("Allow"))
		return errMethod
	}
	return fault.New(fault.NotFound, "")
}

// bare hears only status and headers.
type bare struct {
	header http.Header
	status int
}

func (b *bare) Header() http.Header         { return b.header }
func (b *bare) Write(p []byte) (int, error) { return len(p), nil }
func (b *bare) WriteHeader(status int)      { b.status = status }

// Redirect sends a browser on with GET, and a page of htmx as a whole.
func Redirect(w http.ResponseWriter, r *http.Request, to string) error {
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// nextMax is longer than any address of ours.
const nextMax = 2000

// Next returns where to go after this, as the form or address says, if that is
// a page of ours; else the front page.
func Next(r *http.Request) string { return Local(r.FormValue("next")) }

// Local returns an address if it is a path of this site, and "/" if a browser
// could take it for anything else.
func Local(next string) string {
	u, err := url.Parse(next)
	bad := err != nil || len(next) > nextMax || !clean(next) || strings.ContainsAny(next, "\\\t\r\n")
	if bad || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return "/"
	}
	return next
}

// Back returns the page of ours that a form stood on, for small forms that are
// on every page.
func Back(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || !strings.EqualFold(from.Host, r.Host) {
		return "/"
	}
	return Local(from.RequestURI())
}
