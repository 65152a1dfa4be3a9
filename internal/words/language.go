package words

import (
	"maps"
	"slices"
	"sync"

	"golang.org/x/text/language"
)

// A Language is one that a person can choose.
type Language struct {
	// Tag is the language's code, such as "fr".
	Tag string
	// Name is what its speakers call it, such as "Français".
	Name string
}

// Langs lists the languages that people can choose, English first and then by
// code. The pseudo-language is not among them.
func Langs() []Language {
	langs := make([]Language, 0, len(all().langs))
	for _, tag := range tags() {
		langs = append(langs, Language{Tag: tag, Name: Reader{Lang: tag}.T("words.language")})
	}
	return langs
}

// IsLang reports whether people can choose the language of the tag.
func IsLang(tag string) bool { return slices.Contains(tags(), tag) }

func tags() []string {
	list := []string{Default}
	for _, tag := range slices.Sorted(maps.Keys(all().langs)) {
		if tag != Default && tag != Pseudo {
			list = append(list, tag)
		}
	}
	return list
}

var matcher = sync.OnceValue(func() language.Matcher {
	var known []language.Tag
	for _, tag := range tags() {
		known = append(known, language.Make(tag))
	}
	return language.NewMatcher(known)
})

// longestAccept is the longest Accept-Language header that is read; browsers
// send a tenth of it.
const longestAccept = 1000

// Match returns the language that serves best whoever sent the Accept-Language
// header, and Default if it names none that we have.
func Match(acceptLanguage string) string {
	if len(acceptLanguage) > longestAccept {
		return Default
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Default
	}
	_, index, confidence := matcher().Match(wanted...)
	if confidence == language.No {
		return Default
	}
	return tags()[index]
}
