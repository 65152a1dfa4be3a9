package appointment

import (
	"parley/internal/card"
	"parley/internal/org"
)

// ManagePath is the page on which a client moves or cancels. The link to it is
// signed for the client; its object is the appointment.
const ManagePath = "/manage"

// confirmedForClient is the proof of a booking, with the entry for the calendar.
func confirmedForClient(v View, host string) card.Card {
	return card.Card{
		Kind:    KindConfirmed,
		Title:   card.Say("appointment.card.confirmed.title"),
		Subject: subject("appointment.card.confirmed.subject", v),
		Lead:    v.meets(),
		Facts:   v.clientFacts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name)), v.where(), v.notes()),
		Actions: v.clientActions(),
		Event:   v.eventFor(clientSide, card.Request, host),
		Note:    v.linkNote(),
	}
}

// movedForClient tells the client of another time.
func movedForClient(v View, host string) card.Card {
	c := confirmedForClient(v, host)
	c.Kind, c.Title, c.Subject = KindMoved, card.Say("appointment.card.moved.title"), subject("appointment.card.moved.subject", v)
	if v.Method == Video {
		c.Lead = []card.Text{card.Say("appointment.card.moved.video")}
	}
	c.Facts = v.clientFacts(v.when(), v.before(), fact("staff", card.Person("", v.StaffID, v.Staff.Name)), v.where(), v.notes())
	return c
}

// cancelledForClient tells the client that the appointment is off, and how to book another.
func cancelledForClient(v View, by org.Actor, host string) card.Card {
	lead := card.Say("appointment.card.cancelled.organization", card.String("Organization", v.Organization.Name))
	if by.PersonID == v.ClientID {
		lead = card.Say("appointment.card.cancelled.you")
	}
	return card.Card{
		Kind:    KindCancelled,
		Title:   card.Say("appointment.card.cancelled.title"),
		Subject: subject("appointment.card.cancelled.subject", v),
		Lead:    []card.Text{lead},
		Facts:   v.facts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name)), v.reason()),
		Actions: []card.Action{{Label: card.Say("appointment.card.again"), Path: "/book/" + v.Organization.Slug, Style: card.Primary}},
		Event:   v.eventFor(clientSide, card.Cancel, host),
	}
}

// reminderCard reminds the client. It has no calendar entry: they have it already.
// It names the time, and not how far off it is: it may leave later than planned.
// The last one has the button of who runs late.
func reminderCard(v View, late bool) card.Card {
	c := card.Card{
		Kind:    KindReminder,
		Title:   card.Say("appointment.card.reminder.title"),
		Subject: subject("appointment.card.reminder.subject", v),
		Lead:    v.meets(),
		Facts:   v.clientFacts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name)), v.where()),
		Actions: v.clientActions(),
	}
	if late {
		c.Actions = append(c.Actions, v.lateAction())
	}
	return c
}

// confirmedForStaff tells the staff of a new appointment.
func confirmedForStaff(v View, host string) card.Card {
	return card.Card{
		Kind:    KindConfirmed,
		Title:   card.Say("appointment.card.staff.confirmed.title", card.Person("Client", v.ClientID, v.Client.Name)),
		Subject: subject("appointment.card.staff.confirmed.subject", v),
		Lead:    v.shownOtherwise(),
		Facts:   v.staffFacts(v.when()),
		Actions: v.besideActions(),
		Event:   v.eventFor(staffSide, card.Request, host),
		Note:    v.linkNote(),
	}
}

// movedForStaff tells the staff of another time.
func movedForStaff(v View, host string) card.Card {
	c := confirmedForStaff(v, host)
	c.Kind = KindMoved
	c.Title = card.Say("appointment.card.staff.moved.title", card.Person("Client", v.ClientID, v.Client.Name))
	c.Subject = subject("appointment.card.staff.moved.subject", v)
	c.Facts = v.staffFacts(v.when(), v.before())
	return c
}

// cancelledForStaff tells the staff that the time is free again.
func cancelledForStaff(v View, by org.Actor, host string) card.Card {
	return card.Card{
		Kind:    KindCancelled,
		Title:   card.Say("appointment.card.staff.cancelled.title", card.Person("Client", v.ClientID, v.Client.Name)),
		Subject: subject("appointment.card.staff.cancelled.subject", v),
		Lead:    []card.Text{card.Say("appointment.card.staff.cancelled.by", card.String("Actor", by.Name))},
		Facts:   v.facts(v.when(), v.reason()),
		Actions: v.besideActions()[len(v.joinAction()):],
		Event:   v.eventFor(staffSide, card.Cancel, host),
	}
}
