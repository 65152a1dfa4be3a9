package words

import (
	"maps"
	"strings"
)

// Pseudo is a language for tests: English with other letters, stretched by a
// third and put between ⟪ and ⟫. What a page shows outside those brackets did not
// come from a catalogue, and what no longer fits would not fit in German.
const Pseudo = "qps"

const (
	pseudoOpen  = "⟪"
	pseudoClose = "⟫"
)

func pseudo(english map[string]forms) map[string]forms {
	out := make(map[string]forms, len(english))
	for key, f := range english {
		stretched := maps.Clone(f)
		for form, text := range f {
			stretched[form] = stretch(text)
		}
		out[key] = stretched
	}
	return out
}

var accents = strings.NewReplacer("a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "c", "ç", "n", "ñ",
	"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "Y", "Ý", "C", "Ç", "N", "Ñ")

// stretch changes the letters of a text but for its placeholders.
func stretch(text string) string {
	var b strings.Builder
	letters := 0
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "{{")
		b.WriteString(accents.Replace(before))
		letters += len(before)
		if !found {
			break
		}
		inside, tail, _ := strings.Cut(after, "}}")
		b.WriteString("{{" + inside + "}}")
		rest = tail
	}
	return pseudoOpen + b.String() + strings.Repeat("~", letters/3) + pseudoClose
}

// Outside returns what a text drawn in the pseudo-language holds outside the
// brackets, and so outside every catalogue. Brackets may lie in one another.
func Outside(text string) string {
	var b strings.Builder
	depth := 0
	for _, c := range text {
		switch {
		case string(c) == pseudoOpen:
			depth++
		case string(c) == pseudoClose && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return strings.TrimSpace(b.String())
}
