package calendar

import (
	"sync"
	"time"

	"parley/internal/fault"
)

// A Date is a day on a calendar on the wall, as the number of days since
// 1 January 1970. It belongs to no zone until a wall clock reads it.
type Date int32

const daySeconds = 24 * 60 * 60

// DateOf returns the date that t shows in its own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// ParseDate reads a date written as 2026-12-31.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "calendar.date.invalid", "Date", text)
	}
	return DateOf(t), nil
}

// String writes the date as 2026-12-31, which also sorts as text.
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// WeekFrom is the first date of its week, where weeks begin on the given day.
func (d Date) WeekFrom(first time.Weekday) Date {
	return d - Date((d.Weekday()-first+7)%7)
}

// In returns the whole day as it passes in the zone: 23, 24 or 25 hours.
func (d Date) In(zone *time.Location) Span {
	w := wall{zone: zone}
	return Stretch{w.instant(d, 0), w.instant(d+1, 0)}.Span()
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

// Local is what a wall clock in a zone makes of a date and a minute of the day.
// When the clocks go forward some minutes do not exist; it returns the first
// moment after them and false. When they go back some minutes come twice; it
// returns the first.
func Local(d Date, minute int, zone *time.Location) (t time.Time, exists bool) {
	w := wall{zone: zone}
	t = w.instant(d, minute).Time()
	shown := t.In(zone)
	return t, DateOf(shown) == d+Date(minute/1440) && shown.Hour()*60+shown.Minute() == minute%1440
}

// A wall is a clock on the wall of one zone. It remembers the period between
// two changes of the clocks, so that reading many days in a row looks into the
// zone's table once and not twice a day.
type wall struct {
	zone *time.Location
	// begins and ends bound the remembered period, in seconds since 1970.
	begins, ends int64
	offset       int64
}

// The widest offsets in use are UTC-12 and UTC+14; the margin adds room for a
// change of the clocks close by.
const (
	widestOffset = 15 * 60 * 60
	margin       = 2 * daySeconds
)

// farAway stands for a period without beginning or end.
const farAway = int64(1) << 50

// instant returns the moment at which the clock shows the minute of the date:
// the first one if there are two, and the end of the gap if there is none.
func (w *wall) instant(d Date, minute int) Instant {
	local := int64(d)*daySeconds + int64(minute)*60
	if at := local - w.offset; at > w.begins+margin && at < w.ends-margin {
		return Instant(at * 1e6)
	}
	for w.look(local - widestOffset); ; w.look(w.ends) {
		at := local - w.offset
		if at < w.begins { // skipped when the clocks went forward
			return Instant(w.begins * 1e6)
		}
		if at < w.ends {
			return Instant(at * 1e6)
		}
	}
}

// look remembers the period around a moment.
func (w *wall) look(at int64) {
	t := time.Unix(at, 0).In(w.zone)
	begins, ends := t.ZoneBounds()
	_, offset := t.Zone()
	w.begins, w.ends, w.offset = -farAway, farAway, int64(offset)
	if !begins.IsZero() {
		w.begins = begins.Unix()
	}
	if !ends.IsZero() {
		w.ends = ends.Unix()
	}
}

// date returns the date that the clock shows at a moment.
func (w *wall) date(t time.Time) Date { return DateOf(t.In(w.zone)) }

var zones sync.Map // name -> *time.Location; only names that exist, so at most some six hundred

// Zone returns the location of an IANA zone such as Europe/London. The names
// "" and "Local" are refused, since they mean another place on every machine.
func Zone(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	if name == "" || name == "Local" {
		return nil, fault.New(fault.Invalid, "calendar.zone.unknown", "Zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "calendar.zone.unknown", "Zone", name)
	}
	zones.Store(name, zone)
	return zone, nil
}
