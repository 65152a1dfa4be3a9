package appointment

import (
	"parley/internal/card"
	"parley/internal/meeting"
)

func subject(key string, v View) *card.Text {
	t := card.Say(key, card.String("Service", v.Service.Name), card.String("Client", v.Client.Name),
		card.String("Organization", v.Organization.Name), card.Instant("When", v.Starts, v.Zone))
	return &t
}

// how says what the client has to do to meet.
func (v View) how() card.Text {
	return card.Say("appointment.card.how."+string(v.Method), card.String("Staff", v.Staff.Name),
		card.String("Place", v.Place()))
}

// facts puts the service first and leaves out what there is nothing to say about.
func (v View) facts(list ...card.Fact) []card.Fact {
	kept := []card.Fact{fact("service", card.String("", v.Service.Name))}
	for _, f := range list {
		if !f.Value.Empty() {
			kept = append(kept, f)
		}
	}
	return kept
}

func fact(label string, value card.Arg) card.Fact {
	return card.Fact{Label: card.Say("appointment.fact." + label), Value: card.Value(value)}
}

// said is a fact of what somebody typed, or none if they typed nothing.
func said(label, text string) card.Fact {
	if text == "" {
		return card.Fact{}
	}
	return fact(label, card.String("", text))
}

func (v View) when() card.Fact { return fact("when", card.Span("", v.Starts, v.Ends, v.Zone)) }

// before is the time before the last move.
func (v View) before() card.Fact {
	if !v.Meeting.Moved() {
		return card.Fact{}
	}
	return fact("before", card.Span("", v.Meeting.Prior.Start, v.Meeting.Prior.End, v.Zone))
}

func (v View) notes() card.Fact { return said("notes", v.Notes) }

func (v View) reason() card.Fact { return said("reason", v.Reason) }

// where is how and where to meet.
func (v View) where() card.Fact {
	switch v.Method {
	case Video:
		return fact("video", card.Link("", "", v.JoinPath()))
	case Phone:
		return fact("phone", card.String("", v.Meeting.Place))
	}
	return fact("place", card.String("", v.Place()))
}

// staffFacts are what the staff want to know of the client.
func (v View) staffFacts(list ...card.Fact) []card.Fact {
	list = append(list, fact("client", card.Person("", v.ClientID, v.Client.Name)), fact("email", card.String("", v.Client.Email)))
	if v.Method != Phone {
		list = append(list, said("phone", v.Client.Phone))
	}
	list = append(list, v.where())
	if v.Method == Video {
		list = append(list, card.Fact{Label: card.Say("appointment.fact.link"), Value: card.Say(linkKey(v.Meeting.Link))})
	}
	for _, a := range v.Answers {
		list = append(list, card.Fact{Label: card.Value(card.String("", a.Label)), Value: card.Value(card.String("", a.Text))})
	}
	return v.facts(append(append(list, v.notes()), v.guestFacts()...)...)
}

// linkKey names the state of a video link in the catalogue.
func linkKey(s meeting.LinkState) string {
	switch s {
	case meeting.Ready:
		return "appointment.link.ready"
	case meeting.AtRisk:
		return "appointment.link.at_risk"
	case meeting.Pending:
		return "appointment.link.pending"
	}
	return "appointment.link.none"
}

// linkNote is said while the room behind the join link is not there yet.
func (v View) linkNote() *card.Text {
	if v.Method != Video || v.Meeting.Link == meeting.Ready || v.Meeting.Link == meeting.AtRisk {
		return nil
	}
	t := card.Say("appointment.card.link.pending")
	return &t
}

func (v View) joinAction() []card.Action {
	if v.Method != Video {
		return nil
	}
	return []card.Action{{Label: card.Say("appointment.card.join"), Path: v.JoinPath(), Style: card.Primary}}
}

func (v View) clientActions() []card.Action {
	return append(v.joinAction(), card.Action{Label: card.Say("appointment.card.manage"), Path: ManagePath, Signed: true, Object: v.ID})
}

// uid names the entry in one side's calendar, for life, so that a calendar moves
// the entry it has. Each member of staff has an entry of their own: where several
// look at one calendar, taking it from one must not take it from the other.
func (v View) uid(side, host string) string {
	if side == staffSide {
		return v.ID + "." + v.StaffID + "@" + host
	}
	return v.ID + "@" + host
}

// eventFor is the entry in one side's calendar.
func (v View) eventFor(side, method, host string) *card.Event {
	e := &card.Event{
		UID: v.uid(side, host), Sequence: int(v.Sequence), Method: method, Starts: v.Starts, Ends: v.Ends, Zone: v.Zone,
		Summary: card.Say("appointment.event."+side, card.String("Service", v.Service.Name), card.String("Staff", v.Staff.Name), card.String("Client", v.Client.Name)),
		Path:    v.JoinPath(), At: v.Changed,
	}
	switch v.Method {
	case Phone:
		e.Location = ref(card.Say("appointment.event.phone", card.String("Phone", v.Meeting.Place)))
	case InPerson:
		e.Location = ref(card.Value(card.String("", v.Place())))
	}
	e.Attendees = v.attendees()
	if method == card.Request {
		e.Description = v.description(side)
	}
	return e
}

// description is what the entry says beside time and place.
func (v View) description(side string) (lines []card.Text) {
	switch v.Method {
	case Video:
		lines = append(lines, card.Say("appointment.event.join", card.Link("Link", "", v.JoinPath())))
	case Phone:
		if side != clientSide {
			lines = append(lines, v.how())
		}
	}
	if side == clientSide {
		lines = append(append(lines, v.Door().Lines()...), v.bringLines()...)
		lines = append(lines, card.Say("appointment.event.change"))
	}
	return lines
}

func ref(t card.Text) *card.Text { return &t }
