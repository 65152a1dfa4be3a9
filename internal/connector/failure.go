package connector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"parley/internal/fault"
)

// longestWait bounds a vendor's Retry-After: a day is as long as any limit lasts.
const longestWait = 24 * time.Hour

// Refused is the usual fault of a refusal, by its status. Repeatable calls
// that end in 5xx were not done or do not mind being done again: Away.
func Refused(r Refusal, repeatable bool) *fault.Error {
	cause := fmt.Errorf("the vendor answered %d", r.Status)
	switch {
	case r.Status == http.StatusUnauthorized:
		return fault.Wrap(fault.SignIn, cause, "")
	case r.Status == http.StatusForbidden:
		return fault.Wrap(fault.Denied, cause, "")
	case r.Status == http.StatusNotFound, r.Status == http.StatusGone:
		return fault.Wrap(fault.NotFound, cause, "")
	case r.Status == http.StatusConflict, r.Status == http.StatusPreconditionFailed:
		return fault.Wrap(fault.Conflict, cause, "")
	case Throttled(r.Status):
		f := fault.Wrap(fault.Limited, cause, "")
		f.After = RetryAfter(r.Header)
		return f
	case r.Status == http.StatusLocked:
		return fault.Wrap(fault.Away, cause, "")
	case r.Status >= 500 && repeatable:
		return fault.Wrap(fault.Away, cause, "")
	case r.Status >= 500, r.Status == http.StatusRequestTimeout:
		return fault.Wrap(fault.Unsure, cause, "")
	case r.Status >= 300 && r.Status < 400:
		// We follow no redirects with a token in hand.
		return fault.Wrap(fault.Internal, cause, "")
	}
	return fault.Wrap(fault.Invalid, cause, "")
}

// Throttled reports whether the status says "too many calls". Microsoft also
// uses 509 for it (Graph, error responses).
func Throttled(status int) bool { return status == http.StatusTooManyRequests || status == 509 }

// RetryAfter is how long the answer asks us to wait, in seconds or as a date;
// zero when it says nothing that can be understood.
func RetryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		// Compared before it is multiplied, which could overflow.
		return time.Duration(min(max(seconds, 0), int64(longestWait/time.Second))) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	// The answer's own Date, so that a difference of clocks does not matter.
	from, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(at.Sub(from), 0), longestWait)
}

// broken is the fault of a call that ended without an answer. What was never
// sent, or only asked, has certainly done nothing: Away. All else is Unsure.
func broken(err error, sent bool, method string) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	err = bare(err)
	if !sent || neverSent(err) || safe(method) {
		return fault.Wrap(fault.Away, err, "")
	}
	return fault.Wrap(fault.Unsure, err, "")
}

// bare takes the address off a client's error: its query may hold a secret.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)
	}
	return err
}

func neverSent(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	var cert *tls.CertificateVerificationError
	return errors.As(err, &dns) || errors.As(err, &cert) || (errors.As(err, &op) && op.Op == "dial")
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// operatorFault marks a fault of our own registration at the vendor.
type operatorFault struct{ err error }

func (o operatorFault) Error() string { return "our registration at the vendor: " + o.err.Error() }
func (o operatorFault) Unwrap() error { return o.err }

// OperatorFault is a fault of our own registration at the vendor, such as a
// secret that has expired. The one who runs the installation has to act, and no
// customer's connection is to blame. The key is the sentence for people.
func OperatorFault(err error, key string, args ...any) *fault.Error {
	return fault.Wrap(fault.Internal, operatorFault{err}, key, args...)
}

// IsOperatorFault reports whether the operator's registration is to blame.
func IsOperatorFault(err error) bool {
	var o operatorFault
	return errors.As(err, &o)
}
