package ical_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector/ical"
	"parley/internal/fault"
)

// The window of these tests is the first week of March 2027, and a day more on
// both sides; the owner lives in London.
var (
	from = time.Date(2027, 2, 28, 0, 0, 0, 0, time.UTC)
	till = time.Date(2027, 3, 9, 0, 0, 0, 0, time.UTC)
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func read(t testing.TB, text string) ([]string, error) {
	t.Helper()
	spans, err := ical.Read(context.Background(), strings.NewReader(text), from, till, zone(t, "Europe/London"))
	var list []string
	for _, s := range spans {
		list = append(list, s[0].Format("0102T1504")+"-"+s[1].Format("0102T1504"))
	}
	return list, err
}

func calendar(parts ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(parts, "") + "END:VCALENDAR\r\n"
}

func event(lines ...string) string {
	return "BEGIN:VEVENT\r\nSUMMARY:Secret: a; b\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\n"
}

// outlook is a zone as Outlook describes one that has no name of its own.
const outlook = `BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

func TestReadFindsBusyTimes(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"UTC", calendar(event("DTSTART:20270301T090000Z", "DTEND:20270301T100000Z")), []string{"0301T0900-0301T1000"}},
		{"a zone by its IANA name", calendar(event("DTSTART;TZID=America/New_York:20270301T090000", "DTEND;TZID=America/New_York:20270301T100000")), []string{"0301T1400-0301T1500"}},
		{"a zone by its Windows name", calendar(event("DTSTART;TZID=W. Europe Standard Time:20270301T090000", "DTEND;TZID=W. Europe Standard Time:20270301T100000")), []string{"0301T0800-0301T0900"}},
		{"a quoted zone", calendar(event(`DTSTART;TZID="W. Europe Standard Time":20270301T090000`, "DURATION:PT30M")), []string{"0301T0800-0301T0830"}},
		{"a zone behind a path", calendar(event("DTSTART;TZID=/example.org/2019/Asia/Tokyo:20270301T090000", "DURATION:PT30M")), []string{"0301T0000-0301T0030"}},
		{"a zone the calendar describes", calendar(outlook, event("DTSTART;TZID=Customized Time Zone:20270301T090000", "DURATION:PT1H")), []string{"0301T1400-0301T1500"}},
		{"a zone nobody knows is the owner's", calendar(event("DTSTART;TZID=Middle Earth:20270301T090000", "DURATION:PT1H")), []string{"0301T0900-0301T1000"}},
		{"a floating time is the owner's", calendar(event("DTSTART:20270301T090000", "DURATION:PT1H")), []string{"0301T0900-0301T1000"}},
		{"a floating time is the calendar's", calendar("X-WR-TIMEZONE:Europe/Berlin\r\n", event("DTSTART:20270301T090000", "DURATION:PT1H")), []string{"0301T0800-0301T0900"}},
		{"a whole day", calendar(event("DTSTART;VALUE=DATE:20270302", "DTEND;VALUE=DATE:20270304")), []string{"0302T0000-0304T0000"}},
		{"a whole day without an end, in the calendar's zone", calendar("X-WR-TIMEZONE:Europe/Berlin\r\n", event("DTSTART;VALUE=DATE:20270302")), []string{"0301T2300-0302T2300"}},
		{"a moment takes no time", calendar(event("DTSTART:20270301T090000Z")), nil},
		{"an end before the start takes no time", calendar(event("DTSTART:20270301T090000Z", "DTEND:20270301T080000Z")), nil},
		{"seen through", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT")), nil},
		{"free in Outlook", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:FREE")), nil},
		{"elsewhere at work in Outlook", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE")), nil},
		{"tentative in Outlook", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE")), []string{"0301T0900-0301T1000"}},
		{"cancelled", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H", "STATUS:CANCELLED")), nil},
		{"an alarm inside has a duration of its own", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H", "BEGIN:VALARM", "DURATION:PT9H", "TRANSP:TRANSPARENT", "END:VALARM")), []string{"0301T0900-0301T1000"}},
		{"folded lines", calendar(event("DTST\r\n ART:202703\r\n\t01T090000Z", "DUR\r\n ATION:PT1H")), []string{"0301T0900-0301T1000"}},
		{"those that meet are one", calendar(event("DTSTART:20270301T100000Z", "DURATION:PT1H"), event("DTSTART:20270301T090000Z", "DURATION:PT1H")), []string{"0301T0900-0301T1100"}},
		{"only the part in the window", calendar(event("DTSTART:20270101T000000Z", "DTEND:20270301T000000Z"), event("DTSTART:20270308T230000Z", "DURATION:P3D")), []string{"0228T0000-0301T0000", "0308T2300-0309T0000"}},
		{"broken lines are passed over", calendar(event("DTSTART:tomorrow", "DURATION:PT1H"), "nonsense\r\n;;;:::\r\n", event("DTSTART:20270301T090000Z", "DTEND:later", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES")), []string{"0301T0900-0301T1000"}},
		{"a free/busy list", calendar("BEGIN:VFREEBUSY\r\nDTSTART:20270301T000000Z\r\nDTEND:20270401T000000Z\r\nFREEBUSY;FBTYPE=BUSY:20270301T090000Z/PT1H,20270301T110000Z/20270301T120000Z\r\nFREEBUSY;FBTYPE=FREE:20270302T090000Z/PT1H\r\nEND:VFREEBUSY\r\n"), []string{"0301T0900-0301T1000", "0301T1100-0301T1200"}},
		{"tasks are not events", calendar("BEGIN:VTODO\r\nDTSTART:20270301T090000Z\r\nDURATION:PT1H\r\nEND:VTODO\r\n"), nil},
		{"line feeds alone, and a mark at the beginning", "\ufeff" + strings.ReplaceAll(calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H")), "\r\n", "\n"), []string{"0301T0900-0301T1000"}},
		{"an attachment larger than all else", calendar(event("ATTACH;ENCODING=BASE64:"+strings.Repeat("QUJD", 200_000), "DTSTART:20270301T090000Z", "DURATION:PT1H")), []string{"0301T0900-0301T1000"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(t, test.text)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("busy (-want +got), %v\n%s", err, diff)
			}
		})
	}
}

func TestReadRepeats(t *testing.T) {
	const weekly = "RRULE:FREQ=WEEKLY;BYDAY=MO,WE"
	start, hour := "DTSTART;TZID=Europe/London:20200106T090000", "DURATION:PT1H"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"without an end, for years", calendar(event(start, hour, weekly)), []string{"0301T0900-0301T1000", "0303T0900-0303T1000", "0308T0900-0308T1000"}},
		{"less an exception", calendar(event(start, hour, weekly, "EXDATE;TZID=Europe/London:20270303T090000,20270308T090000")), []string{"0301T0900-0301T1000"}},
		{"less an exception that is a day", calendar(event(start, hour, weekly, "EXDATE;VALUE=DATE:20270303")), []string{"0301T0900-0301T1000", "0308T0900-0308T1000"}},
		{"and more dates", calendar(event(start, hour, weekly, "RDATE;TZID=Europe/London:20270305T130000", "RDATE;VALUE=PERIOD:20270306T130000Z/PT3H")), []string{"0301T0900-0301T1000", "0303T0900-0303T1000", "0305T1300-0305T1400", "0306T1300-0306T1600", "0308T0900-0308T1000"}},
		{"one of them moved", calendar(event("UID:a", start, hour, weekly), event("UID:a", "RECURRENCE-ID;TZID=Europe/London:20270303T090000", "DTSTART:20270304T150000Z", hour)), []string{"0301T0900-0301T1000", "0304T1500-0304T1600", "0308T0900-0308T1000"}},
		{"one of them moved, told first", calendar(event("UID:a", "RECURRENCE-ID:20270303T090000Z", "DTSTART:20270304T150000Z", hour), event("UID:a", start, hour, weekly)), []string{"0301T0900-0301T1000", "0304T1500-0304T1600", "0308T0900-0308T1000"}},
		{"one of them cancelled", calendar(event("UID:a", start, hour, weekly), event("UID:a", "RECURRENCE-ID:20270303T090000Z", "DTSTART:20270303T090000Z", hour, "STATUS:CANCELLED")), []string{"0301T0900-0301T1000", "0308T0900-0308T1000"}},
		{"one of another series moved", calendar(event("UID:a", start, hour, weekly), event("UID:b", "RECURRENCE-ID:20270303T090000Z", "DTSTART:20270303T090000Z", hour)), []string{"0301T0900-0301T1000", "0303T0900-0303T1000", "0308T0900-0308T1000"}},
		{"until a moment in UTC", calendar(event("DTSTART;TZID=America/New_York:20270301T090000", hour, "RRULE:FREQ=DAILY;UNTIL=20270302T140000Z")), []string{"0301T1400-0301T1500", "0302T1400-0302T1500"}},
		{"until a day", calendar(event(start, hour, "RRULE:FREQ=DAILY;UNTIL=20270301")), []string{"0228T0900-0228T1000", "0301T0900-0301T1000"}},
		{"so many times", calendar(event("DTSTART:20270226T090000Z", hour, "RRULE:FREQ=DAILY;COUNT=5")), []string{"0228T0900-0228T1000", "0301T0900-0301T1000", "0302T0900-0302T1000"}},
		{"every other week", calendar(event("DTSTART:20260105T090000Z", hour, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")), []string{"0302T0900-0302T1000"}},
		{"the first Monday of the month", calendar(event("DTSTART:20200106T090000Z", hour, "RRULE:FREQ=MONTHLY;BYDAY=1MO")), []string{"0301T0900-0301T1000"}},
		{"a birthday", calendar(event("DTSTART;VALUE=DATE:19700303", "RRULE:FREQ=YEARLY")), []string{"0303T0000-0304T0000"}},
		{"over a change of the clocks, at the same wall time", calendar(event("DTSTART;TZID=Customized Time Zone:20261001T090000", hour, "RRULE:FREQ=DAILY;UNTIL=20270301T235900Z"), outlook), []string{"0228T0900-0228T1000", "0301T0900-0301T1000"}},
		{"across the beginning of the window", calendar(event("DTSTART:20270225T120000Z", "DTEND:20270302T120000Z", "RRULE:FREQ=MONTHLY")), []string{"0228T0000-0302T1200"}},
		{"by the hour", calendar(event("DTSTART:20270301T090000Z", "DURATION:PT10M", "RRULE:FREQ=HOURLY;INTERVAL=12;COUNT=3")), []string{"0301T0900-0301T0910", "0301T2100-0301T2110", "0302T0900-0302T0910"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(t, test.text)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("busy (-want +got), %v\n%s", err, diff)
			}
		})
	}
}

// TestReadEndsWhateverARuleSays reads calendars that were written to keep a
// reader busy.
func TestReadEndsWhateverARuleSays(t *testing.T) {
	rules := []string{
		"FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=2147483647", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYSECOND=59;BYYEARDAY=366",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=2147483647", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6", "FREQ=DAILY;INTERVAL=2147483647",
		"FREQ=DAILY;BYHOUR=" + strings.Repeat("1,", 9000) + "1", "FREQ=HOURLY;INTERVAL=-1", "FREQ=DAILY;BYSETPOS=366;BYHOUR=1,2,3;BYMINUTE=4,5,6;BYSECOND=7",
	}
	for _, rule := range rules {
		for _, start := range []string{"00010101T000000Z", "19000101T000000Z", "20270301T090000Z", "99991231T235959Z"} {
			begun := time.Now()
			spans, err := read(t, calendar(event("DTSTART:"+start, "DURATION:PT1S", "RRULE:"+rule)))
			if took := time.Since(begun); took > 5*time.Second || len(spans) > 5000 || err != nil {
				t.Errorf("%.50s from %s took %v and gave %d spans, %v", rule, start, took, len(spans), err)
			}
		}
	}
}

func TestReadRefusesWhatIsNoCalendar(t *testing.T) {
	many := make([]string, 0, 30_000)
	for i := range cap(many) {
		many = append(many, event("DTSTART:"+from.Add(time.Duration(i)*20*time.Second).Format("20060102T150405Z"), "DURATION:PT10S"))
	}
	for _, test := range []struct{ name, text, key string }{
		{"nothing", "", "busy.fault.calendar"},
		{"a web page", "<!doctype html>\n<title>Sign in</title>", "busy.fault.calendar"},
		{"an address book", "BEGIN:VCARD\nEND:VCARD\n", "busy.fault.calendar"},
		{"half a calendar", strings.TrimSuffix(calendar(event("DTSTART:20270301T090000Z")), "END:VCALENDAR\r\n"), "busy.fault.cut"},
		{"half an event", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270301T090000Z\r\n", "busy.fault.cut"},
		{"more than anybody can do", calendar(many...), "busy.fault.many"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := read(t, test.text); fault.As(err) == nil || fault.As(err).Key != test.key {
				t.Errorf("the fault is %v, want %s", err, test.key)
			}
		})
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := ical.Read(ctx, strings.NewReader(calendar(event("DTSTART:20270301T090000Z"))), from, till, time.UTC)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it went on: %v", err)
	}
}

// FuzzRead reads what strangers send. What comes back is in order, inside the
// window and joined.
func FuzzRead(f *testing.F) {
	f.Add(calendar(outlook, event("UID:a", "DTSTART;TZID=Customized Time Zone:20270301T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE:20270308T140000Z")))
	f.Add(calendar(event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU", "RDATE;VALUE=PERIOD:20270306T130000Z/PT3H")))
	f.Add(calendar("BEGIN:VFREEBUSY\r\nFREEBUSY:20270301T090000Z/PT1H\r\nEND:VFREEBUSY\r\n"))
	f.Fuzz(func(t *testing.T, text string) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		spans, err := ical.Read(ctx, strings.NewReader(text), from, till, time.UTC)
		if err != nil && len(spans) > 0 {
			t.Error("a fault came with an answer")
		}
		last := from.Add(-time.Second)
		for _, s := range spans {
			if !s[0].After(last) || !s[1].After(s[0]) || s[1].After(till) {
				t.Errorf("out of order or of the window: %v", spans)
			}
			last = s[1]
		}
	})
}

// A years is a calendar of a size that is written while it is read: meetings of
// many years, a few of them in the window.
func years(size int) io.Reader {
	in, out := io.Pipe()
	go func() {
		n, _ := io.WriteString(out, "BEGIN:VCALENDAR\r\n"+outlook)
		at := time.Date(2015, 1, 1, 9, 0, 0, 0, time.UTC)
		for i := 0; n < size-500; i++ {
			at = at.Add(7 * time.Hour)
			wrote, err := fmt.Fprintf(out, "BEGIN:VEVENT\r\nUID:%d@example.com\r\nSUMMARY:Quarterly review with people who write long titles\r\nDTSTART;TZID=W. Europe Standard Time:%s\r\nDURATION:PT1H\r\nDESCRIPTION:%s\r\nEND:VEVENT\r\n",
				i, at.Format("20060102T150405"), strings.Repeat("words ", 20))
			if err != nil {
				return
			}
			n += wrote
		}
		_, _ = io.WriteString(out, "END:VCALENDAR\r\n")
		_ = out.Close()
	}()
	return in
}
