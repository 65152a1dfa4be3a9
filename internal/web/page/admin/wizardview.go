package admin

import (
	"cmp"

	"parley/internal/vault"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// stepper shows the whole set-up; the steps before the present one lead back as
// long as nobody has signed in at the vendor.
func (w wizard) stepper(r words.Reader) (steps []ui.Step) {
	for i, s := range w.steps {
		if s.Kind == vault.StepFinish {
			continue
		}
		step := ui.Step{Label: stepLabel(r, s), Done: i < w.at, Current: i == w.at}
		if step.Done && !w.signedIn() {
			step.Href = w.path(i)
		}
		steps = append(steps, step)
	}
	return steps
}

// stepLabel is a step in a word or two.
func stepLabel(r words.Reader, s vault.Step) string {
	if s.Kind != vault.StepQuestions {
		return r.T("admin.wizard.step." + s.Kind)
	}
	for _, q := range s.Questions {
		if len(q.Options) == 0 {
			return r.T("admin.wizard.step.questions")
		}
	}
	return r.T("admin.wizard.step.choice")
}

// signedIn reports whether the step comes after the sign-in at the vendor.
func (w wizard) signedIn() bool {
	return w.step().Kind == vault.StepPreview || w.step().Kind == vault.StepWait
}

// given are the answers so far, in the words of their questions.
func (w wizard) given(r words.Reader) (facts []ui.Fact) {
	for _, s := range w.steps[:w.at] {
		if s.Kind == vault.StepField {
			facts = append(facts, ui.Fact{Term: r.T("admin.wizard.step.field"), Text: fieldName(r, w.answers[fieldAnswer])})
		}
		for _, q := range s.Questions {
			facts = append(facts, ui.Fact{Term: r.T(q.Label), Text: answerText(r, q, w.answers[q.Name])})
		}
	}
	return facts
}

// answerText is an answer as the reader gave it: the words of what they chose.
func answerText(r words.Reader, q vault.Question, answer string) string {
	for _, o := range q.Options {
		if o.Value == cmp.Or(answer, q.Default) {
			return r.T(o.Label)
		}
	}
	return answer
}

// onward is what the button of a step says: the same again where the vendor could
// not be asked.
func (w wizard) onward(r words.Reader) string {
	if w.away != "" {
		return r.T("admin.again")
	}
	return r.T("admin.continue")
}

// hidden are the answers of the other steps, which a step's form carries along.
func (w wizard) hidden() (pairs []string) {
	own := map[string]bool{fieldAnswer: w.step().Kind == vault.StepField}
	for _, q := range w.step().Questions {
		own[q.Name] = true
	}
	for name, answer := range w.answers {
		if !own[name] {
			pairs = append(pairs, name, answer)
		}
	}
	return pairs
}

// problems are the errors of a step in the order of its questions.
func (w wizard) problems() []ui.Problem {
	names := []string{fieldAnswer}
	for _, q := range w.step().Questions {
		names = append(names, q.Name)
	}
	return page.Problems(w.errors, names...)
}

// options are the answers of a question that has a choice of them.
func options(r words.Reader, q vault.Question) (all []ui.Choice) {
	for _, o := range q.Options {
		c := ui.Choice{Value: o.Value, Title: r.T(o.Label)}
		if o.Hint != "" {
			c.Hint = r.T(o.Hint)
		}
		all = append(all, c)
	}
	return all
}

// hintOf is the hint of a question, if it has one.
func hintOf(r words.Reader, key string) string {
	if key == "" {
		return ""
	}
	return r.T(key)
}
