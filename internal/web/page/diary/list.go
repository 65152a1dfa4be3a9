package diary

import (
	"parley/internal/appointment"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// agenda lists appointments as the lines of a day.
func (v *View) agenda(list []appointment.Brief) []ui.AgendaItem {
	items := make([]ui.AgendaItem, len(list))
	for i, b := range list {
		items[i] = v.agendaItem(b)
	}
	return items
}

func (v *View) agendaItem(b appointment.Brief) ui.AgendaItem {
	f := v.face
	item := ui.AgendaItem{
		ID: "a-" + b.ID, Time: v.r.Times(b.Starts, b.Ends), Title: f.name(b), Detail: f.services[b.ServiceID] + " · " + v.how(b), Href: home + "/" + b.ID,
		Icon: methodIcons[b.Method], Tone: page.LookOf(b.State).Tone, Badge: page.StateBadge(v.r, b.State), Marks: append(f.marks(b), f.coming(b, v.along[b.ID])...),
		Past: b.State == appointment.Cancelled || b.State.Ended(), Now: v.going(b), Actions: v.acts(b),
	}
	switch {
	case v.many():
		item.Detail = v.staff(b) + " · " + item.Detail
	case v.people[0].ID != b.StaffID:
		item.Detail = v.with(b) + " · " + item.Detail
	}
	return item
}

// pages leads through the pages of the list.
func (v *View) pages() ui.PaginationProps {
	return page.Numbered(v.r, v.page, pageSize, v.total, func(n int) string {
		l := v.look
		l.page = n
		return l.address()
	})
}

// nextState is the state that most likely follows, for the one button that a line
// has; "" is none. Nobody arrives at a telephone.
func (v *View) nextState(b appointment.Brief) appointment.State {
	next, _ := b.Steps(v.now)
	if len(next) > 0 && next[0] == appointment.Arrived && b.Method == appointment.Phone {
		next = next[1:]
	}
	if len(next) == 0 {
		return ""
	}
	return next[0]
}

// doing is what the button of a state says.
func (v *View) doing(s appointment.State) string { return v.r.T("schedule.do." + string(s)) }
