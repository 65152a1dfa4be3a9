package org

import (
	"net/mail"
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

// IsEmail reports whether text is a bare address that a mail server can be asked
// to reach.
func IsEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	odd := strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>"(),;:\`, r) })
	if err != nil || a.Address != text || len(text) > emailMax || odd || !line(text) {
		return false
	}
	domain := text[strings.LastIndexByte(text, '@')+1:]
	return strings.Contains(strings.TrimLeft(domain, "."), ".") && !strings.HasSuffix(domain, ".")
}

func checkEmail(email string) *fault.Error {
	switch {
	case email == "":
		return fault.New(fault.Invalid, "org.email.missing")
	case !IsEmail(email):
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
	if !words.IsLang(lang) {
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
