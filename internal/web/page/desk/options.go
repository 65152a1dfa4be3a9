package desk

import (
	"cmp"
	"slices"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web/ui"
	"parley/internal/words"
)

func (v bookView) serviceOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("desk.choose")}}
	for _, s := range v.services {
		all = append(all, ui.Option{Value: s.ID, Label: s.Name + " · " + r.Duration(s.Duration)})
	}
	return all
}

func (v bookView) methodOptions(r words.Reader) (all []ui.Option) {
	for _, m := range appointment.Methods() {
		if v.service().Offers(m) {
			all = append(all, ui.Option{Value: string(m), Label: r.T(m.Key())})
		}
	}
	return all
}

func (v bookView) locationOptions() (all []ui.Option) {
	for _, l := range v.branches() {
		all = append(all, ui.Option{Value: l.ID, Label: l.Name})
	}
	return all
}

func (v bookView) langOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("desk.lang.any")}}
	for _, l := range r.Spoken() {
		if v.spoken(l.Tag) {
			all = append(all, ui.Option{Value: l.Tag, Label: l.Name})
		}
	}
	return all
}

// spoken reports whether somebody of the service can serve in a language.
func (v bookView) spoken(tag string) bool {
	for _, tags := range v.speaks {
		if slices.Contains(tags, tag) {
			return true
		}
	}
	return v.ask.Lang == tag
}

// staffOptions are those who offer the service, where it is asked for.
func (v bookView) staffOptions(r words.Reader) []ui.Option {
	var staff []org.Person
	for _, id := range v.service().Staff {
		if v.ask.LocationID == "" || v.worksAt(id) {
			staff = append(staff, v.people[id])
		}
	}
	slices.SortFunc(staff, func(a, b org.Person) int { return cmp.Compare(a.Name, b.Name) })
	all := []ui.Option{{Label: r.T("desk.staff.any")}}
	for _, p := range staff {
		all = append(all, ui.Option{Value: p.ID, Label: p.Name})
	}
	return all
}

func (v bookView) worksAt(person string) bool {
	return slices.ContainsFunc(v.locations, func(l appointment.Location) bool { return l.ID == v.ask.LocationID && slices.Contains(l.Staff, person) })
}

// askLabel and askKind: the first press goes on, later ones change the question,
// and choosing a time is the page's first business then.
func (v bookView) askLabel(r words.Reader) string {
	if v.ask.ServiceID == "" {
		return r.T("desk.book.show")
	}
	return r.T("desk.book.update")
}

func (v bookView) askKind() ui.ButtonKind {
	if v.ask.ServiceID == "" {
		return ui.Primary
	}
	return ui.Secondary
}

// summary is what is about to be booked.
func (v bookView) summary(r words.Reader) []ui.Fact {
	s := v.service()
	staff := r.T("desk.staff.any")
	if p, ok := v.people[v.ask.StaffID]; ok {
		staff = p.Name
	}
	facts := []ui.Fact{
		{Icon: "services", Term: r.T("desk.service"), Text: s.Name},
		{Icon: "calendar", Term: r.T("desk.when"), Text: r.Span(v.start, v.start.Add(s.Duration))},
		{Icon: "globe", Term: r.T("desk.zone"), Text: r.ZoneName(v.start)},
		{Icon: "person", Term: r.T("desk.staff"), Text: staff},
		{Icon: "chat", Term: r.T("desk.method"), Text: r.T(v.ask.Method.Key())},
	}
	for _, l := range v.branches() {
		if l.ID == v.ask.LocationID {
			facts = append(facts, ui.Fact{Icon: "place", Term: r.T("desk.location"), Text: l.Where()})
		}
	}
	if v.client.ID != "" {
		facts = append(facts, factsOf(r, v.client, v.now)...)
	}
	return facts
}
