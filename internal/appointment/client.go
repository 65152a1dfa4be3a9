package appointment

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/words"
)

func (c Client) check(m Method) (f faults) {
	f.add("name", checkLine(c.Name, nameMax, "appointment.name.missing"))
	f.add("email", checkEmail(c.Email))
	if c.Phone != "" || m == Phone {
		f.add("phone", checkPhone(c.Phone))
	}
	if _, err := calendar.Zone(c.Zone); err != nil {
		f.add("zone", fault.As(err))
	}
	if !slices.ContainsFunc(words.Langs(), func(l words.Language) bool { return l.Tag == c.Lang }) {
		f.say("lang", "appointment.lang.unknown")
	}
	return f
}

const emailMax = 254 // RFC 5321, 4.5.3.1.3

// checkEmail wants a bare address that a mail server can be asked to reach.
func checkEmail(email string) *fault.Error {
	if email == "" {
		return fault.New(fault.Invalid, "appointment.email.missing")
	}
	a, err := mail.ParseAddress(email)
	domain := email[strings.LastIndex(email, "@")+1:]
	odd := strings.ContainsFunc(email, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>"(),;:\`, r)
	})
	if err != nil || a.Address != email || len(email) > emailMax || !utf8.ValidString(email) || odd ||
		!strings.Contains(strings.Trim(domain, "."), ".") || strings.HasSuffix(domain, ".") {
		return fault.New(fault.Invalid, "appointment.email.shape")
	}
	return nil
}

// checkPhone wants a number that a person can dial, however it is written.
func checkPhone(phone string) *fault.Error {
	if phone == "" {
		return fault.New(fault.Invalid, "appointment.phone.missing")
	}
	digits := 0
	for i, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -./()", r):
		default:
			return fault.New(fault.Invalid, "appointment.phone.shape")
		}
	}
	if digits < 5 || digits > 15 || len(phone) > 40 { // E.164 allows fifteen digits
		return fault.New(fault.Invalid, "appointment.phone.shape")
	}
	return nil
}

func checkAnswers(s Service, answers map[string]string) (f faults) {
	for _, q := range s.Questions {
		text, field := strings.TrimSpace(answers[q.ID]), "answer."+q.ID
		switch {
		case text == "" && q.Required:
			f.say(field, "appointment.answer.missing")
		case text == "":
		case q.Kind == Choice && !slices.Contains(q.Options, text):
			f.say(field, "appointment.answer.option")
		case q.Kind == LongText:
			f.add(field, checkText(text, textMax))
		default:
			f.add(field, checkLine(text, lineMax, "appointment.answer.missing"))
		}
	}
	return f
}

// answered keeps the answers with the questions as they were asked, and drops
// what nobody asked.
func answered(s Service, answers map[string]string) []Answer {
	var kept []Answer
	for _, q := range s.Questions {
		if text := strings.TrimSpace(answers[q.ID]); text != "" {
			kept = append(kept, Answer{Question: q.ID, Label: q.Label, Text: text})
		}
	}
	return kept
}
