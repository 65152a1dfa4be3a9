package graph

import (
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
)

// maxValues is how many values one filter may compare ("Use the $filter query parameter"); an advanced query is
// limited by the length of its address only.
const maxValues = 15

// truth is the outcome of a comparison. What the caller may not read is unknown, and so is its opposite: the person is
// left out without a word.
type truth int

const (
	unknown truth = iota
	no
	yes
)

func truthOf(is bool) truth {
	if is {
		return yes
	}
	return no
}

// condition is one condition on a person as a caller sees them.
type condition func(c caller, u *directory.User) truth

// filter is a parsed $filter.
type filter struct {
	holds condition
	// keys name all who may fit, where the filter says so by values that the directory keeps in order; else nil.
	keys []directory.Key
	// values is how many values are compared; advanced names what only an advanced query may use.
	values   int
	advanced string
}

// keep tells which people a caller gets.
func (f *filter) keep(c caller) func(*directory.User) bool {
	if f == nil {
		return nil
	}
	return func(u *directory.User) bool { return f.holds(c, u) == yes }
}

func (f *filter) or(g *filter) *filter {
	both := &filter{values: f.values + g.values, advanced: f.advanced + g.advanced, holds: func(c caller, u *directory.User) truth {
		a, b := f.holds(c, u), g.holds(c, u)
		if a != yes && b != yes {
			return min(a, b) // unknown before no
		}
		return yes
	}}
	if f.keys != nil && g.keys != nil {
		both.keys = slices.Concat(f.keys, g.keys)
	}
	return both
}

func (f *filter) and(g *filter) *filter {
	both := &filter{values: f.values + g.values, advanced: f.advanced + g.advanced, keys: f.keys, holds: func(c caller, u *directory.User) truth {
		a, b := f.holds(c, u), g.holds(c, u)
		if a == unknown || b == unknown {
			return unknown
		}
		return min(a, b)
	}}
	if both.keys == nil {
		both.keys = g.keys
	}
	return both
}

func (f *filter) not() *filter {
	return &filter{values: f.values, advanced: "not", holds: func(c caller, u *directory.User) truth {
		return [...]truth{unknown: unknown, no: yes, yes: no}[f.holds(c, u)]
	}}
}

// matcher compares one value of a person, in small letters.
type matcher func(actual string) bool

// on is a condition on one property: the matcher holds for it or, for a list, for one of its values.
func on(field string, m matcher, null bool) condition {
	return func(c caller, u *directory.User) truth {
		if !c.sees(u, field) {
			return unknown
		}
		texts := written(u, field)
		return truthOf(len(texts) == 0 && null || slices.ContainsFunc(texts, m))
	}
}

// written are the values of a property as filters compare them.
func written(u *directory.User, field string) []string {
	switch value := property(u, field).(type) {
	case string:
		return []string{strings.ToLower(value)}
	case bool:
		return []string{map[bool]string{true: "true", false: "false"}[value]}
	case []string:
		for i := range value {
			value[i] = strings.ToLower(value[i])
		}
		return value
	}
	return nil
}
