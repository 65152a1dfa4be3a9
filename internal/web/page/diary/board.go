package diary

import (
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// board draws the week of many people. Weekends on which nobody works, and
// people who neither work nor have anything, are left out.
func (v *View) board() ui.BoardProps {
	p := ui.BoardProps{ID: "week", Caption: v.caption(), People: v.r.T("schedule.people"), Icons: chipIcons}
	first, next := v.days(v.r)
	cells := v.boardCells(first, next)
	for d := first; d < next; d++ {
		if weekend(d) && idle(cells, int(d-first)) {
			continue
		}
		span := d.In(v.r.Zone)
		p.Days = append(p.Days, ui.BoardDay{Name: v.r.ShortWeekday(d.Weekday()), Number: span.Start.In(v.r.Zone).Day(), Label: v.r.DayMonth(span.Start),
			Href: v.at(d).as(dayView).address(), Today: d == v.today()})
	}
	for i, person := range v.people {
		if row, busy := v.boardRow(person, cells[i], first, next, cells); busy {
			p.Rows = append(p.Rows, row)
		}
	}
	return p
}

// chipIcons are the shapes of all states, of a late client and of a doubtful link.
var chipIcons = func() []string {
	icons := []string{"clock", "link"}
	for _, s := range states {
		icons = append(icons, page.LookOf(s).Icon)
	}
	return icons
}()

// boardRow is the row of a person, and whether there is anything in it.
func (v *View) boardRow(p org.Person, mine []ui.BoardCell, first, next calendar.Date, all [][]ui.BoardCell) (row ui.BoardRow, busy bool) {
	row = ui.BoardRow{Name: p.Name, Href: v.of(p.ID).address()}
	count := 0
	for d := first; d < next; d++ {
		cell := mine[d-first]
		count += len(cell.Chips)
		busy = busy || !cell.Closed || cell.Note != ""
		if !weekend(d) || !idle(all, int(d-first)) {
			row.Cells = append(row.Cells, cell)
		}
	}
	if count > 0 {
		row.Detail = v.r.T("schedule.count", "Count", count)
	}
	return row, busy || count > 0
}

// boardCells are the days of all people: first their ground, then what is on it.
func (v *View) boardCells(first, next calendar.Date) [][]ui.BoardCell {
	cells := make([][]ui.BoardCell, len(v.people))
	at := make(map[string]int, len(v.people))
	for i, p := range v.people {
		cells[i], at[p.ID] = v.ground(p, first, next), i
	}
	for _, b := range v.list {
		for _, id := range append([]string{b.StaffID}, b.Beside...) {
			if i, known := at[id]; known {
				cell := &cells[i][v.dayOf(b.Starts)-first]
				cell.Chips = append(cell.Chips, v.chipOf(b, id))
			}
		}
	}
	return cells
}

// ground is on which days a person works.
func (v *View) ground(p org.Person, first, next calendar.Date) []ui.BoardCell {
	cells := make([]ui.BoardCell, next-first)
	outline := v.outlines[p.ID]
	for i := range cells {
		cells[i].Closed = true
	}
	for _, s := range outline.Working {
		for d := max(v.dayOf(s.Start), first); d <= v.dayOf(s.End) && d < next; d++ {
			cells[d-first].Closed = cells[d-first].Closed && !s.Overlaps(d.In(v.r.Zone))
		}
	}
	for _, off := range outline.Off {
		for d := max(v.dayOf(off.Span.Start), first); d <= v.dayOf(off.Span.End) && d < next; d++ {
			if off.Span.Overlaps(d.In(v.r.Zone)) {
				cells[d-first].Note = v.r.T("schedule.off")
			}
		}
	}
	return cells
}

// idle reports whether nobody works or has anything on a day.
func idle(cells [][]ui.BoardCell, day int) bool {
	for _, row := range cells {
		if c := row[day]; !c.Closed || len(c.Chips) > 0 {
			return false
		}
	}
	return true
}
