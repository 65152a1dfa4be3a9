package appointment

import (
	"slices"
	"strings"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// check returns every fault of who books. Who is booked for by the staff and has
// no e-mail must be reachable by telephone.
func (c Client) check(m Method, mailed bool) (f fault.Fields) {
	f.Add("name", checkLine(c.Name, nameMax, "appointment.name.missing"))
	if mailed || c.Email != "" || c.Phone == "" {
		f.Add("email", checkEmail(c.Email))
	}
	if c.Phone != "" || m == Phone {
		f.Add("phone", checkPhone(c.Phone))
	}
	if _, err := calendar.Zone(c.Zone); err != nil {
		f.Add("zone", fault.As(err))
	}
	if !words.IsLang(c.Lang) {
		f.Say("lang", "appointment.lang.unknown")
	}
	return f
}

// checkEmail wants an address that the confirmation can be sent to.
func checkEmail(email string) *fault.Error {
	switch {
	case email == "":
		return fault.New(fault.Invalid, "appointment.email.missing")
	case !org.IsEmail(email):
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

func checkAnswers(s Service, answers map[string]string) (f fault.Fields) {
	for _, q := range s.Questions {
		text, field := strings.TrimSpace(answers[q.ID]), "answer."+q.ID
		switch {
		case text == "" && q.Required:
			f.Say(field, "appointment.answer.missing")
		case text == "":
		case q.Kind == Choice && !slices.Contains(q.Options, text):
			f.Say(field, "appointment.answer.option")
		case q.Kind == LongText:
			f.Add(field, checkText(text, textMax))
		default:
			f.Add(field, checkLine(text, lineMax, "appointment.answer.missing"))
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
