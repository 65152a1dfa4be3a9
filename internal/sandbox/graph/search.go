package graph

import (
	"regexp"
	"strings"

	"parley/internal/sandbox/directory"
)

// searchFields are the properties that $search looks into ("Use the $search query parameter").
var searchFields = map[string]string{"displayname": "displayName", "mail": "mail", "userprincipalname": "userPrincipalName", "givenname": "givenName", "surname": "surname"}

var (
	searchForm = regexp.MustCompile(`(?s)^\s*"(\w+):((?:[^"\\]|\\.)+)"\s*(?:(AND|OR)\s+|$)`)
	escaped    = regexp.MustCompile(`\\(.)`)
)

// parseSearch reads "property:text", joined by AND and OR, AND first as it comes.
func parseSearch(text string) (f *filter, wrong string) {
	join := ""
	for rest := text; rest != ""; {
		m := searchForm.FindStringSubmatch(rest)
		if m == nil {
			return nil, "Syntax error: the search must be property and text in double quotes, such as \"displayName:text\"."
		}
		field, ok := searchFields[strings.ToLower(m[1])]
		if !ok {
			return nil, "Unsupported property '" + m[1] + "' in the search."
		}
		one := &filter{holds: on(field, speaks(strings.ToLower(escaped.ReplaceAllString(m[2], "$1"))), false)}
		switch join {
		case "":
			f = one
		case "AND":
			f = f.and(one)
		case "OR":
			f = f.or(one)
		}
		join, rest = m[3], rest[len(m[0]):]
	}
	if join != "" {
		return nil, "Syntax error: the search ends too early."
	}
	return f, ""
}

// speaks finds texts in which every word that is looked for begins a word.
func speaks(text string) matcher {
	wanted := strings.FieldsFunc(text, divides)
	return func(actual string) bool {
		have := strings.FieldsFunc(actual, divides)
		for _, w := range wanted {
			if !begins(have, w) {
				return false
			}
		}
		return len(wanted) > 0
	}
}

func begins(words []string, with string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, with) {
			return true
		}
	}
	return false
}

func divides(r rune) bool { return strings.ContainsRune(" .@-_'#,", r) }

// both joins a filter and a search.
func both(a, b *filter) *filter {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return a.and(b)
}

// picked is for counting and paging: the keys of a filter and whom it keeps.
func (f *filter) picked(c caller) ([]directory.Key, func(*directory.User) bool) {
	if f == nil {
		return nil, nil
	}
	return f.keys, f.keep(c)
}
