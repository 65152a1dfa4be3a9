package hours

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/words"
)

// A row is one stretch of a day as it stands in a form.
type row struct {
	from, to string
	// place is kept for the row, and not shown.
	place string
	// fault is the sentence of what is wrong.
	fault string
}

func (w row) empty() bool { return w.from == "" && w.to == "" }

// weekForm is the usual week as it stands in a form: rows by day of the week.
type weekForm [7][]row

// rowsMost is more stretches than anybody has in a day.
const rowsMost = 8

// weekOf writes a week into a form.
func weekOf(hours []calendar.Hours) (f weekForm) {
	for _, h := range hours {
		f[h.Weekday] = append(f[h.Weekday], row{from: clock(h.Start), to: clock(h.End), place: h.Location})
	}
	return f
}

// clock writes a minute of the day for a time box. Midnight at the end of a day
// is written as 00:00, which is all that the box can hold.
func clock(minute int) string {
	return fmt.Sprintf("%02d:%02d", minute/60%24, minute%60)
}

// readRows reads the rows of a day, by the name that the form gives it.
func readRows(form url.Values, day string) (rows []row) {
	for i, from := range form["from-"+day] {
		if i < rowsMost {
			rows = append(rows, row{from: from, to: nth(form["to-"+day], i), place: nth(form["place-"+day], i)})
		}
	}
	return rows
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func readWeek(form url.Values) (f weekForm) {
	for d := range f {
		f[d] = readRows(form, strconv.Itoa(d))
	}
	return f
}

// change does what a button of the form other than Save asks: "add-1", "drop-1-0"
// or "copy", which gives Monday's rows to the other weekdays. Anything else
// changes nothing.
func (f *weekForm) change(what string) {
	verb, rest, _ := strings.Cut(what, "-")
	day, at, _ := strings.Cut(rest, "-")
	d, err := strconv.Atoi(day)
	if verb == "copy" {
		for d := time.Tuesday; d <= time.Friday; d++ {
			f[d] = slices.Clone(f[time.Monday])
		}
		return
	}
	if err != nil || d < 0 || d > 6 {
		return
	}
	if i, err := strconv.Atoi(at); verb == "drop" && err == nil && i >= 0 && i < len(f[d]) {
		f[d] = slices.Delete(f[d], i, i+1)
	}
	if verb == "add" && len(f[d]) < rowsMost {
		f[d] = append(f[d], row{})
	}
}

// hours reads the week. What is wrong is written to its row; ok says that
// nothing is.
func (f *weekForm) hours(r words.Reader) (week []calendar.Hours, ok bool) {
	ok = true
	for d := range f {
		minutes, good := check(r, f[d])
		ok = ok && good
		for _, m := range minutes {
			week = append(week, calendar.Hours{Weekday: time.Weekday(d), Start: m.Start, End: m.End, Location: m.place})
		}
	}
	return week, ok
}

// placed is a stretch with where it is worked.
type placed struct {
	calendar.Minutes
	place string
}

// check reads the rows of one day by the rules of the calendar. An empty row is
// no row.
func check(r words.Reader, rows []row) (list []placed, ok bool) {
	var day []calendar.Minutes
	ok = true
	for i := range rows {
		if rows[i].empty() {
			continue
		}
		m, err := readMinutes(rows[i])
		if err == nil {
			err = calendar.CheckDay(append(slices.Clone(day), m))
		}
		if err != nil {
			rows[i].fault, ok = words.Fault(r, err), false
			continue
		}
		day = append(day, m)
		list = append(list, placed{m, rows[i].place})
	}
	return list, ok
}

func readMinutes(w row) (m calendar.Minutes, err error) {
	from, err := readClock(w.from)
	if err != nil {
		return m, err
	}
	to, err := readClock(w.to)
	if to == 0 {
		to = 24 * 60 // midnight at the end of the day
	}
	return calendar.Minutes{Start: from, End: to}, err
}

// readClock reads 09:30, and what people write where the box is only text.
func readClock(text string) (minute int, err error) {
	for _, layout := range []string{"15:04", "15:04:05", "15.04", "15h04", "3:04pm", "3:04 pm", "3pm", "3 pm", "15"} {
		if t, err := time.Parse(layout, strings.ToLower(text)); err == nil {
			return t.Hour()*60 + t.Minute(), nil
		}
	}
	return 0, fault.New(fault.Invalid, "schedule.hours.clock")
}
