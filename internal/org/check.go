package org

import (
	"errors"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/fault"
	"parley/internal/words"
)

// Limits of what a person types. They are generous for people and small for a
// database row.
const (
	nameMax  = 200
	emailMax = 254 // RFC 5321, 4.5.3.1.3
	fieldMax = 200
)

// faults collects what is wrong with a form, one fault a field.
type faults []error

func (f *faults) add(field string, err *fault.Error) {
	if err != nil {
		*f = append(*f, err.At(field))
	}
}

func (f faults) err() error { return errors.Join(f...) }

// checkName wants something a person can be called by, in one line.
func checkName(name, missing string) *fault.Error {
	switch {
	case name == "":
		return fault.New(fault.Invalid, missing)
	case utf8.RuneCountInString(name) > nameMax:
		return fault.New(fault.Invalid, "org.name.long", "Max", nameMax)
	case !line(name):
		return fault.New(fault.Invalid, "org.name.line")
	}
	return nil
}

// checkEmail wants a bare address that a mail server can be asked to reach.
func checkEmail(email string) *fault.Error {
	if email == "" {
		return fault.New(fault.Invalid, "org.email.missing")
	}
	a, err := mail.ParseAddress(email)
	at := strings.LastIndex(email, "@")
	bad := err != nil || a.Address != email || len(email) > emailMax || !line(email) || strings.ContainsAny(email, " <>\"")
	if bad || !strings.Contains(email[at+1:], ".") {
		return fault.New(fault.Invalid, "org.email.shape")
	}
	return nil
}

func checkField(text string) *fault.Error {
	if utf8.RuneCountInString(text) > fieldMax || !line(text) {
		return fault.New(fault.Invalid, "org.field.long", "Max", fieldMax)
	}
	return nil
}

func checkZone(zone string) *fault.Error {
	if _, ok := words.Zone(zone); !ok {
		return fault.New(fault.Invalid, "org.zone.unknown")
	}
	return nil
}

func checkLang(lang string) *fault.Error {
	if !slices.ContainsFunc(words.Langs(), func(l words.Language) bool { return l.Tag == lang }) {
		return fault.New(fault.Invalid, "org.lang.unknown")
	}
	return nil
}

// line reports whether text is valid and has no control characters, which have
// no business in a name and much mischief in a mail header.
func line(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0
}

// foldEmail is how addresses are compared: without regard to case. Accents
// stay, since they can be another person's address.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
