package diary

import (
	"cmp"

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
	p := ui.PaginationProps{Page: v.page, Pages: max((v.total+pageSize-1)/pageSize, 1)}
	first := (v.page - 1) * pageSize
	p.Range = v.r.T("schedule.range", "From", min(first+1, v.total), "To", min(first+pageSize, v.total), "Total", v.total)
	to := func(n int) string {
		l := v.look
		l.page = n
		return l.address()
	}
	if v.page > 1 {
		p.Prev = to(v.page - 1)
	}
	if v.page < p.Pages {
		p.Next = to(v.page + 1)
	}
	return p
}

// step is the state that most likely follows, for the one button that a line has.
func (v *View) nextState(b appointment.Brief) (s appointment.State) {
	next, _ := b.Steps(v.now)
	if len(next) > 0 && !(next[0] == appointment.Arrived && b.Method == appointment.Phone) {
		return next[0]
	}
	return cmp.Or(append(next, "", "")[1])
}

// doing is what the button of a state says.
func (v *View) doing(s appointment.State) string { return v.r.T("schedule.do." + string(s)) }
