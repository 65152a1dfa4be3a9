package words

import "errors"

// Fault returns the sentence a person reads about an error: that of the error's
// own key, else the general one of its kind, which the error names as
// "fault.<kind>". An error that knows no sentence is our own defect, of which
// the person reads only that. A nil error is the empty text.
//
// The error tells its key by a method, because this package may import nothing
// of ours.
func Fault(r Reader, err error) string {
	if err == nil {
		return ""
	}
	var e interface {
		error
		Sentences() (own, general string, args []any)
	}
	if !errors.As(err, &e) {
		return r.T("fault.internal")
	}
	own, general, args := e.Sentences()
	if own != "" && r.Has(own) {
		return r.T(own, args...)
	}
	if own != "" {
		miss(own)
	}
	return r.T(general)
}
