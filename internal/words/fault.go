package words

import (
	"strings"

	"parley/internal/fault"
)

// Fault returns the sentence a person reads about an error: that of the fault's
// own key, else the general one of its kind. An error that is no fault is our
// own defect, of which the person reads only that. A nil error is the empty
// text.
func Fault(r Reader, err error) string {
	if err == nil {
		return ""
	}
	f := fault.As(err)
	if f.Key != "" && r.Has(f.Key) {
		return r.T(f.Key, f.Args...)
	}
	if f.Key != "" {
		miss(f.Key)
	}
	return r.T("fault." + strings.ReplaceAll(f.Kind.String(), " ", "_"))
}
