package vault

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
)

// Scan is the purpose of reading a whole directory.
const Scan = "directory scan"

// A Purpose is what a connection is lent for. A read of people is logged: a
// purpose that names a person, or Scan.
type Purpose struct {
	What     string
	PersonID string
}

// Checkup is the purpose of looking whether a connection is well.
const Checkup = "checkup"

// setsUp reports whether it is done before a connection is finished.
func (p Purpose) setsUp() bool { return p.What == Scan || p.What == Checkup }

func (p Purpose) reads() bool { return p.What == Scan || p.PersonID != "" }

// Lend returns leave to call the connection's vendor: a client that puts the
// token in, waits for its permit at the gate, calls no host but the vendor's,
// caps answers and time, renews once when the vendor says 401, logs reads of
// people, and refuses once the connection is off, however long it was kept.
func (v *Vault) Lend(ctx context.Context, orgID, connectionID string, purpose Purpose) (*http.Client, error) {
	c, err := v.Connection(ctx, v.db, orgID, connectionID)
	if err != nil {
		return nil, err
	}
	if err := c.lendable(purpose); err != nil {
		return nil, err
	}
	vendor, err := v.vendor(c.Vendor)
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Transport:     &lent{v: v, c: c, vendor: vendor, purpose: purpose},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// lent is the round tripper of a lent client: all rules of calling a vendor.
type lent struct {
	v       *Vault
	c       Connection
	vendor  connector.Vendor
	purpose Purpose
	logged  atomic.Bool
}

// RoundTrip makes one call by the rules.
func (l *lent) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := l.allowed(req.URL); err != nil {
		closeBody(req)
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), connector.Deadline)
	res, err := l.call(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	// The deadline holds until the answer is read; the caller closes it.
	res.Body = &capped{body: res.Body, left: l.cap(), done: cancel}
	return res, nil
}

// tokensTried is how many tokens a call shows before a 401 means that the account
// has to sign in again. The second may have ended as the first did, renewed by
// another call a while ago; the third was renewed because the second was refused.
const tokensTried = 3

// call sends the request, and again with a renewed token after a 401.
func (l *lent) call(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	for tried := 1; ; tried++ {
		res, used, err := l.send(req)
		if err != nil || res.StatusCode != http.StatusUnauthorized || (req.Body != nil && req.GetBody == nil) {
			return res, err
		}
		drop(res)
		if tried == tokensTried {
			// Tokens that are seconds old are refused: consent was withdrawn.
			return nil, l.v.refused(context.WithoutCancel(ctx), l.c, used, fault.New(fault.SignIn, "vault.fault.refused"))
		}
		if err := l.v.renew(ctx, l.c.OrgID, l.c.ID, used); err != nil {
			return nil, err
		}
		again := req.Clone(ctx)
		if req.GetBody != nil {
			if again.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
		req = again
	}
}

// send makes one attempt: board, wait for the permit's instant, go, land.
func (l *lent) send(req *http.Request) (res *http.Response, version int64, err error) {
	ctx := req.Context()
	b, err := l.board(ctx)
	if err != nil {
		closeBody(req)
		return nil, 0, err
	}
	if err := pause(ctx, b.wait); err != nil {
		closeBody(req)
		l.land(ctx, b, nil)
		return nil, 0, fault.Wrap(fault.Away, err, "")
	}
	out := req.Clone(ctx)
	out.Header.Set("Authorization", "Bearer "+b.access)
	res, err = l.v.cfg.Transport.RoundTrip(out)
	l.v.metrics.called(l.c.Vendor, res)
	l.land(ctx, b, res)
	if err != nil {
		return nil, 0, bare(err)
	}
	return res, b.version, nil
}

// allowed keeps the token from any host but the vendor's.
func (l *lent) allowed(u *url.URL) error {
	if slices.Contains(l.vendor.Hosts, u.Host) && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
		return nil
	}
	return fault.Wrap(fault.Denied, errors.New("a call to a host that is not the vendor's: "+u.Host), "vault.lend.host")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (l *lent) cap() int64 {
	if l.vendor.Limits.Body > 0 {
		return l.vendor.Limits.Body
	}
	return connector.BodyCap + 1 // so that connector.Call can tell a full answer from one too large
}

// logRead writes down once for each lent client that people were read.
func (l *lent) logRead(ctx context.Context, tx *db.Tx) error {
	if !l.purpose.reads() || l.logged.Load() {
		return nil
	}
	tx.After(func() { l.logged.Store(true) })
	r := Read{OrgID: l.c.OrgID, ID: db.NewID(), ConnectionID: l.c.ID, PersonID: l.purpose.PersonID, What: l.purpose.What, At: tx.Now()}
	return db.Insert(ctx, tx, "reads", &r)
}

// capped ends an answer that is too large, and the deadline when it is closed.
type capped struct {
	body io.ReadCloser
	left int64
	done context.CancelFunc
}

var errTooLarge = errors.New("the vendor's answer is too large")

// Read reads up to the cap.
func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLarge
	}
	n, err := c.body.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// Close ends the call.
func (c *capped) Close() error {
	defer c.done()
	return c.body.Close()
}

func drop(res *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	_ = res.Body.Close()
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// bare takes the address off an error: its query may hold a secret.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
