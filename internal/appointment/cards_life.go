package appointment

import (
	"parley/internal/card"
	"parley/internal/org"
)

// reassignedForClient tells the client who they will meet.
func reassignedForClient(v View, host string) card.Card {
	c := confirmedForClient(v, host)
	c.Kind, c.Title = KindReassigned, card.Say("appointment.card.reassigned.title", card.Person("Staff", v.StaffID, v.Staff.Name))
	c.Subject = ref(card.Say("appointment.card.reassigned.subject", card.String("Staff", v.Staff.Name), card.String("Service", v.Service.Name), card.Instant("When", v.Starts, v.Zone)))
	c.Lead = []card.Text{card.Say("appointment.card.reassigned.lead." + string(v.Method))}
	return c
}

// reassignedForStaff tells the staff that it is theirs now.
func reassignedForStaff(v View, host string) card.Card {
	c := confirmedForStaff(v, host)
	c.Kind = KindReassigned
	c.Title = card.Say("appointment.card.staff.reassigned.title", card.Person("Client", v.ClientID, v.Client.Name))
	c.Subject = subject("appointment.card.staff.reassigned.subject", v)
	c.Lead = append([]card.Text{card.Say("appointment.card.staff.reassigned.lead")}, v.shownOtherwise()...)
	return c
}

// takenFromStaff tells those who had it that a colleague has it now; to is the
// appointment as it is. The entry leaves their calendar alone.
func takenFromStaff(was, to View, by org.Actor, host string) card.Card {
	lead := card.Say("appointment.card.staff.taken.by", card.String("Actor", by.Name), card.Person("Staff", to.StaffID, to.Staff.Name))
	if by.PersonID == was.StaffID {
		lead = card.Say("appointment.card.staff.taken.own", card.Person("Staff", to.StaffID, to.Staff.Name))
	}
	return card.Card{
		Kind:    KindReassigned,
		Title:   card.Say("appointment.card.staff.taken.title", card.Person("Client", was.ClientID, was.Client.Name), card.Person("Staff", to.StaffID, to.Staff.Name)),
		Subject: subject("appointment.card.staff.taken.subject", was),
		Lead:    []card.Text{lead},
		Facts:   was.facts(was.when()),
		Actions: []card.Action{{Label: card.Say("appointment.card.schedule"), Path: "/schedule"}},
		Event:   was.eventFor(staffSide, card.Cancel, host),
	}
}

// methodForClient tells the client how they will meet.
func methodForClient(v View, host string) card.Card {
	c := confirmedForClient(v, host)
	c.Kind, c.Title, c.Subject = KindMethod, card.Say("appointment.card.method.title."+string(v.Method)), subject("appointment.card.method.subject."+string(v.Method), v)
	return c
}

// methodForStaff tells the staff how they will meet.
func methodForStaff(v View, host string) card.Card {
	c := confirmedForStaff(v, host)
	c.Kind = KindMethod
	c.Title = card.Say("appointment.card.staff.method.title."+string(v.Method), card.Person("Client", v.ClientID, v.Client.Name))
	c.Subject = subject("appointment.card.staff.method.subject", v)
	return c
}

// chooseCard asks the client for another time. The appointment stands until they
// choose, so that there is no entry to change in a calendar.
func chooseCard(v View) card.Card {
	return card.Card{
		Kind:    KindChoose,
		Title:   card.Say("appointment.card.choose.title"),
		Subject: subject("appointment.card.choose.subject", v),
		Lead: []card.Text{
			card.Say("appointment.card.choose.lead", card.Person("Staff", v.StaffID, v.Staff.Name)),
			card.Say("appointment.card.choose.until"),
		},
		Facts:   v.facts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name))),
		Actions: []card.Action{{Label: card.Say("appointment.card.choose.act"), Path: ManagePath, Signed: true, Object: v.ID, Style: card.Primary}},
	}
}
