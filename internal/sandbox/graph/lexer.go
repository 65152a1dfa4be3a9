package graph

import (
	"regexp"
	"strings"
)

// token is one word of a filter: a quoted text, a name, or a sign.
type token struct {
	text   string
	quoted bool
}

var tokenForm = regexp.MustCompile(`(?s)^\s*(?:'((?:[^']|'')*)'|([\w/]+)|([(),:]))`)

// words splits a filter; ok is false where something is in it that no filter has.
func words(text string) (list []token, ok bool) {
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := tokenForm.FindStringSubmatchIndex(rest)
		if m == nil {
			return nil, false
		}
		switch {
		case m[2] >= 0:
			list = append(list, token{text: unquote(rest[m[2]:m[3]]), quoted: true})
		case m[4] >= 0:
			list = append(list, token{text: rest[m[4]:m[5]]})
		default:
			list = append(list, token{text: rest[m[6]:m[7]]})
		}
		rest = rest[m[1]:]
	}
	return list, true
}

func unquote(s string) string { return strings.ReplaceAll(s, "''", "'") }
