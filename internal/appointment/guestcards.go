package appointment

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/notify"
)

// The kinds of notices about guests.
const (
	// KindGuest is what a guest is told.
	KindGuest = "appointment.guest"
	// KindGuests is what client and staff are told of guests.
	KindGuests = "appointment.guests"
)

// GuestPath is the page behind a guest's signed link; its object is the
// invitation. It shows what was agreed and lets them decline, and no more.
const GuestPath = "/guest"

// guestKey names the notice that tells a guest of the present state.
func (v View) guestKey(g Guest) string { return v.key("guest:" + g.ID) }

// forGuests are the notices to those who come along, beside those to client and
// staff. A guest's entry is the client's under a name of its own, so whatever
// changes for the client changes for the guest.
func (v View) forGuests(kind string, entry *card.Event) (list []notify.Notice) {
	if entry == nil {
		return nil
	}
	for _, g := range v.Coming() {
		list = append(list, v.guestNotice(g, guestCard(v, g, kind, *entry)))
	}
	return list
}

func (v View) guestNotice(g Guest, c card.Card) notify.Notice {
	return notify.Notice{
		OrgID: v.OrgID, Key: v.guestKey(g), Kind: KindGuest, Urgency: notify.Personal, To: []string{g.PersonID}, About: v.ID, Always: true, Card: c,
	}
}

// guestCard tells one guest: that they are invited, that something changed, or
// that it is off.
func guestCard(v View, g Guest, kind string, entry card.Event) card.Card {
	what := "changed"
	switch kind {
	case KindConfirmed:
		what = "invited"
	case KindCancelled:
		what = "cancelled"
	}
	c := card.Card{
		Kind: KindGuest, Title: v.guestSays(what + ".title"), Subject: ref(v.guestSays(what + ".subject")),
		Facts: v.facts(v.when(), v.before(), fact("staff", card.Person("", v.StaffID, v.Staff.Name)), v.where(), fact("role", card.Key("", card.Say(g.Role.Key())))),
		Event: v.guestEvent(g, entry),
	}
	if what == "cancelled" {
		c.Facts = v.facts(v.when())
		return c
	}
	c.Lead = append([]card.Text{v.askedBy(g)}, v.GuestDoor(g)...)
	c.Actions = append(v.joinAction(), card.Action{Label: card.Say("appointment.guest.card.open"), Path: GuestPath, Signed: true, Object: g.ID})
	c.Note = ref(card.Say("appointment.guest.card.note"))
	return c
}

// guestSays is a text of a guest's card. It names the organization and its
// service and nothing that a client typed.
func (v View) guestSays(key string) card.Text {
	return card.Say("appointment.guest.card."+key, card.String("Organization", v.Organization.Name),
		card.String("Service", v.Service.Name), card.Instant("When", v.Starts, v.Zone))
}

// askedBy says who asked the guest to come, if what the client calls themselves
// is a name.
func (v View) askedBy(g Guest) card.Text {
	key := "appointment.guest.card.asked." + string(g.Role)
	if !isName(v.Client.Name) {
		return card.Say(key + ".unnamed")
	}
	return card.Say(key, card.String("Client", v.Client.Name))
}

// GuestDoor is what the guest will meet, in words; they are known by their own
// name.
func (v View) GuestDoor(g Guest) []card.Text {
	d := v.Door()
	d.Client = g.Person.Name
	if v.Method == Phone {
		return []card.Text{card.Say("appointment.guest.card.phone")}
	}
	return d.Lines()
}

// guestEvent is the guest's own entry. It lists nobody but whom it is sent to.
func (v View) guestEvent(g Guest, entry card.Event) *card.Event {
	entry.UID = strings.Replace(entry.UID, v.ID, g.ID, 1)
	entry.Attendees = nil
	if len(entry.Description) > 0 {
		entry.Description = append(v.GuestDoor(g), card.Say("appointment.guest.event.change"))
	}
	return &entry
}

// attendees lists the guests in the entries of client and staff.
func (v View) attendees() (list []card.Mailbox) {
	for _, g := range v.Coming() {
		list = append(list, card.Mailbox{Name: g.Person.Name, Address: g.Person.Email})
	}
	return list
}

// guestFacts say who comes along.
func (v View) guestFacts() (facts []card.Fact) {
	for _, g := range v.Guests {
		text := card.Say("appointment.guest.line", card.Person("Guest", g.PersonID, g.Person.Name), card.Key("Role", card.Say(g.Role.Key())), card.Key("State", card.Say(g.State.Key())))
		facts = append(facts, card.Fact{Label: card.Say("appointment.fact.guest"), Value: text})
	}
	return facts
}

// tellInvited tells a guest who was added later, and the staff.
func (a *Appointments) tellInvited(ctx context.Context, tx *db.Tx, v View, g Guest) error {
	entry := v.eventFor(clientSide, card.Request, a.cfg.Host)
	return a.cfg.Notify.Tell(ctx, tx, v.guestNotice(g, guestCard(v, g, KindConfirmed, *entry)), v.guestNews(g, v.StaffID))
}

// tellUninvited takes the entry off the calendar of a guest who does not come,
// and tells those who did not do it.
func (a *Appointments) tellUninvited(ctx context.Context, tx *db.Tx, v View, g Guest) error {
	if err := a.cfg.Notify.Withdraw(ctx, tx, v.OrgID, v.guestKey(g)); err != nil {
		return err
	}
	entry := v.eventFor(clientSide, card.Cancel, a.cfg.Host)
	entry.Sequence++ // later than the invitation, whose number this would be
	c := card.Card{
		Kind: KindGuest, Title: v.guestSays(string(g.State) + ".title"), Subject: ref(v.guestSays(string(g.State) + ".subject")),
		Facts: v.facts(v.when()), Event: v.guestEvent(g, *entry),
	}
	n := v.guestNotice(g, c)
	n.Key += ":" + string(g.State)
	list := []notify.Notice{n, v.guestNews(g, v.StaffID)}
	if g.State == Declined {
		list = append(list, v.guestNews(g, v.ClientID))
	}
	return a.cfg.Notify.Tell(ctx, tx, list...)
}

// guestNews tells client or staff what became of a guest.
func (v View) guestNews(g Guest, to string) notify.Notice {
	c := card.Card{
		Kind:  KindGuests,
		Title: card.Say("appointment.guest.news."+string(g.State), card.Person("Guest", g.PersonID, g.Person.Name), card.Key("Role", card.Say(g.Role.Key()))),
		Facts: v.facts(v.when(), fact("client", card.Person("", v.ClientID, v.Client.Name))), Actions: v.besideActions(),
	}
	if to == v.ClientID {
		c.Facts, c.Actions = v.facts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name))), v.clientActions()
	}
	return notify.Notice{
		OrgID: v.OrgID, Key: fmt.Sprintf("guest:%s:%s:%s", g.ID, g.State, to), Kind: KindGuests, Urgency: notify.Personal, To: []string{to}, About: v.ID, Until: v.Starts, Card: c,
	}
}

// clientFacts are facts for the client, with what to bring and who comes along.
func (v View) clientFacts(list ...card.Fact) []card.Fact {
	return v.facts(append(append(list, v.bring()...), v.guestFacts()...)...)
}

// told is the kind of the notice that told people last.
func (v View) told() string { return cmp.Or(v.Told, KindConfirmed) }

// meets is what the client will meet, as their mails begin: by video with the
// word that the link stays.
func (v View) meets() []card.Text {
	lines := v.Door().Lines()
	if v.Method == Video {
		lines[0] = v.how()
	}
	return lines
}
