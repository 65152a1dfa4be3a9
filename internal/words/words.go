// Package words owns every text that a person reads: the message catalogues,
// and the ways in which a language and a time zone write dates, times, lengths
// and numbers.
//
// The texts lie in catalogue/<lang>.json: a flat object of key and text, where a
// text that counts is an object of plural forms. Adding a language is adding its
// file; no code names a language but English, which is what a text falls back to.
//
// It owns no decision about which language or zone a person reads: a Reader is
// handed to it.
package words

import (
	"strings"
	"time"
	_ "time/tzdata" // Zones must be there on a machine without them.

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// Default is the language of a reader who asked for none that we have.
const Default = "en"

// A Reader is how one person reads: language, time zone and clock. The zero
// Reader reads English, in UTC, by the 24-hour clock.
type Reader struct {
	// Lang is one of the languages of Langs; anything else reads as Default.
	Lang string
	// Zone is the zone in which instants are written; nil means UTC.
	Zone *time.Location
	// Clock12 writes "2:30 pm" instead of "14:30".
	Clock12 bool
}

// Language returns the language that the reader is really served in, for the
// lang attribute of a page.
func (r Reader) Language() string {
	if _, ok := all().langs[r.Lang]; ok {
		return r.Lang
	}
	return Default
}

// In returns the reader in another zone, such as the one a branch lies in.
func (r Reader) In(zone *time.Location) Reader {
	r.Zone = zone
	return r
}

func (r Reader) location() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// T returns the text of a key with its placeholders filled from args, which are
// name and value pairs. The value of "Count" chooses the plural form. Integers,
// instants and durations are written as the reader's language writes them.
//
// A key that no catalogue has comes back as "⟦key⟧", so that it is seen, and is
// listed by Missing, so that a test finds it.
func (r Reader) T(key string, args ...any) string {
	tongue := all().langs[r.Language()]
	if !tongue.has(key) {
		tongue = all().langs[Default]
	}
	if text, ok := tongue.plain[key]; ok {
		return text
	}
	return r.fill(tongue, key, args)
}

// Has reports whether the key has a text in the reader's language or in English.
func (r Reader) Has(key string) bool {
	return all().langs[r.Language()].has(key) || all().langs[Default].has(key)
}

// strict makes a placeholder without a value an error instead of "<no value>".
var strict = &template.TextParser{Option: "missingkey=error"}

func (r Reader) fill(tongue *tongue, key string, args []any) string {
	config := &i18n.LocalizeConfig{MessageID: key, TemplateParser: strict}
	data := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		if name == "Count" {
			config.PluralCount = args[i+1]
		}
		data[name] = r.value(args[i+1])
	}
	config.TemplateData = data
	text, err := tongue.localizer.Localize(config)
	if err != nil {
		return miss(key)
	}
	return text
}

func (r Reader) value(v any) any {
	switch v := v.(type) {
	case int:
		return r.Number(v)
	case int64:
		return r.Number(int(v))
	case time.Time:
		return r.DateTime(v)
	case time.Duration:
		return r.Duration(v)
	}
	return v
}

// raw is a text of the catalogue that is a setting of the language and not
// shown, such as its first day of the week.
func (r Reader) raw(key string) string {
	lang := r.Language()
	if lang == Pseudo {
		lang = Default
	}
	return strings.TrimSpace(Reader{Lang: lang}.T(key))
}
