package page

import (
	"context"
	"net/url"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Times are a month of days with free times, and the times of the chosen day.
// Clients who book, and whoever moves an appointment, choose from them alike.
type Times struct {
	month ui.MonthGridProps
	slots ui.SlotListProps
	// any says that the month has a time at all.
	any bool
}

// Begin gives the first time the focus, on the page where it is the next thing to
// choose. Who looks at another day keeps the focus in the month.
func (t Times) Begin(query url.Values) Times {
	if query.Get("day") == "" && query.Get("month") == "" && len(t.slots.Groups) > 0 && len(t.slots.Groups[0].Slots) > 0 {
		t.slots.Groups[0].Slots[0].Focus = true
	}
	return t
}

// A TimesAsk is what is asked of the calendar, and where the answers lead.
type TimesAsk struct {
	Reader words.Reader
	// Query may name a "month" (2026-12) and a "day" (2026-12-01).
	Query url.Values
	Now   time.Time
	// Furthest bounds the months that can be looked at.
	Furthest time.Time
	// Slots returns what can be had within a window.
	Slots func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error)
	// Link is the address of this page with some values set, or unset when
	// empty: "day", "month" and "start".
	Link func(pairs ...string) string
}

// monthsAhead is how many months without a time are passed over when nobody has
// chosen one.
const monthsAhead = 3

// sheet is a month that was read.
type sheet struct {
	TimesAsk
	month  time.Time
	day    calendar.Date
	byDay  map[calendar.Date][]appointment.Slot
	chosen bool
}

// Read reads the month that was asked for, or the first one with a time.
func (k TimesAsk) Read(ctx context.Context) (Times, error) {
	s := k.sheet()
	var slots []appointment.Slot
	for range monthsAhead {
		next := s.month.AddDate(0, 1, 0)
		var err error
		if slots, err = k.Slots(ctx, calendar.Span{Start: s.month, End: next}); err != nil {
			return Times{}, err
		}
		if s.chosen || len(slots) > 0 || !next.Before(k.Furthest) {
			break
		}
		s.month = next
	}
	for _, slot := range slots {
		d := calendar.DateOf(slot.Start.In(k.Reader.Zone))
		s.byDay[d] = append(s.byDay[d], slot)
	}
	if s.day == 0 && len(slots) > 0 {
		s.day = calendar.DateOf(slots[0].Start.In(k.Reader.Zone))
	}
	return Times{month: s.grid(), slots: s.list(), any: len(slots) > 0}, nil
}

func (k TimesAsk) sheet() sheet {
	s := sheet{TimesAsk: k, month: k.Now, byDay: map[calendar.Date][]appointment.Slot{}}
	if d, err := calendar.ParseDate(k.Query.Get("day")); err == nil {
		s.day, s.month, s.chosen = d, d.In(k.Reader.Zone).Start, true
	}
	if m, err := time.ParseInLocation("2006-01", k.Query.Get("month"), k.Reader.Zone); err == nil {
		s.month, s.chosen = m, true
	}
	local := s.month.In(k.Reader.Zone)
	s.month = time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, k.Reader.Zone)
	return s
}

// inPlace lets htmx change the month and the times without loading the page;
// without it the same links load it.
var inPlace = map[string]any{"hx-boost": "true", "hx-target": "#when", "hx-select": "#when", "hx-swap": "outerHTML show:none"}

func (s sheet) grid() ui.MonthGridProps {
	r := s.Reader
	g := ui.MonthGridProps{ID: "month", Month: r.MonthYear(s.month), Attrs: inPlace}
	for _, day := range r.Weekdays() {
		g.Weekdays = append(g.Weekdays, ui.Weekday{Short: r.ShortWeekday(day), Long: r.Weekday(day)})
	}
	first, next := calendar.DateOf(s.month), calendar.DateOf(s.month.AddDate(0, 1, 0))
	d := first.WeekFrom(r.FirstWeekday())
	for d < next {
		week := make([]ui.MonthDay, 7)
		for i := range week {
			week[i] = s.cell(d)
			week[i].Outside = d < first || d >= next
			d++
		}
		g.Weeks = append(g.Weeks, week)
	}
	if s.month.After(s.Now) {
		g.Prev, g.PrevLabel = s.monthLink(-1)
	}
	if s.month.AddDate(0, 1, 0).Before(s.Furthest) {
		g.Next, g.NextLabel = s.monthLink(1)
	}
	return g
}

func (s sheet) monthLink(n int) (href, label string) {
	month := s.month.AddDate(0, n, 0)
	return s.Link("month", month.Format("2006-01"), "day", ""), s.Reader.MonthYear(month)
}

// cell is a day; its dots say roughly how many times it has.
func (s sheet) cell(d calendar.Date) ui.MonthDay {
	at, free := d.In(s.Reader.Zone).Start.In(s.Reader.Zone), len(s.byDay[d])
	cell := ui.MonthDay{Number: at.Day(), Selected: d == s.day, Today: d == calendar.DateOf(s.Now.In(s.Reader.Zone))}
	cell.Label = s.Reader.T("page.times.day", "Day", s.Reader.DayMonth(at), "Count", free)
	if free > 0 {
		cell.Href, cell.Dots = s.Link("day", d.String(), "month", ""), min(3, 1+free/8)
	}
	return cell
}

// parts of the day, by the hour they begin with.
var parts = []struct {
	key      string
	from, to int
}{{"page.times.morning", 0, 12}, {"page.times.afternoon", 12, 17}, {"page.times.evening", 17, 24}}

func (s sheet) list() ui.SlotListProps {
	list := ui.SlotListProps{ID: "times"}
	if s.day == 0 {
		return list
	}
	r, at := s.Reader, s.day.In(s.Reader.Zone).Start
	list.Title, list.Zone = r.DayMonth(at), r.ZoneName(at)
	for _, part := range parts {
		group := ui.SlotGroup{Title: r.T(part.key)}
		for _, slot := range s.byDay[s.day] {
			if hour := slot.Start.In(r.Zone).Hour(); hour >= part.from && hour < part.to {
				group.Slots = append(group.Slots, ui.Slot{Label: r.Time(slot.Start), Context: list.Title,
					Href: s.Link("day", s.day.String(), "month", "", "start", slot.Start.UTC().Format(time.RFC3339))})
			}
		}
		if len(group.Slots) > 0 {
			list.Groups = append(list.Groups, group)
		}
	}
	return list
}
