package ical

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

const (
	// Largest is the most that is read of a calendar, unpacked: a person's
	// calendar of ten years is smaller.
	Largest = 5 << 20
	// patience is how long a calendar may take, from the first step to the last byte.
	patience = 10 * time.Second
	// maxRedirects is how often an address may lead to another.
	maxRedirects = 5
)

// A Reader reads calendars from addresses that strangers to this program chose.
// It goes nowhere but to public addresses, by https on its own port: an address
// is judged when it is dialled, so that neither a name that leads inside, nor one
// that changes between two looks, nor a redirect gets further.
type Reader struct {
	client *http.Client
	// allowed are the origins that are called wherever they lead.
	allowed []string
	// names looks hosts up; nil is the machine's own way.
	names *net.Resolver
}

// NewReader returns a reader. The allowed origins ("https://mail.example.com:8443")
// may be inside, on another port or without encryption: they are the operator's
// own, such as an Exchange server in the same network.
func NewReader(allowed ...string) *Reader {
	r := &Reader{allowed: allowed}
	r.client = &http.Client{Transport: &http.Transport{
		DialContext: r.dial, DisableKeepAlives: true, TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience,
		MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true, // no Proxy: it would dial in our place
	}, CheckRedirect: r.redirect}
	return r
}

// Read is connector.ReadBusy.
func (r *Reader) Read(ctx context.Context, p connector.Published) (b connector.Busy, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	at, err := Address(p.Address.Reveal())
	if err == nil {
		err = r.judge(at)
	}
	if err != nil {
		return b, err
	}
	res, err := r.get(ctx, at, p)
	if err != nil {
		return b, explain(err)
	}
	defer res.Body.Close()
	b.ETag, b.Modified = known(res.Header.Get("ETag")), known(res.Header.Get("Last-Modified"))
	if res.StatusCode == http.StatusNotModified && p.ETag+p.Modified != "" {
		b.Same = true
		return b, nil
	}
	if err := refused(res); err != nil {
		return b, err
	}
	b.Spans, err = Read(ctx, &capped{from: res.Body, left: Largest}, p.From, p.Till, p.Zone)
	return b, explain(err)
}

// Address reads what a person pasted: webcal:// is https:// by another name.
func Address(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if rest, ok := cutScheme(text, "webcal://", "webcals://"); ok {
		text = "https://" + rest
	}
	at, err := url.Parse(text)
	if err != nil || at.Host == "" || at.User != nil || at.Opaque != "" || at.Scheme != "https" && at.Scheme != "http" {
		return nil, fault.New(fault.Invalid, "busy.fault.address")
	}
	at.Fragment = ""
	return at, nil
}

func cutScheme(text string, schemes ...string) (string, bool) {
	for _, s := range schemes {
		if len(text) >= len(s) && strings.EqualFold(text[:len(s)], s) {
			return text[len(s):], true
		}
	}
	return text, false
}

// judge refuses what can be refused before a name is looked up.
func (r *Reader) judge(at *url.URL) error {
	switch {
	case slices.Contains(r.allowed, at.Scheme+"://"+at.Host):
		return nil
	case at.Scheme != "https":
		return fault.New(fault.Invalid, "busy.fault.plain")
	case at.Port() != "" && at.Port() != "443":
		return fault.New(fault.Invalid, "busy.fault.port")
	}
	return nil
}

// redirect judges where an answer leads. The address it came from is a secret,
// and stays one.
func (r *Reader) redirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer")
	if len(via) > maxRedirects {
		return fault.New(fault.Invalid, "busy.fault.redirects")
	}
	if req.URL.User != nil {
		return fault.New(fault.Invalid, "busy.fault.address")
	}
	return r.judge(req.URL)
}

func (r *Reader) get(ctx context.Context, at *url.URL, p connector.Published) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, fault.New(fault.Invalid, "busy.fault.address")
	}
	req.Header.Set("Accept", "text/calendar, */*;q=0.1")
	req.Header.Set("User-Agent", "Parley")
	if p.ETag != "" {
		req.Header.Set("If-None-Match", p.ETag)
	}
	if p.Modified != "" {
		req.Header.Set("If-Modified-Since", p.Modified)
	}
	return r.client.Do(req)
}

// dial connects, and lets the address be judged in the moment before.
func (r *Reader) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: patience, Resolver: r.names}
	if !r.allows(address) {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !Public(to.Addr()) {
				return fault.New(fault.Invalid, "busy.fault.inside")
			}
			return nil
		}
	}
	return d.DialContext(ctx, network, address)
}

// allows reports whether the host and port are those of an allowed origin.
func (r *Reader) allows(address string) bool {
	for _, origin := range r.allowed {
		at, err := url.Parse(origin)
		if err != nil {
			continue
		}
		port := at.Port()
		if port == "" {
			port = map[string]string{"https": "443", "http": "80"}[at.Scheme]
		}
		if net.JoinHostPort(at.Hostname(), port) == address {
			return true
		}
	}
	return false
}

// known keeps what an answer is known by if it is as short as such things are.
func known(text string) string {
	if len(text) > 500 {
		return ""
	}
	return text
}

// refused is what an answer that is no calendar means to its owner.
func refused(res *http.Response) error {
	cause := fmt.Errorf("the calendar's server answered %d", res.StatusCode)
	switch status := res.StatusCode; {
	case status == http.StatusOK && res.ContentLength > Largest:
		return tooLarge()
	case status == http.StatusOK:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return fault.Wrap(fault.NotFound, cause, "busy.fault.withdrawn")
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fault.Wrap(fault.Denied, cause, "busy.fault.denied")
	case connector.Throttled(status):
		f := fault.Wrap(fault.Limited, cause, "busy.fault.away")
		f.After = connector.RetryAfter(res.Header)
		return f
	case status >= 500, status == http.StatusRequestTimeout:
		return fault.Wrap(fault.Away, cause, "busy.fault.away")
	}
	return fault.Wrap(fault.Invalid, cause, "busy.fault.calendar")
}

func tooLarge() error { return fault.New(fault.Invalid, "busy.fault.large") }

// explain turns what went wrong on the way into a sentence. It drops what the
// standard library says of the address, which is a secret.
func explain(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	var name *net.DNSError
	var cut net.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &name) && name.IsNotFound:
		return fault.Wrap(fault.Away, errors.New("the calendar's host has no address"), "busy.fault.host")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &cut) && cut.Timeout():
		return fault.Wrap(fault.Away, errors.New("the calendar did not come in time"), "busy.fault.slow")
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fault.Wrap(fault.Away, fmt.Errorf("the calendar cannot be fetched (%T)", err), "busy.fault.away")
}

// A capped reader ends with a fault where a plain limit would end as if all had come.
type capped struct {
	from io.Reader
	left int
}

// Read reads while there is room.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.from.Read(p[:min(len(p), c.left+1)])
	if c.left -= n; c.left < 0 {
		return 0, tooLarge()
	}
	return n, err
}
