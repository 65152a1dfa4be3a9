package admin

import (
	"fmt"
	"slices"
	"time"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// problems are the errors of the form in the order in which it asks. A question
// is told at its text.
func (v serviceView) problems() []ui.Problem {
	fields := []string{"name", "slug", "description", "bring", "methods", "lobby", "presenters", "duration", "step", "buffer_before", "buffer_after", "notice", "ahead", "questions"}
	all := page.Problems(v.form.Errors, fields...)
	for i := range v.rows {
		if text := v.form.Errors[fmt.Sprintf("questions.%d", i)]; text != "" {
			all = append(all, ui.Problem{Field: at(i, "label"), Text: text})
		}
	}
	return append(all, page.Problems(web.Errors{"staff": v.form.Errors["staff"]}, "staff")...)
}

// methods are the meeting methods to tick.
func (v serviceView) methods(r words.Reader) (all []ui.Choice) {
	for _, m := range appointment.Methods() {
		c := ui.Choice{Value: string(m), Title: r.T(m.Key()), Hint: r.T("admin.method." + string(m)), Checked: slices.Contains(v.form.Values["methods"], string(m))}
		if m == appointment.Video && v.video.of > 0 {
			c.Badge, c.BadgeTone = r.T("admin.service.can", "Count", v.video.can, "Of", v.video.of), shareTone(v.video.can, v.video.of)
		}
		if m == appointment.InPerson && v.nowhere != "" {
			c.Badge, c.BadgeTone = r.T("admin.service.nowhere"), ui.Warning
		} else if m == appointment.InPerson && len(v.at) > 0 {
			c.Badge, c.BadgeTone = r.T("admin.service.places", "Count", len(v.at)), ui.Success
		}
		all = append(all, c)
	}
	return all
}

func lobbies(r words.Reader) (all []ui.Choice) {
	for _, l := range lobbyChoices {
		all = append(all, ui.Choice{Value: string(l), Title: r.T("admin.lobby." + string(l)), Hint: r.T("admin.lobby." + string(l) + ".hint")})
	}
	return all
}

func presenters(r words.Reader) (all []ui.Choice) {
	for _, p := range presenterChoices {
		all = append(all, ui.Choice{Value: string(p), Title: r.T("admin.presenters." + string(p)), Hint: r.T("admin.presenters." + string(p) + ".hint")})
	}
	return all
}

// moreTitle is "More", with the meeting methods that are chosen inside.
func (v serviceView) moreTitle(r words.Reader) string {
	var names []string
	for _, m := range appointment.Methods() {
		if slices.Contains(v.form.Values["methods"], string(m)) {
			names = append(names, r.T(m.Key()))
		}
	}
	if len(names) == 0 {
		return r.T("admin.service.more")
	}
	return r.T("admin.service.more.with", "Methods", r.List(names...))
}

// moreOpen shows what is in "More" where something is to be done there: of a new
// service, and where something was wrong.
func (v serviceView) moreOpen() bool {
	wrong := v.form.Errors["methods"] + v.form.Errors["lobby"] + v.form.Errors["presenters"]
	return v.service.ID == "" || wrong != ""
}

// lengths are lengths of time to choose from, with the one that is chosen
// already if it is not among them.
func lengths(r words.Reader, chosen string, of ...time.Duration) (all []ui.Option) {
	if d := lasting(chosen, time.Minute); d >= 0 && !slices.Contains(of, d) {
		of = append(of, d)
		slices.Sort(of)
	}
	for _, d := range of {
		label := r.Duration(d)
		if d == 0 {
			label = r.T("admin.length.none")
		}
		all = append(all, ui.Option{Value: minutes(d), Label: label})
	}
	return all
}

var (
	steps   = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour}
	notices = []time.Duration{0, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour}
)

func questionKinds(r words.Reader) (all []ui.Option) {
	for _, k := range []appointment.QuestionKind{appointment.ShortText, appointment.LongText, appointment.Choice} {
		all = append(all, ui.Option{Value: string(k), Label: r.T("admin.question.kind." + string(k))})
	}
	return all
}
