package client

import (
	"slices"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// branches are where the service can be had in person; none for other methods.
func (c choice) branches() []appointment.Branch {
	o, _ := c.service.Offering(c.method)
	return o.At
}

func (c *choice) readBranch(chosen string) {
	all := c.branches()
	for _, b := range all {
		if b.ID == chosen || b.Slug == chosen || len(all) == 1 {
			c.branch = b
		}
	}
}

// readLang keeps a language that somebody speaks who can be met.
func (c *choice) readLang(chosen string) {
	if slices.ContainsFunc(c.present(), func(s org.Person) bool { return c.speaks(s.ID, chosen) }) {
		c.lang = chosen
	}
}

// present are the people who can be met by the chosen method and at the chosen
// branch, whatever they speak.
func (c choice) present() []org.Person {
	o, _ := c.service.Offering(c.method)
	if c.branch.ID != "" {
		return c.branch.Met
	}
	return o.Staff
}

func (c choice) speaks(staff, lang string) bool {
	return slices.Contains(c.booking.Speaks[staff], lang)
}

// languages are those in which the people who are present can serve, by name.
func (c choice) languages(r words.Reader) (tags []string) {
	for _, s := range c.present() {
		for _, lang := range c.booking.Speaks[s.ID] {
			if !slices.Contains(tags, lang) {
				tags = append(tags, lang)
			}
		}
	}
	slices.SortFunc(tags, func(a, b string) int { return strings.Compare(r.LanguageName(a), r.LanguageName(b)) })
	return tags
}

func (c choice) languageOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("client.lang.any")}}
	for _, tag := range c.languages(r) {
		all = append(all, ui.Option{Value: tag, Label: r.LanguageName(tag)})
	}
	return all
}

// spoken says what somebody speaks, where that makes a difference.
func (c choice) spoken(r words.Reader, staff string) string {
	if len(c.languages(r)) < 2 {
		return ""
	}
	var names []string
	for _, tag := range c.booking.Speaks[staff] {
		names = append(names, r.LanguageName(tag))
	}
	return r.T("client.staff.speaks", "Languages", r.List(names...))
}

// anyoneText says who anyone is, once a language is chosen.
func (c choice) anyoneText(r words.Reader) string {
	if c.lang == "" {
		return r.T("client.staff.anyone.text")
	}
	return r.T("client.staff.anyone.lang", "Language", r.LanguageName(c.lang))
}

// keep is what a form on the page of the staff sends along.
func (c choice) keep() []string {
	var pairs []string
	for _, p := range [][2]string{{"method", string(c.method)}, {"location", c.branch.ID}} {
		if p[1] != "" {
			pairs = append(pairs, p[0], p[1])
		}
	}
	return pairs
}

// methodText explains a method; in person names the branch, if there is but one.
func methodText(r words.Reader, o appointment.Offering) string {
	switch {
	case len(o.At) == 1:
		return r.T("client.method.in_person.at", "Place", o.At[0].Where())
	case len(o.At) > 1:
		return r.T("client.method.in_person.many", "Count", len(o.At))
	}
	return r.T("client.method." + string(o.Method))
}

// openBadge says on a branch's card whether it is open now, and since or until
// when by its own clock. A branch without hours says nothing.
func openBadge(r words.Reader, b appointment.Branch, now time.Time) (badge string, tone ui.Tone) {
	o, err := b.Opening(now)
	zone, unknown := calendar.Zone(b.Zone)
	if err != nil || unknown != nil || o.Until.IsZero() {
		return "", ui.Neutral
	}
	there := r.In(zone)
	switch {
	case o.Open:
		return there.T("client.branch.open", "Time", there.Time(o.Until)), ui.Success
	case calendar.DateOf(o.Until.In(zone)) == calendar.DateOf(now.In(zone)):
		return there.T("client.branch.opens", "Time", there.Time(o.Until)), ui.Neutral
	}
	return there.T("client.branch.closed", "Day", there.Weekday(o.Until.In(zone).Weekday()), "Time", there.Time(o.Until)), ui.Neutral
}

// branchCard is a branch to choose: what it is called, where it is, whether it
// is open.
func (v bookView) branchCard(r words.Reader, b appointment.Branch) ui.LinkCardProps {
	card := ui.LinkCardProps{Href: v.with("location", b.ID), Title: b.Name, Text: b.OneLine(), Icon: "building"}
	card.Badge, card.BadgeTone = openBadge(r, b, v.now)
	if b.Phone != "" {
		card.Tags = []ui.Label{{Icon: "phone", Word: b.Phone}}
	}
	return card
}
