package words

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// spokenTags are the languages in which somebody can be served, as BCP 47 tags.
// They are more than those that pages are written in.
var spokenTags = []string{
	"ar", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu",
	"id", "is", "it", "ja", "ko", "lt", "lv", "mt", "nl", "no", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "so", "sq", "sr", "sv", "sw",
	"ta", "th", "tl", "tr", "uk", "ur", "vi", "yue", "zh",
}

// Spoken lists the languages in which somebody can be served, by the name that
// the reader knows them under.
func (r Reader) Spoken() []Language {
	all := make([]Language, 0, len(spokenTags))
	for _, tag := range spokenTags {
		all = append(all, Language{Tag: tag, Name: r.LanguageName(tag)})
	}
	slices.SortFunc(all, func(a, b Language) int { return strings.Compare(foldName(a.Name), foldName(b.Name)) })
	return all
}

// IsSpoken reports whether the tag is one of Spoken.
func IsSpoken(tag string) bool { return slices.Contains(spokenTags, tag) }

// LanguageName is what the reader calls a language, such as "French" or
// "français". A tag that is no language comes back as it is.
func (r Reader) LanguageName(tag string) string {
	name := languageNames(r.Language()).Name(language.Make(tag))
	switch {
	case name == "":
		return tag
	case r.Language() == Pseudo:
		return stretch(name)
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

func languageNames(lang string) display.Namer {
	if lang == Pseudo {
		lang = Default
	}
	return display.Languages(language.Make(lang))
}

// FindLanguage returns the tag of a language that somebody wrote as a tag, or by
// its name in that language or in any in which pages are written.
func FindLanguage(text string) (tag string, ok bool) {
	tag, ok = languagesByName()[foldName(text)]
	return tag, ok
}

var languagesByName = sync.OnceValue(func() map[string]string {
	found := map[string]string{}
	for _, tag := range spokenTags {
		found[tag] = tag
		found[foldName(display.Self.Name(language.Make(tag)))] = tag
		for _, lang := range tags() {
			found[foldName(languageNames(lang).Name(language.Make(tag)))] = tag
		}
	}
	return found
})

// foldName makes names comparable: lower case, no accents, no spaces around.
func foldName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(strings.TrimSpace(name))) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
