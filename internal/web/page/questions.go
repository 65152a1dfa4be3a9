package page

import (
	"strings"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// answerField begins the names of the fields for a service's own questions.
const answerField = "answer."

// Answers are what a form says to a service's own questions, by their ids.
func Answers(form web.Form) map[string]string {
	answers := map[string]string{}
	for name := range form.Values {
		if id, ok := strings.CutPrefix(name, answerField); ok {
			answers[id] = form.Get(name)
		}
	}
	return answers
}

// AnswerFields names the fields of the questions in their order, for Problems.
func AnswerFields(questions []appointment.Question) []string {
	names := make([]string, len(questions))
	for i, q := range questions {
		names[i] = answerField + q.ID
	}
	return names
}

func answer(form web.Form, q appointment.Question) ui.Field {
	name := answerField + q.ID
	return ui.Field{Name: name, Label: q.Label, Value: form.Get(name), Error: form.Errors[name], Required: q.Required}
}

func answerOptions(r words.Reader, q appointment.Question) []ui.Option {
	list := []ui.Option{{Label: r.T("page.choose")}}
	for _, o := range q.Options {
		list = append(list, ui.Option{Value: o, Label: o})
	}
	return list
}
