package appointment

import (
	"fmt"

	"parley/internal/card"
	"parley/internal/notify"
)

// The kinds of notices about video calls whose link could not be made.
const (
	// KindRescued tells both sides of the way that was taken instead.
	KindRescued = "appointment.rescued"
	// KindStranded asks the staff for a way, and prepares the client for one.
	KindStranded = "appointment.stranded"
)

// rescuedForClient tells the client how the appointment is held instead.
func rescuedForClient(v View, host string) card.Card {
	c := confirmedForClient(v, host)
	c.Kind, c.Title = KindRescued, card.Say("appointment.card.rescued.title."+string(v.Method))
	c.Subject = subject("appointment.card.rescued.subject."+string(v.Method), v)
	c.Lead = []card.Text{card.Say("appointment.card.rescued.lead."+string(v.Method), card.Person("Staff", v.StaffID, v.Staff.Name), card.String("Phone", v.Meeting.Place))}
	return c
}

// rescuedForStaff tells the staff how it is held instead, and why.
func rescuedForStaff(v View, host string) card.Card {
	c := confirmedForStaff(v, host)
	c.Kind = KindRescued
	c.Title = card.Say("appointment.card.staff.rescued.title."+string(v.Method), card.Person("Client", v.ClientID, v.Client.Name))
	c.Subject = subject("appointment.card.staff.rescued.subject."+string(v.Method), v)
	c.Lead = append([]card.Text{card.Say("appointment.card.staff.rescued.lead." + string(v.Method))}, v.why()...)
	return c
}

// why says what kept the link from being made.
func (v View) why() []card.Text {
	if v.Rescue.Why == "" {
		return nil
	}
	return []card.Text{card.Say(v.Rescue.Why)}
}

// strandedForClient prepares the client for another way in.
func strandedForClient(v View) card.Card {
	return card.Card{
		Kind:    KindStranded,
		Title:   card.Say("appointment.card.stranded.title"),
		Subject: subject("appointment.card.stranded.subject", v),
		Lead:    []card.Text{card.Say("appointment.card.stranded.lead", card.Person("Staff", v.StaffID, v.Staff.Name)), card.Say("appointment.card.stranded.link")},
		Facts:   v.clientFacts(v.when(), fact("staff", card.Person("", v.StaffID, v.Staff.Name)), v.where()),
		Actions: v.clientActions(),
	}
}

// strandedForStaff asks the staff how the appointment is to be held.
func strandedForStaff(v View) card.Card {
	c := card.Card{
		Kind:    KindStranded,
		Title:   card.Say("appointment.card.staff.stranded.title", card.Person("Client", v.ClientID, v.Client.Name)),
		Subject: subject("appointment.card.staff.stranded.subject", v),
		Lead:    append(v.why(), card.Say("appointment.card.staff.stranded.lead")),
		Facts:   v.staffFacts(v.when()),
	}
	at := "/schedule/" + v.ID
	if v.Service.Offers(Phone) {
		c.Actions = append(c.Actions, card.Action{Label: card.Say("appointment.card.staff.stranded.phone"), Path: at + "/method", Style: card.Primary})
	}
	c.Actions = append(c.Actions, card.Action{Label: card.Say("appointment.card.staff.stranded.time"), Path: at + "/reschedule"},
		card.Action{Label: card.Say("appointment.colleague.card.open"), Path: at})
	return c
}

// stranded are the notices to both sides. Their keys carry the version: what was
// asked and settled can be asked again.
func (v View) stranded() []notify.Notice {
	n := notify.Notice{OrgID: v.OrgID, Kind: KindStranded, About: v.ID, Until: v.Ends}
	client, staff := n, n
	client.Key, client.To, client.Urgency, client.Card = v.strandedKey(clientSide), []string{v.ClientID}, notify.Personal, strandedForClient(v)
	staff.Key, staff.To, staff.Urgency, staff.Card = v.strandedKey(staffSide), []string{v.StaffID}, notify.Action, strandedForStaff(v)
	return []notify.Notice{client, staff}
}

func (v View) strandedKey(side string) string {
	return fmt.Sprintf("appointment:%s:stranded:%d:%s", v.ID, v.Version, side)
}
