package fault

import "errors"

// Fields collects what is wrong with a form, so that all of it is told at once.
// The zero value is a form without faults.
type Fields []error

// Add points a failure to its field; nil is none.
func (f *Fields) Add(field string, err *Error) {
	if err != nil {
		*f = append(*f, err.At(field))
	}
}

// Say adds a failure of kind Invalid.
func (f *Fields) Say(field, key string, args ...any) {
	*f = append(*f, New(Invalid, key, args...).At(field))
}

// Err is all that was collected as one error, and nil when there is nothing.
func (f Fields) Err() error { return errors.Join(f...) }
