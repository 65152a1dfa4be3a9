package ical

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/internal/card"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
)

func event(starts time.Time, zone string) card.DrawnEvent {
	return card.DrawnEvent{
		UID: "0190-m1@parley.example", Sequence: 3, Method: card.Request, Zone: zone, Lang: "fr",
		Starts: starts.UTC(), Ends: starts.UTC().Add(30 * time.Minute), At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		Summary: "Mortgage review; costs, fees", Description: "First line\nSecond, with \\ and ;", Location: "https://meet.example/j/k7m2",
		URL: "https://meet.example/j/k7m2?a=1,2;3", Organizer: card.Mailbox{Name: "Harbour Bank, London", Address: "appointments@harbourbank.example"},
		Attendees: []card.Mailbox{{Name: `Siobhán "Sio" O'Brien; Esq.: the 2nd`, Address: "client@example.com"}, {Name: "bad", Address: "a@b,c@d"}},
	}
}

func TestText(t *testing.T) {
	london, _ := time.LoadLocation("Europe/London")
	got := strings.ReplaceAll(string(Write(event(time.Date(2026, 11, 24, 14, 30, 0, 0, london), "Europe/London"))), "\r\n ", "")
	for _, line := range []string{
		"METHOD:REQUEST", "UID:0190-m1@parley.example", "SEQUENCE:3", "DTSTAMP:20261122T090000Z", "STATUS:CONFIRMED", "TRANSP:OPAQUE",
		"DTSTART;TZID=Europe/London:20261124T143000", "DTEND;TZID=Europe/London:20261124T150000", "TZID:Europe/London",
		`SUMMARY;LANGUAGE=fr:Mortgage review\; costs\, fees`, `DESCRIPTION;LANGUAGE=fr:First line\nSecond\, with \\ and \;`,
		"LOCATION:https://meet.example/j/k7m2", "URL:https://meet.example/j/k7m2?a=1,2;3",
		`ORGANIZER;CN="Harbour Bank, London":mailto:appointments@harbourbank.example`,
		`ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN="Siobhán 'Sio' O'Brien; Esq.: the 2nd":mailto:client@example.com`,
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
	} {
		if !strings.Contains(got, "\r\n"+line+"\r\n") {
			t.Errorf("the line %q is missing", line)
		}
	}
	if strings.Contains(got, "VALARM") || strings.Contains(got, "a@b,c@d") {
		t.Error("there is an alarm, or an address that no program reads")
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestCancel(t *testing.T) {
	e := event(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), "")
	e.Method, e.Sequence = card.Cancel, 4
	got := string(Write(e))
	for _, want := range []string{"METHOD:CANCEL\r\n", "STATUS:CANCELLED\r\n", "SEQUENCE:4\r\n", "DTSTART:20260105T090000Z\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// TestInstantsSurvive reads what was written as a calendar does, by the zone's
// definition in the text and not by ours, around every turn of the clocks.
func TestInstantsSurvive(t *testing.T) {
	for _, name := range []string{"Europe/London", "Europe/Paris", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Africa/Casablanca",
		"Australia/Lord_Howe", "America/Santiago", "Asia/Jerusalem", "Pacific/Apia", "Asia/Tehran", "Pacific/Auckland", "Asia/Kathmandu", "America/St_Johns"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		instants := []time.Time{time.Date(2026, 1, 1, 0, 0, 0, 0, zone), time.Date(2026, 7, 1, 12, 0, 0, 0, zone), time.Date(2026, 12, 31, 23, 45, 0, 0, zone)}
		for _, year := range []int{2011, 2018, 2022, 2026, 2040} {
			for _, c := range changes(time.Date(year, 1, 1, 0, 0, 0, 0, zone), time.Date(year+1, 1, 1, 0, 0, 0, 0, zone)) {
				for quarter := -8; quarter <= 8; quarter++ {
					instants = append(instants, c.at.Add(time.Duration(quarter)*15*time.Minute))
				}
			}
		}
		for _, at := range instants {
			cal := parse(t, Write(event(at, name)))
			for property, want := range map[ics.ComponentProperty]time.Time{ics.ComponentPropertyDtStart: at, ics.ComponentPropertyDtEnd: at.Add(30 * time.Minute)} {
				if got := instant(t, cal, property); !got.Equal(want) {
					t.Errorf("%s: %s reads as %s, want %s", name, property, got, want.UTC())
				}
			}
		}
	}
}

func parse(t *testing.T, text []byte) *ics.Calendar {
	t.Helper()
	cal, err := ics.ParseCalendar(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return cal
}

func instant(t *testing.T, cal *ics.Calendar, property ics.ComponentProperty) time.Time {
	t.Helper()
	p := cal.Events()[0].GetProperty(property)
	if strings.HasSuffix(p.Value, "Z") {
		at, err := time.Parse(utcFormat, p.Value)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	wall, err := time.Parse(localFormat, p.Value)
	if err != nil {
		t.Fatal(err)
	}
	tz := cal.Timezones()[0]
	if id := tz.GetProperty("TZID").Value; p.ICalParameters["TZID"][0] != id {
		t.Fatalf("the event is in %s, the definition is of %s", p.ICalParameters["TZID"], id)
	}
	return wall.Add(-offsetAt(t, tz, wall))
}

// offsetAt finds the observance whose latest onset lies at or before the local
// time (RFC 5545, 3.6.5).
func offsetAt(t *testing.T, tz *ics.VTimezone, wall time.Time) time.Duration {
	t.Helper()
	var latest time.Time
	var result time.Duration
	for _, c := range tz.Components {
		var base ics.ComponentBase
		switch c := c.(type) {
		case *ics.Standard:
			base = c.ComponentBase
		case *ics.Daylight:
			base = c.ComponentBase
		default:
			t.Fatalf("a zone holds a %T", c)
		}
		from, to := seconds(t, base, "TZOFFSETFROM"), seconds(t, base, "TZOFFSETTO")
		onset := onsetBefore(t, base, wall, from, to)
		if !onset.IsZero() && onset.After(latest) {
			latest, result = onset, to
		}
	}
	if latest.IsZero() {
		t.Fatalf("nothing is said about %s", wall)
	}
	return result
}

// onsetBefore is the last onset at or before the local time. Where the clocks go
// back, a local time that comes twice means the first, so that the onset counts
// only from the end of the doubled hour.
func onsetBefore(t *testing.T, base ics.ComponentBase, wall time.Time, from, to time.Duration) time.Time {
	t.Helper()
	start, err := time.Parse(localFormat, base.GetProperty(ics.ComponentPropertyDtStart).Value)
	if err != nil {
		t.Fatal(err)
	}
	rule := base.GetProperty(ics.ComponentPropertyRrule)
	if rule == nil {
		if start.After(wall) {
			return time.Time{}
		}
		return start
	}
	r, err := rrule.StrToRRule(fmt.Sprintf("DTSTART:%s\nRRULE:%s", start.Format(utcFormat), rule.Value))
	if err != nil {
		t.Fatal(err)
	}
	return r.Before(wall, true)
}

func seconds(t *testing.T, base ics.ComponentBase, property ics.ComponentProperty) time.Duration {
	t.Helper()
	v := base.GetProperty(property).Value
	n, err := strconv.Atoi(v[1:])
	if err != nil || len(v) != 5 {
		t.Fatalf("%s is %q", property, v)
	}
	d := time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute
	if v[0] == '-' {
		return -d
	}
	return d
}

func FuzzWrite(f *testing.F) {
	f.Add("Mortgage", "line\nline", "O'Brien", "Europe/London", int64(1_795_530_600))
	f.Add("a\r\nATTENDEE:mailto:x@y\r\n", "\\n;,\"", "x\";X=\"y:z\n", "../../etc/passwd", int64(-62135596800))
	f.Add(strings.Repeat("é", 500), strings.Repeat("<>", 90), "\xff\xfe\x00", "Africa/Casablanca", int64(1<<40))
	f.Fuzz(func(t *testing.T, summary, description, name, zone string, unix int64) {
		e := event(time.Unix(unix%(1<<35), 0), zone)
		e.Summary, e.Description, e.Location, e.URL, e.UID = summary, description, name, summary, "u"+name
		e.Organizer.Name, e.Attendees[0].Name, e.Attendees[0].Address, e.Lang = name, summary, description, zone
		text := Write(e)
		if !utf8.Valid(text) {
			t.Fatal("not UTF-8")
		}
		for _, line := range strings.SplitAfter(string(text), "\r\n") {
			if len(line) > 77 || strings.ContainsAny(strings.TrimSuffix(line, "\r\n"), "\r\n") {
				t.Fatalf("the line %q is too long or broken", line)
			}
		}
		cal := parse(t, text)
		if len(cal.Events()) != 1 || len(cal.Components) > 2 || len(cal.Events()[0].Components) != 0 {
			t.Fatalf("there is more than one event:\n%s", text)
		}
		if n := len(cal.Events()[0].Properties); n > 15 {
			t.Fatalf("there are %d properties:\n%s", n, text)
		}
	})
}
