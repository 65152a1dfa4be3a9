package client

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// A when is the month a client picks a day in, and the times of that day. The
// booking page and the reschedule page show it alike.
type when struct {
	month ui.MonthGridProps
	slots ui.SlotListProps
	// any says that the month has a day with times at all.
	any   bool
	zones []ui.Option
	zone  string
	// keep holds the rest of the address, for the form that changes the zone.
	action string
	keep   []string
}

// A whenAsk is what is asked of the calendar, and where its links lead.
type whenAsk struct {
	month time.Time
	day   calendar.Date
	now   time.Time
	// furthest bounds the months that can be looked at.
	furthest time.Time
	days     func(ctx context.Context, window calendar.Span, zone string) ([]calendar.Date, error)
	slots    func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error)
	link     func(pairs ...string) string
}

// monthsAhead is how many months without a time are passed over when nobody
// has chosen one yet.
const monthsAhead = 3

func (k whenAsk) read(ctx context.Context, r words.Reader) (w when, err error) {
	chosen := !k.month.IsZero()
	if !chosen {
		k.month = k.now
	}
	k.month = firstOf(k.month.In(r.Zone))
	var days []calendar.Date
	for range monthsAhead {
		days, err = k.days(ctx, calendar.Span{Start: k.month, End: k.month.AddDate(0, 1, 0)}, r.Zone.String())
		if err != nil {
			return w, err
		}
		if chosen || len(days) > 0 || !k.month.AddDate(0, 1, 0).Before(k.furthest) {
			break
		}
		k.month = k.month.AddDate(0, 1, 0)
	}
	w.any = len(days) > 0
	if k.day == 0 && w.any {
		k.day = days[0]
	}
	w.month = k.grid(r, days)
	w.slots, err = k.list(ctx, r)
	return w, err
}

func firstOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// boost lets htmx change the month and the times in place; without it the same
// links load the page.
var boost = map[string]any{"hx-boost": "true", "hx-target": "#when", "hx-select": "#when", "hx-swap": "outerHTML show:none"}

func (k whenAsk) grid(r words.Reader, days []calendar.Date) ui.MonthGridProps {
	g := ui.MonthGridProps{ID: "month", Month: r.MonthYear(k.month), Attrs: boost}
	for i := range 7 {
		day := (r.FirstWeekday() + time.Weekday(i)) % 7
		g.Weekdays = append(g.Weekdays, ui.Weekday{Short: r.ShortWeekday(day), Long: r.Weekday(day)})
	}
	free := map[calendar.Date]bool{}
	for _, d := range days {
		free[d] = true
	}
	first := calendar.DateOf(k.month)
	d := first - calendar.Date((int(first.Weekday())-int(r.FirstWeekday())+7)%7)
	for next := calendar.DateOf(k.month.AddDate(0, 1, 0)); d < next; {
		var week []ui.MonthDay
		for range 7 {
			week = append(week, k.cell(r, d, free[d], d < first || d >= next))
			d++
		}
		g.Weeks = append(g.Weeks, week)
	}
	if prev := k.month.AddDate(0, -1, 0); k.month.After(k.now) {
		g.Prev, g.PrevLabel = k.link("month", prev.Format("2006-01"), "day", ""), r.MonthYear(prev)
	}
	if next := k.month.AddDate(0, 1, 0); next.Before(k.furthest) {
		g.Next, g.NextLabel = k.link("month", next.Format("2006-01"), "day", ""), r.MonthYear(next)
	}
	return g
}

func (k whenAsk) cell(r words.Reader, d calendar.Date, free, outside bool) ui.MonthDay {
	at := d.In(r.Zone).Start
	cell := ui.MonthDay{Number: at.Day(), Label: r.DayMonth(at), Outside: outside, Selected: d == k.day, Today: d == calendar.DateOf(k.now.In(r.Zone))}
	if free && !outside {
		cell.Href, cell.Dots = k.link("day", d.String(), "month", ""), 1
	}
	return cell
}

func (k whenAsk) list(ctx context.Context, r words.Reader) (ui.SlotListProps, error) {
	list := ui.SlotListProps{ID: "times"}
	if k.day == 0 {
		return list, nil
	}
	day := k.day.In(r.Zone)
	slots, err := k.slots(ctx, day)
	if err != nil {
		return list, err
	}
	list.Title, list.Zone = r.DayMonth(day.Start), r.ZoneName(day.Start)
	for _, part := range parts {
		group := ui.SlotGroup{Title: r.T("client.part." + part.name)}
		for _, s := range slots {
			if hour := s.Start.In(r.Zone).Hour(); hour >= part.from && hour < part.to {
				group.Slots = append(group.Slots, ui.Slot{
					Label: r.Time(s.Start), Context: list.Title,
					Href: k.link("day", k.day.String(), "month", "", "start", s.Start.UTC().Format(time.RFC3339)),
				})
			}
		}
		if len(group.Slots) > 0 {
			list.Groups = append(list.Groups, group)
		}
	}
	return list, nil
}

// parts of the day, by the hour they begin with.
var parts = []struct {
	name     string
	from, to int
}{{"morning", 0, 12}, {"afternoon", 12, 17}, {"evening", 17, 24}}

// changeZone keeps the zone that was chosen on the page and says whether the
// request was just that.
func changeZone(w http.ResponseWriter, r *http.Request, back string) (bool, error) {
	zone := r.URL.Query().Get("zone")
	if zone == "" {
		return false, nil
	}
	if err := web.SetZone(w, r, zone); err != nil {
		return true, err
	}
	return true, web.Redirect(w, r, back)
}

// zoneOptions are the zones to choose from, the reader's own among them.
func zoneOptions(r words.Reader, now time.Time) (list []ui.Option) {
	own := r.Zone.String()
	found := false
	for _, region := range r.Zones(now) {
		for _, z := range region.Zones {
			found = found || z.Name == own
			list = append(list, ui.Option{Value: z.Name, Label: z.Label, Group: region.Name})
		}
	}
	if !found {
		z := r.ZoneChoice(own, now)
		list = append([]ui.Option{{Value: z.Name, Label: z.Label}}, list...)
	}
	return list
}
