package words_test

import (
	"testing"

	"parley/internal/words"
)

func TestLanguagesAreKnownByTagAndName(t *testing.T) {
	for text, want := range map[string]string{"fr": "fr", " FR ": "fr", "French": "fr", "français": "fr", "Francais": "fr", "Allemand": "de", "Deutsch": "de", "Klingon": "", "": ""} {
		if got, ok := words.FindLanguage(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestEveryLanguageHasANameForTheReader(t *testing.T) {
	for _, lang := range []string{"en", "fr", words.Pseudo} {
		r := words.Reader{Lang: lang}
		for _, l := range r.Spoken() {
			if l.Name == l.Tag || l.Name == "" {
				t.Errorf("%s has no name in %s", l.Tag, lang)
			}
			if !words.IsSpoken(l.Tag) {
				t.Errorf("%s is listed and not known", l.Tag)
			}
		}
	}
	if got := (words.Reader{Lang: "fr"}).LanguageName("de"); got != "Allemand" {
		t.Errorf("German in French is %q", got)
	}
}
