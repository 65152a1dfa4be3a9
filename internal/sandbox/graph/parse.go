package graph

import (
	"fmt"
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
)

// filterFields are the properties that can be filtered here, by their names in small letters.
var filterFields = func() map[string]string {
	names := map[string]string{}
	for _, name := range append([]string{"accountEnabled", "userType", "department", "proxyAddresses"}, basicFields...) {
		names[strings.ToLower(name)] = name
	}
	return names
}()

// keyFields are the properties that the directory keeps in order.
var keyFields = []string{"id", "userPrincipalName", "mail"}

// maxDepth is how deep brackets may stand in each other.
const maxDepth = 20

// parser reads a filter word by word.
type parser struct {
	words []token
	depth int
}

// parseFilter reads eq, ne, in, startsWith, endsWith and any, joined by or, and, not and brackets. The second value
// says what is wrong; an empty filter is nil.
func parseFilter(text string) (f *filter, wrong string) {
	if strings.TrimSpace(text) == "" {
		return nil, ""
	}
	list, ok := words(text)
	if !ok {
		return nil, "Invalid filter clause: there is a character in it that none has."
	}
	p := &parser{words: list}
	defer func() {
		if said, isOurs := recover().(refusal); isOurs {
			f, wrong = nil, string(said)
		}
	}()
	f = p.or()
	if len(p.words) > 0 {
		p.fail("Invalid filter clause near '%s'.", p.words[0].text)
	}
	return f, ""
}

// fail leaves the parser; parseFilter catches it.
func (p *parser) fail(format string, args ...any) { panic(refusal(fmt.Sprintf(format, args...))) }

func (p *parser) or() *filter {
	if p.depth++; p.depth > maxDepth {
		p.fail("The filter is too deep.")
	}
	f := p.and()
	for p.take("or") {
		f = f.or(p.and())
	}
	p.depth--
	return f
}

func (p *parser) and() *filter {
	f := p.one()
	for p.take("and") {
		f = f.and(p.one())
	}
	return f
}

func (p *parser) one() *filter {
	switch {
	case p.take("not"):
		return p.one().not()
	case p.take("("):
		f := p.or()
		p.must(")")
		return f
	case p.take("startswith"):
		return p.part("", strings.HasPrefix)
	case p.take("endswith"):
		return p.part("endsWith", strings.HasSuffix)
	}
	return p.comparison()
}

// take skips a word if it comes next.
func (p *parser) take(word string) bool {
	if len(p.words) == 0 || p.words[0].quoted || !strings.EqualFold(p.words[0].text, word) {
		return false
	}
	p.words = p.words[1:]
	return true
}

func (p *parser) must(word string) {
	if !p.take(word) {
		p.fail("Invalid filter clause: '%s' is missing.", word)
	}
}

func (p *parser) next() token {
	if len(p.words) == 0 {
		p.fail("Invalid filter clause: it ends too early.")
	}
	t := p.words[0]
	p.words = p.words[1:]
	return t
}

// text is the next word, which has to be quoted.
func (p *parser) text() string {
	t := p.next()
	if !t.quoted {
		p.fail("Invalid filter clause: '%s' is not quoted text.", t.text)
	}
	return strings.ToLower(t.text)
}

// field is the next word as a property; a list has to be asked with any.
func (p *parser) field(name string) string {
	field, ok := filterFields[strings.ToLower(name)]
	if !ok {
		p.fail("Unsupported or invalid query filter clause specified for property '%s' of resource 'User'.", name)
	}
	return field
}

// part reads the rest of startsWith and endsWith.
func (p *parser) part(advanced string, compare func(string, string) bool) *filter {
	p.must("(")
	field := p.field(p.next().text)
	p.must(",")
	value := p.text()
	p.must(")")
	return &filter{values: 1, advanced: advanced, holds: on(field, func(actual string) bool { return compare(actual, value) }, false)}
}

// comparison reads "field eq value", "field in (…)" and "field/any(x:…)".
func (p *parser) comparison() *filter {
	name := p.next().text
	if list, lambda := strings.CutSuffix(strings.ToLower(name), "/any"); lambda {
		return p.any(p.field(list))
	}
	field := p.field(name)
	if field == "proxyAddresses" {
		p.fail("Unsupported or invalid query filter clause specified for property 'proxyAddresses' of resource 'User': it is a list and needs any.")
	}
	switch {
	case p.take("eq"):
		return p.equal(field, p.value(field))
	case p.take("ne"):
		f := p.equal(field, p.value(field)).not()
		f.advanced = "ne"
		return f
	case p.take("in"):
		return p.in(field)
	}
	p.fail("Unsupported operator in a filter clause on '%s'.", field)
	return nil
}

// value is what a property is compared with: quoted text, null, or for a switch true and false.
func (p *parser) value(field string) string {
	if p.take("null") {
		return ""
	}
	if field != "accountEnabled" {
		return p.text()
	}
	t := p.next()
	if is := strings.ToLower(t.text); !t.quoted && (is == "true" || is == "false") {
		return is
	}
	p.fail("A binary operator with incompatible types was detected: '%s' is not a Boolean.", t.text)
	return ""
}

func (p *parser) equal(field string, values ...string) *filter {
	f := &filter{values: len(values), holds: on(field, func(actual string) bool { return slices.Contains(values, actual) }, slices.Contains(values, ""))}
	if slices.Contains(keyFields, field) && !slices.Contains(values, "") {
		f.keys = []directory.Key{}
		for _, v := range values {
			f.keys = append(f.keys, directory.Key{By: field, Value: v})
		}
	}
	return f
}

func (p *parser) in(field string) *filter {
	p.must("(")
	values := []string{p.text()}
	for p.take(",") {
		values = append(values, p.text())
	}
	p.must(")")
	return p.equal(field, values...)
}

// any reads "(x:x eq 'value')", also with startsWith and endsWith.
func (p *parser) any(field string) *filter {
	if field != "proxyAddresses" {
		p.fail("Invalid filter clause: '%s' is not a list.", field)
	}
	p.must("(")
	variable := p.next().text
	p.must(":")
	f := &filter{values: 1}
	if starts, ends := p.take("startswith"), p.take("endswith"); starts || ends {
		p.must("(")
		p.must(variable)
		p.must(",")
		value := p.text()
		compare := strings.HasPrefix
		if ends {
			f.advanced, compare = "endsWith", strings.HasSuffix
		}
		f.holds = on(field, func(actual string) bool { return compare(actual, value) }, false)
		p.must(")")
	} else {
		p.must(variable)
		p.must("eq")
		value := p.text()
		f.holds = on(field, func(actual string) bool { return actual == value }, false)
		if _, address, ok := strings.Cut(value, ":"); ok {
			f.keys = []directory.Key{{By: field, Value: address}}
		}
	}
	p.must(")")
	return f
}
