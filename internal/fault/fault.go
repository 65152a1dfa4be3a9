// Package fault is the one vocabulary of failure. Every error that a person, a
// job or a vendor may have to act on carries one of nine kinds, and where a
// person reads it, the key of a sentence in the message catalogue.
//
// Three readers use the kinds: the doors (HTTP status), the job runner (retry
// or stop) and the answers to cards. It owns no texts: package words does.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// A Kind says what can be done about a failure. The zero Kind is Internal, so
// that an error nobody thought about is never shown to a person.
type Kind int

// The nine kinds of failure.
const (
	// Internal is a defect or a broken machine of ours. Details are logged, never shown.
	Internal Kind = iota
	// Invalid is input that the one who gave it can put right.
	Invalid
	// NotFound is a thing that is not there, or is not the asker's to see.
	NotFound
	// Denied is an act that this person or account may not do.
	Denied
	// SignIn means that somebody has to sign in (again), here or at a vendor.
	SignIn
	// Conflict means that the world moved on: taken, changed or already done.
	Conflict
	// Limited means too many calls; After says when to come back.
	Limited
	// Away means that the other side cannot be reached and certainly did nothing.
	Away
	// Unsure means that the other side fell silent after the request was sent:
	// it may have done what was asked.
	Unsure
)

var kindNames = [...]string{"internal", "invalid", "not found", "denied", "sign in", "conflict", "limited", "away", "unsure"}

// String names the kind for logs.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kindNames[k]
}

// An Error is a failure with a kind and, for people, a sentence.
type Error struct {
	Kind Kind
	// Key names the sentence for people in the message catalogue; empty means
	// the general sentence of the kind.
	Key string
	// Args are name and value pairs that the sentence speaks of. Values may be
	// shown to the person who asked, so no secret belongs here.
	Args []any
	// Field is the form field or API property the failure is about, if one.
	Field string
	// After is how long the other side asked us to wait. Limited only.
	After time.Duration
	// Err is the cause. It is logged, never shown to a person.
	Err error
}

// New returns a failure with the sentence key and its name and value pairs.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Wrap gives a cause a kind and a sentence. A nil cause gives an Error all the same.
func Wrap(kind Kind, err error, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args, Err: err}
}

// At returns a copy of the error that points to a form field.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Error is the text for logs: kind, sentence key, field and cause.
func (e *Error) Error() string {
	s := e.Kind.String()
	if e.Key != "" {
		s += " (" + e.Key + ")"
	}
	if e.Field != "" {
		s += " at " + e.Field
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// As returns the first fault in the chain of err, or one of kind Internal that
// wraps it, so that a caller always has something to act on.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Err: err}
}

// Is reports whether the first fault in the chain of err is of the kind. A nil
// error is of no kind.
func Is(err error, kind Kind) bool { return err != nil && As(err).Kind == kind }

// Of returns every fault that errors.Join put together in err, however it was
// wrapped since, or the one there is. A form shows each at its field.
func Of(err error) []*Error {
	if err == nil {
		return nil
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if _, ok := e.(*Error); ok {
			break
		}
		if joined, ok := e.(interface{ Unwrap() []error }); ok {
			var all []*Error
			for _, part := range joined.Unwrap() {
				all = append(all, Of(part)...)
			}
			return all
		}
	}
	return []*Error{As(err)}
}

// Op is deferred at the top of a function: it puts the operation's name and
// arguments in front of the error that leaves it.
//
//	defer fault.Op(&err, "book %s", service)
func Op(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf(format+": %w", append(args, *err)...)
	}
}
