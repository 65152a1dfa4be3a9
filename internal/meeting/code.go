package meeting

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// alphabet holds the sixteen signs of a join code. It is chosen for the
// telephone and for poor print: no sign looks like another (0 O, 1 I L, 2 Z,
// 5 S, 8 B, U V), no two letters rhyme in English or French (B C D E G P T V;
// A J K; F S; M N; Q U), and X is left out because a Frenchman hears "six".
const alphabet = "23456789FHKMRQWY"

const (
	codeGroups = 4
	groupSize  = 4 // 16 signs of 4 bits: 64 bits, which nobody can guess through
)

// newCode draws a join code, grouped as it is shown: 4K7M-2QWR-88FH-3Y9K.
func newCode() string {
	var random [codeGroups * groupSize]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the program instead
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%groupSize == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[int(r)%len(alphabet)])
	}
	return b.String()
}

// Normal brings a code as somebody typed it into the form in which it is kept.
// Case, spaces, dots and every kind of dash do not matter. What cannot be a
// code gives false, so that no look-up is needed.
func Normal(typed string) (string, bool) {
	if len(typed) > 80 { // sixteen signs, however they are spaced out
		return "", false
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		if unicode.IsSpace(r) || unicode.Is(unicode.Dash, r) || r == '.' {
			continue
		}
		if !strings.ContainsRune(alphabet, r) {
			return "", false
		}
		if n := b.Len(); n%(groupSize+1) == groupSize {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String(), b.Len() == codeGroups*groupSize+codeGroups-1
}

// Spell says how to read a code out: for each group, the catalogue keys of the
// words that are spoken ("nine", "K as in Kilo").
func Spell(code string) [][]string {
	var groups [][]string
	for _, group := range strings.Split(code, "-") {
		var words []string
		for _, r := range strings.ToLower(group) {
			words = append(words, "meeting.code."+string(r))
		}
		groups = append(groups, words)
	}
	return groups
}
