package appointment

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/org"
)

// KindColleague is what is told about a colleague who is there beside the staff.
const KindColleague = "appointment.colleague"

// forColleagues are the notices to the colleagues. Their entry is the staff's
// under a name of its own.
func (v View) forColleagues(kind string, entry *card.Event) (list []notify.Notice) {
	if entry == nil {
		return nil
	}
	what := "changed"
	switch kind {
	case KindConfirmed:
		what = "invited"
	case KindCancelled:
		what = "cancelled"
	}
	for _, g := range v.Colleagues {
		list = append(list, v.colleagueNotice(g, colleagueCard(v, g, what, *entry)))
	}
	return list
}

func (v View) colleagueNotice(g Guest, c card.Card) notify.Notice {
	n := v.guestNotice(g, c)
	n.Kind = KindColleague
	return n
}

// colleagueCard tells one colleague: that they are invited (by whom is said in
// joined), that something changed, or that it is off.
func colleagueCard(v View, g Guest, what string, entry card.Event) card.Card {
	c := card.Card{
		Kind: KindColleague, Title: v.colleagueSays(what + ".title"), Subject: ref(v.colleagueSays(what + ".subject")),
		Event: v.colleagueEvent(g, entry),
	}
	if what == "cancelled" {
		c.Facts = v.facts(v.when(), v.withStaff(), v.reason())
		return c
	}
	c.Facts = v.staffFacts(v.when(), v.before(), v.withStaff())
	c.Actions = v.besideActions()
	c.Note = v.linkNote()
	return c
}

// colleagueSays is a text of a colleague's card.
func (v View) colleagueSays(key string) card.Text {
	return card.Say("appointment.colleague.card."+key, card.Person("Staff", v.StaffID, v.Staff.Name), card.Person("Client", v.ClientID, v.Client.Name),
		card.String("Service", v.Service.Name), card.Instant("When", v.Starts, v.Zone))
}

func (v View) withStaff() card.Fact { return fact("staff", card.Person("", v.StaffID, v.Staff.Name)) }

// besideActions lead those who hold the appointment to it.
func (v View) besideActions() []card.Action {
	return append(v.joinAction(), card.Action{Label: card.Say("appointment.colleague.card.open"), Path: "/schedule/" + v.ID})
}

// colleagueEvent is the colleague's own entry.
func (v View) colleagueEvent(g Guest, entry card.Event) *card.Event {
	entry.UID = strings.Replace(entry.UID, v.ID+"."+v.StaffID, g.ID, 1)
	return &entry
}

// tellJoined tells a colleague that they are invited, and the staff if somebody
// else did it.
func (a *Appointments) tellJoined(ctx context.Context, tx *db.Tx, by org.Actor, v View, g Guest) error {
	c := colleagueCard(v, g, "invited", *v.eventFor(staffSide, card.Request, a.cfg.Host))
	c.Lead = []card.Text{card.Say("appointment.colleague.card.invited.by", card.String("Actor", by.Name))}
	return a.cfg.Notify.Tell(ctx, tx, append(v.colleagueNews(by, g, "invited"), v.colleagueNotice(g, c))...)
}

// tellLeft takes the entry out of the calendar of a colleague who is not expected
// any more, and tells the staff if somebody else did it.
func (a *Appointments) tellLeft(ctx context.Context, tx *db.Tx, by org.Actor, v View, g Guest) error {
	if err := a.cfg.Notify.Tell(ctx, tx, v.colleagueNews(by, g, "left")...); err != nil {
		return err
	}
	return a.endEntry(ctx, tx, v, g, "left")
}

// endEntry takes a colleague's entry out of their calendar, and says why.
func (a *Appointments) endEntry(ctx context.Context, tx *db.Tx, v View, g Guest, what string) error {
	if err := a.cfg.Notify.Withdraw(ctx, tx, v.OrgID, v.guestKey(g)); err != nil {
		return err
	}
	n := v.colleagueNotice(g, v.endCard(g, what, a.cfg.Host))
	n.Key += ":" + what
	return a.cfg.Notify.Tell(ctx, tx, n)
}

// endCard says why the entry goes.
func (v View) endCard(g Guest, what, host string) card.Card {
	entry := v.eventFor(staffSide, card.Cancel, host)
	entry.Sequence++ // later than the invitation, whose number this would be
	return card.Card{
		Kind: KindColleague, Title: v.colleagueSays(what + ".title"), Subject: ref(v.colleagueSays(what + ".subject")),
		Facts: v.facts(v.when()), Event: v.colleagueEvent(g, *entry),
	}
}

// colleagueNews tells the staff who will be there too, or not any more, unless
// they did it.
func (v View) colleagueNews(by org.Actor, g Guest, what string) []notify.Notice {
	if by.PersonID == v.StaffID {
		return nil
	}
	c := card.Card{
		Kind:  KindColleague,
		Title: card.Say("appointment.colleague.news."+what, card.Person("Colleague", g.PersonID, g.Person.Name)),
		Facts: v.facts(v.when(), fact("client", card.Person("", v.ClientID, v.Client.Name))), Actions: v.besideActions(),
	}
	return []notify.Notice{{
		OrgID: v.OrgID, Key: fmt.Sprintf("colleague:%s:%s", g.ID, what), Kind: KindColleague, Urgency: notify.Personal,
		To: []string{v.StaffID}, About: v.ID, Until: v.Ends, Card: c,
	}}
}
