package appointment

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/fault"
)

func between(d, least, most time.Duration) *fault.Error {
	if d < least || d > most || d%time.Minute != 0 {
		return fault.New(fault.Invalid, "appointment.length", "Least", least, "Most", most)
	}
	return nil
}

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checkSlug wants what can stand in an address as it is typed.
func checkSlug(slug string) *fault.Error {
	if !slugShape.MatchString(slug) || len(slug) > 80 {
		return fault.New(fault.Invalid, "appointment.service.slug.shape")
	}
	return nil
}

// slugTaken gives a row that another one's slug keeps out its sentence.
func slugTaken(err error, key, slug string) error {
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, key, "Slug", slug).At("slug")
	}
	return err
}

// checkLine wants text in one line; missing is what is said when there is none.
func checkLine(text string, most int, missing string) *fault.Error {
	switch {
	case strings.TrimSpace(text) == "":
		return fault.New(fault.Invalid, missing)
	case utf8.RuneCountInString(text) > most:
		return fault.New(fault.Invalid, "appointment.text.long", "Max", most)
	case !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0:
		return fault.New(fault.Invalid, "appointment.text.line")
	}
	return nil
}

// checkText allows several lines, and none.
func checkText(text string, most int) *fault.Error {
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	switch {
	case utf8.RuneCountInString(text) > most:
		return fault.New(fault.Invalid, "appointment.text.long", "Max", most)
	case !utf8.ValidString(text) || strings.IndexFunc(text, odd) >= 0:
		return fault.New(fault.Invalid, "appointment.text.odd")
	}
	return nil
}
