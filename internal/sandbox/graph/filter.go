package graph

import (
	"regexp"
	"strings"

	"parley/internal/sandbox/directory"
)

// maxValues is how many values one filter may compare ("Use the $filter query parameter").
const maxValues = 15

// clause is one comparison of a filter: the field equals, or begins with, one of the values.
type clause struct {
	field  string
	begins bool
	values []string
}

// filter is clauses of which any one is enough; an empty filter fits everyone.
type filter []clause

var (
	compareForm = regexp.MustCompile(`(?is)^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$`)
	memberForm  = regexp.MustCompile(`(?is)^\s*(\w+)\s+in\s+\((.*)\)\s*$`)
	startForm   = regexp.MustCompile(`(?is)^\s*startsWith\(\s*(\w+)\s*,\s*'((?:[^']|'')*)'\s*\)\s*$`)
	enabledForm = regexp.MustCompile(`(?is)^\s*accountEnabled\s+eq\s+(true|false)\s*$`)
	quoted      = regexp.MustCompile(`(?s)^\s*'((?:[^']|'')*)'\s*(?:,|$)`)
	orForm      = regexp.MustCompile(`(?i)\s+or\s+`)
)

// parseFilter reads the comparisons /users is asked for here: eq, in and startsWith, joined by or.
func parseFilter(text string) (filter, string) {
	if text == "" {
		return nil, ""
	}
	var f filter
	values := 0
	for _, part := range splitOr(text) {
		c, err := parseClause(part)
		if err != "" {
			return nil, err
		}
		f, values = append(f, c), values+len(c.values)
	}
	if values > maxValues {
		return nil, "Too many child clauses specified in search filter expression containing 'OR' operators. Max allowed: 15."
	}
	return f, ""
}

// splitOr splits at "or" outside quotes.
func splitOr(text string) []string {
	var parts []string
	begin := 0
	for _, at := range orForm.FindAllStringIndex(text, -1) {
		if strings.Count(text[:at[0]], "'")%2 == 0 {
			parts, begin = append(parts, text[begin:at[0]]), at[1]
		}
	}
	return append(parts, text[begin:])
}

func parseClause(text string) (clause, string) {
	if m := compareForm.FindStringSubmatch(text); m != nil {
		return checkField(clause{field: m[1], values: []string{unquote(m[2])}})
	}
	if m := startForm.FindStringSubmatch(text); m != nil {
		return checkField(clause{field: m[1], begins: true, values: []string{unquote(m[2])}})
	}
	if m := enabledForm.FindStringSubmatch(text); m != nil {
		return clause{field: "accountEnabled", values: []string{strings.ToLower(m[1])}}, ""
	}
	m := memberForm.FindStringSubmatch(text)
	if m == nil {
		return clause{}, "Invalid filter clause: " + strings.TrimSpace(text) + "."
	}
	c := clause{field: m[1]}
	for rest := m[2]; rest != ""; {
		value := quoted.FindStringSubmatch(rest)
		if value == nil {
			return c, "Invalid filter clause: the list of 'in' is not quoted text."
		}
		c.values, rest = append(c.values, unquote(value[1])), strings.TrimSpace(rest[len(value[0]):])
	}
	return checkField(c)
}

func unquote(s string) string { return strings.ReplaceAll(s, "''", "'") }

func checkField(c clause) (clause, string) {
	for _, name := range basicFields {
		if strings.EqualFold(name, c.field) {
			c.field = name
			return c, ""
		}
	}
	return c, "Unsupported or invalid query filter clause specified for property '" + c.field + "' of resource 'User'."
}

// fits tells whether a person passes the filter. A field the caller may not read silently fits nobody.
func (f filter) fits(c caller, u directory.User) bool {
	if len(f) == 0 {
		return true
	}
	for _, part := range f {
		if c.sees(u, part.field) && part.matches(u) {
			return true
		}
	}
	return false
}

func (c clause) matches(u directory.User) bool {
	actual := ""
	switch value := fields(u)[c.field].(type) {
	case string:
		actual = strings.ToLower(value)
	case bool:
		actual = map[bool]string{true: "true", false: "false"}[value]
	}
	for _, v := range c.values {
		v = strings.ToLower(v)
		if actual == v || c.begins && strings.HasPrefix(actual, v) {
			return true
		}
	}
	return false
}
