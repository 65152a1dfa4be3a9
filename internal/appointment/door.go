package appointment

import (
	"cmp"
	"time"

	"parley/internal/calendar"
	"parley/internal/card"
	"parley/internal/meeting"
)

// A Door is what a client will meet when the time comes, as far as it is known:
// before a booking there may be no staff, no name and no time yet.
type Door struct {
	Method Method
	Lobby  meeting.Lobby
	// Presenters may show something in a video call.
	Presenters meeting.Presenters
	// Staff and Client are names; empty while nobody is chosen or has said.
	Staff, Client string
	// Phone is the number that is called.
	Phone string
	// Place is where to come when the branch itself is not known any more.
	Place    string
	Location Location
	Starts   time.Time
}

// Door is what the client of the appointment will meet.
func (v View) Door() Door {
	d := Door{Method: v.Method, Lobby: v.Meeting.Lobby, Presenters: v.Meeting.Presenters, Staff: v.Staff.Name, Client: v.Client.Name, Location: v.Location, Starts: v.Starts}
	if d.Lobby == "" {
		d.Lobby = v.Service.Lobby
	}
	if d.Presenters == "" {
		d.Presenters = v.Service.Presenters
	}
	switch v.Method {
	case Phone:
		d.Phone = v.Meeting.Place
	case InPerson:
		d.Place = v.Meeting.Place
	}
	return d
}

// Lines says it in words, a sentence or two each.
func (d Door) Lines() []card.Text {
	switch d.Method {
	case Video:
		return []card.Text{card.Say("appointment.door.video"), d.lobby(), d.presenters()}
	case Phone:
		if d.Staff == "" {
			return []card.Text{card.Say("appointment.door.phone.anyone")}
		}
		if d.Phone == "" {
			return []card.Text{card.Say("appointment.door.phone", d.staff())}
		}
		return []card.Text{card.Say("appointment.door.phone.number", d.staff(), card.String("Phone", d.Phone))}
	}
	return d.branch()
}

// lobby says who waits, and how one is known there.
func (d Door) lobby() card.Text {
	key := "appointment.door.lobby." + string(cmp.Or(d.Lobby, meeting.StaffAdmits))
	if d.Client == "" {
		return card.Say(key, d.staff())
	}
	return card.Say(key+".named", d.staff(), card.String("Client", d.Client))
}

// presenters says whether the client can show something.
func (d Door) presenters() card.Text {
	return card.Say("appointment.door.presenters."+string(cmp.Or(d.Presenters, meeting.HostsPresent)), d.staff())
}

func (d Door) branch() (lines []card.Text) {
	if where := cmp.Or(d.Location.Where(), d.Place); where != "" {
		lines = append(lines, card.Say("appointment.door.branch", card.String("Place", where)))
	}
	if open, ok := d.Location.openAround(d.Starts); ok {
		lines = append(lines, card.Say("appointment.door.open", card.Span("Open", open.Start, open.End, d.Location.Zone)))
	}
	return append(lines, card.Say("appointment.door.ask", d.staff()))
}

// staff is the name, or the words that stand for whoever it will be.
func (d Door) staff() card.Arg {
	if d.Staff == "" {
		return card.Key("Staff", card.Say("appointment.door.staff"))
	}
	return card.String("Staff", d.Staff)
}

// openAround is the stretch of opening hours in which a moment lies.
func (l Location) openAround(at time.Time) (calendar.Span, bool) {
	zone, err := calendar.Zone(l.Zone)
	if err != nil || at.IsZero() {
		return calendar.Span{}, false
	}
	day := calendar.DateOf(at.In(zone))
	for _, m := range l.openOn(day, at.In(zone).Weekday()) {
		start, _ := calendar.Local(day, m.Start, zone)
		end, _ := calendar.Local(day, m.End, zone)
		if !at.Before(start) && at.Before(end) {
			return calendar.Span{Start: start, End: end}, true
		}
	}
	return calendar.Span{}, false
}

// openOn are the opening hours of one day: those of its exception, or the usual.
func (l Location) openOn(day calendar.Date, weekday time.Weekday) (open []calendar.Minutes) {
	for _, c := range l.Closed {
		if c.Day == day.String() {
			return c.Open
		}
	}
	for _, h := range l.Hours {
		if h.Weekday == weekday {
			open = append(open, calendar.Minutes{Start: h.Start, End: h.End})
		}
	}
	return open
}
