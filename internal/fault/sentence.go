package fault

import "strings"

// Sentences names what a person may read about the error: the key of its own
// sentence with its arguments, which may be empty, and the key of the general
// sentence of its kind.
func (e *Error) Sentences() (own, general string, args []any) {
	return e.Key, "fault." + strings.ReplaceAll(e.Kind.String(), " ", "_"), e.Args
}
