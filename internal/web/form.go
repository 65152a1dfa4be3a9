package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/fault"
	"parley/internal/words"
)

// A Form is what was typed, for reading and for drawing the same form again.
type Form struct {
	url.Values
	// Errors are sentences by field; see FieldErrors.
	Errors Errors
}

// Errors are sentences for people, by the field they are about; "" is the form
// as a whole.
type Errors map[string]string

// unkept stands for characters that cannot be kept, since no field takes it.
const unkept = "\x01"

// ReadForm reads the form that was posted. What was typed is trimmed, and its line
// ends are made plain. Characters that cannot be kept become one that no field
// takes: whoever checks the field says so, and the rest of what was typed stays. A
// form with a field that cannot be named is refused.
func ReadForm(r *http.Request) (Form, error) {
	if err := r.ParseForm(); err != nil {
		return Form{}, fault.Wrap(fault.Invalid, err, "web.text")
	}
	f := Form{Values: url.Values{}}
	for name, values := range r.PostForm {
		if !clean(name) {
			return Form{}, fault.New(fault.Invalid, "web.text")
		}
		for _, v := range values {
			f.Add(name, tidy(strings.ToValidUTF8(strings.ReplaceAll(v, "\x00", unkept), unkept)))
		}
	}
	return f, nil
}

// tidy trims what was typed and makes its line ends plain.
func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// ReadTyped reads a form as ReadForm does, for a page that says itself what was
// odd: characters that cannot be kept are left out, and odd says so at each
// field they stood in. A form that is odd is shown again, never acted upon.
func ReadTyped(r *http.Request) (f Form, odd, err error) {
	if err := r.ParseForm(); err != nil {
		return Form{}, nil, fault.Wrap(fault.Invalid, err, "web.text")
	}
	f = Form{Values: url.Values{}}
	var left fault.Fields
	for name, values := range r.PostForm {
		if !clean(name) {
			left.Say("", "web.text")
			continue
		}
		for _, v := range values {
			if !clean(v) {
				left.Say(name, "web.text.left_out")
				v = strings.ToValidUTF8(strings.ReplaceAll(v, "\x00", ""), "")
			}
			f.Add(name, tidy(v))
		}
	}
	return f, left.Err(), nil
}

// On reports whether a checkbox or switch was set.
func (f Form) On(name string) bool {
	v := f.Get(name)
	return v != "" && v != "false" && v != "off"
}

// versionField is the hidden field of a form that says which state of a row its
// reader saw, so that what somebody else changed since is not overwritten unseen.
const versionField = "version"

// Version is the state of the row that the form was drawn from; 0 when it does
// not say. Nonsense is no state that any row ever had.
func (f Form) Version() int64 {
	if f.Get(versionField) == "" {
		return 0
	}
	return f.VersionIn(versionField)
}

// VersionIn is the state that a hidden field of another name carries: a form of
// many rows has one for each. Such a form is always drawn with them, so that none
// is nonsense too.
func (f Form) VersionIn(field string) int64 {
	n, err := strconv.ParseInt(f.Get(field), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// Seen are the hidden values of a form that is drawn from this state of a row.
func Seen(version int64) []string {
	return []string{versionField, strconv.FormatInt(version, 10)}
}

// Overtaken reports whether a save was refused, with the fault of this key, since
// somebody else had saved the row first. The form then carries the version of the
// row as it is now: who saves again has been told, and replaces it knowingly.
func (f Form) Overtaken(refused error, key string, now int64) bool {
	if cause := fault.As(refused); cause == nil || cause.Key != key {
		return false
	}
	f.Set(versionField, strconv.FormatInt(now, 10))
	return true
}

// FieldErrors sorts the faults of a form: those a person can put right become
// sentences by field, and any other is returned to be answered as a failure.
func FieldErrors(r *http.Request, err error) (Errors, error) {
	if err == nil {
		return nil, nil
	}
	reader, all := ReaderOf(r), Errors{}
	for _, f := range fault.Of(err) {
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, f
		}
		if _, told := all[f.Field]; !told {
			all[f.Field] = words.Fault(reader, f)
		}
	}
	return all, nil
}
