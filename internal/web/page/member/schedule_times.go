package member

import (
	"context"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// times are a month of days to which an appointment can be moved, and the times
// of the chosen day.
type times struct {
	month ui.MonthGridProps
	slots ui.SlotListProps
	// any says that the month has a time at all.
	any bool
}

// A moveAsk is what is asked about an appointment that is to move.
type moveAsk struct {
	r         words.Reader
	orgID, id string
	now       time.Time
	// month is its first moment; chosen says that somebody asked for it.
	month  time.Time
	chosen bool
	day    calendar.Date
	// furthest bounds the months that can be looked at.
	furthest time.Time
	base     string
}

// monthsAhead is how many months without a time are passed over when nobody has
// chosen one.
const monthsAhead = 3

func timesAsk(v visitView, r words.Reader, month, day string) moveAsk {
	k := moveAsk{r: r, orgID: v.OrgID, id: v.ID, now: v.now, month: v.now, furthest: v.now.Add(v.Service.Ahead), base: v.base + "/reschedule"}
	if d, err := calendar.ParseDate(day); err == nil {
		k.day, k.month, k.chosen = d, d.In(r.Zone).Start, true
	}
	if m, err := time.ParseInLocation("2006-01", month, r.Zone); err == nil {
		k.month, k.chosen = m, true
	}
	local := k.month.In(r.Zone)
	k.month = time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, r.Zone)
	return k
}

// readTimes reads the month, or the first one that has a time.
func (w *Work) readTimes(ctx context.Context, k moveAsk) (t times, err error) {
	var slots []appointment.Slot
	for range monthsAhead {
		next := k.month.AddDate(0, 1, 0)
		if slots, err = w.Appointments.SlotsToMove(ctx, k.orgID, k.id, calendar.Span{Start: k.month, End: next}); err != nil {
			return t, err
		}
		if k.chosen || len(slots) > 0 || !next.Before(k.furthest) {
			break
		}
		k.month = next
	}
	byDay := map[calendar.Date][]appointment.Slot{}
	for _, s := range slots {
		d := calendar.DateOf(s.Start.In(k.r.Zone))
		byDay[d] = append(byDay[d], s)
	}
	if t.any = len(slots) > 0; k.day == 0 && t.any {
		k.day = calendar.DateOf(slots[0].Start.In(k.r.Zone))
	}
	t.month = k.grid(byDay)
	if k.day != 0 {
		t.slots = k.list(byDay[k.day])
	}
	return t, nil
}

func (k moveAsk) grid(byDay map[calendar.Date][]appointment.Slot) ui.MonthGridProps {
	g := ui.MonthGridProps{ID: "month", Month: k.r.MonthYear(k.month)}
	for i := range 7 {
		day := (k.r.FirstWeekday() + time.Weekday(i)) % 7
		g.Weekdays = append(g.Weekdays, ui.Weekday{Short: k.r.ShortWeekday(day), Long: k.r.Weekday(day)})
	}
	first, next := calendar.DateOf(k.month), calendar.DateOf(k.month.AddDate(0, 1, 0))
	d := first - calendar.Date((int(first.Weekday())-int(k.r.FirstWeekday())+7)%7)
	for d < next {
		week := make([]ui.MonthDay, 7)
		for i := range week {
			week[i] = k.cell(d, len(byDay[d]))
			week[i].Outside = d < first || d >= next
			d++
		}
		g.Weeks = append(g.Weeks, week)
	}
	if k.month.After(k.now) {
		g.Prev, g.PrevLabel = k.monthLink(-1)
	}
	if k.month.AddDate(0, 1, 0).Before(k.furthest) {
		g.Next, g.NextLabel = k.monthLink(1)
	}
	return g
}

func (k moveAsk) monthLink(n int) (href, label string) {
	month := k.month.AddDate(0, n, 0)
	return addressOf(k.base, "month", month.Format("2006-01")), k.r.MonthYear(month)
}

// cell is a day; its dots say roughly how many times it has.
func (k moveAsk) cell(d calendar.Date, free int) ui.MonthDay {
	at := d.In(k.r.Zone).Start
	cell := ui.MonthDay{Number: at.In(k.r.Zone).Day(), Selected: d == k.day, Today: d == calendar.DateOf(k.now.In(k.r.Zone))}
	cell.Label = k.r.T("schedule.times.day", "Day", k.r.DayMonth(at), "Count", free)
	if free > 0 {
		cell.Href, cell.Dots = addressOf(k.base, "day", d.String()), min(3, 1+free/6)
	}
	return cell
}

// parts of the day, by the hour they begin with.
var parts = []struct {
	key      string
	from, to int
}{{"schedule.part.morning", 0, 12}, {"schedule.part.afternoon", 12, 17}, {"schedule.part.evening", 17, 24}}

func (k moveAsk) list(slots []appointment.Slot) ui.SlotListProps {
	at := k.day.In(k.r.Zone).Start
	list := ui.SlotListProps{ID: "times", Title: k.r.DayMonth(at), Zone: k.r.ZoneName(at)}
	for _, part := range parts {
		group := ui.SlotGroup{Title: k.r.T(part.key)}
		for _, s := range slots {
			if hour := s.Start.In(k.r.Zone).Hour(); hour >= part.from && hour < part.to {
				group.Slots = append(group.Slots, ui.Slot{Label: k.r.Time(s.Start), Context: list.Title,
					Href: addressOf(k.base, "start", stamp(s.Start))})
			}
		}
		if len(group.Slots) > 0 {
			list.Groups = append(list.Groups, group)
		}
	}
	return list
}
