package connector

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Evidence is what a vendor answered, in its own words, as its support asks for
// it. It holds no token, no query and no text that was sent.
type Evidence struct {
	// Call is the method and the address without its query.
	Call string
	// Status is the HTTP status; zero when no answer came.
	Status int
	// Code is the vendor's error code, such as "Forbidden" or "AADSTS700082".
	Code string
	// Correlation is the vendor's id of the request.
	Correlation string
	// At is when, as far as the answer said.
	At time.Time
}

// String is the evidence in one line.
func (e Evidence) String() string {
	var parts []string
	if e.Call != "" {
		parts = append(parts, e.Call)
	}
	if e.Status != 0 {
		parts = append(parts, strconv.Itoa(e.Status))
	}
	if e.Code != "" {
		parts = append(parts, fmt.Sprintf("%.60q", e.Code))
	}
	if e.Correlation != "" {
		parts = append(parts, fmt.Sprintf("(correlation id %.60q)", e.Correlation))
	}
	return strings.Join(parts, " ")
}

// evident carries evidence in a chain of errors.
type evident struct {
	Evidence
	err error
}

func (e evident) Error() string {
	said := e.Evidence.String()
	switch {
	case e.err == nil:
		return said
	case said == "":
		return e.err.Error()
	}
	return said + ": " + e.err.Error()
}

func (e evident) Unwrap() error { return e.err }

// WithEvidence puts evidence into the chain of an error.
func WithEvidence(err error, e Evidence) error { return evident{e, err} }

// EvidenceOf is what the vendor answered, as every layer of the error knows it:
// a part that one layer leaves out is taken from a deeper one.
func EvidenceOf(err error) (e Evidence, found bool) {
	var layer evident
	for errors.As(err, &layer) {
		found = true
		e = e.or(layer.Evidence)
		err = layer.err
	}
	return e, found
}

func (e Evidence) or(deeper Evidence) Evidence {
	if e.Call == "" {
		e.Call = deeper.Call
	}
	if e.Status == 0 {
		e.Status = deeper.Status
	}
	if e.Code == "" {
		e.Code = deeper.Code
	}
	if e.Correlation == "" {
		e.Correlation = deeper.Correlation
	}
	if e.At.IsZero() {
		e.At = deeper.At
	}
	return e
}
