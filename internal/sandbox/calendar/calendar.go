// Package calendar plays a publisher of calendars, as Outlook on the web is one: each account of the directory has an
// address at which its calendar can be read as iCalendar text by whoever has the address. It keeps nothing: what is in
// a calendar follows from the account and the day.
package calendar

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/stage"
)

// Config is what the publisher stands on.
type Config struct {
	Stage *stage.Stage
	World *directory.World
}

// Publisher serves the calendars.
type Publisher struct {
	stage *stage.Stage
	world *directory.World
}

// New returns a publisher.
func New(c Config) *Publisher { return &Publisher{stage: c.Stage, world: c.World} }

// Handler serves /calendar/<name>.ics, where the name is that of a sign-in name before its @.
func (p *Publisher) Handler() http.Handler {
	play := &stage.Vendor{Stage: p.stage, Name: "calendar",
		Who: func(r *http.Request) string { return strings.TrimSuffix(r.PathValue("file"), ".ics") },
		Fail: func(w http.ResponseWriter, _ *http.Request, status int) {
			http.Error(w, http.StatusText(status), status)
		}}
	mux := http.NewServeMux()
	mux.Handle("GET /calendar/{file}", play.Play("ics", p.serve))
	return mux
}

func (p *Publisher) serve(w http.ResponseWriter, r *http.Request) {
	name, isICS := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !isICS || !p.known(name) {
		http.NotFound(w, r)
		return
	}
	text := Text(name, p.stage.Now())
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text))
	tag := fmt.Sprintf(`"%x"`, sum.Sum64())
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	_, _ = w.Write([]byte(text))
}

func (p *Publisher) known(name string) bool {
	t, _ := p.world.Tenant(directory.HarbourBank)
	for _, domain := range t.Domains {
		if _, there := p.world.User(t.ID, name+"@"+domain); there {
			return true
		}
	}
	return false
}

// zone is described as Outlook describes it: by a Windows name, from the year 1601.
const zone = `BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

// Text is the calendar of an account as it is on a day: a weekly round, a conversation every other week with one that
// was called off, a visit to the dentist, a day of training, and a day at home that takes no time.
func Text(name string, now time.Time) string {
	today := now.UTC().Truncate(24 * time.Hour)
	monday := today.AddDate(0, 0, -int(today.Weekday()+6)%7)
	dentist, training := weekday(today.AddDate(0, 0, 2)), weekday(today.AddDate(0, 0, 9))
	const day, clock = "20060102", "20060102T150405"
	at := func(t time.Time, hour, minute int) string {
		return t.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).Format(clock)
	}
	var b strings.Builder
	add := func(uid string, lines ...string) {
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%s-%s@sandbox\nDTSTAMP:%s\n%s\nEND:VEVENT\n", uid, name, today.Format(clock+"Z"), strings.Join(lines, "\n"))
	}
	b.WriteString("BEGIN:VCALENDAR\nMETHOD:PUBLISH\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\nX-WR-CALNAME:Calendar\n" + zone)
	add("round", "SUMMARY:Team round", "DTSTART;TZID=GMT Standard Time:"+at(monday.AddDate(0, 0, -28), 9, 30), "DTEND;TZID=GMT Standard Time:"+at(monday.AddDate(0, 0, -28), 10, 15),
		"RRULE:FREQ=WEEKLY;BYDAY=MO", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY")
	talk := monday.AddDate(0, 0, -11)
	add("talk", "SUMMARY:One to one with Rosa", "DTSTART;TZID=GMT Standard Time:"+at(talk, 15, 0), "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
		"EXDATE;TZID=GMT Standard Time:"+at(talk.AddDate(0, 0, 28), 15, 0), "X-MICROSOFT-CDO-BUSYSTATUS:BUSY")
	add("dentist", "SUMMARY:Dentist", "CLASS:PRIVATE", "DTSTART;TZID=GMT Standard Time:"+at(dentist, 14, 0), "DTEND;TZID=GMT Standard Time:"+at(dentist, 15, 30), "X-MICROSOFT-CDO-BUSYSTATUS:OOF")
	add("training", "SUMMARY:Training in Bath", "DTSTART;VALUE=DATE:"+training.Format(day), "DTEND;VALUE=DATE:"+training.AddDate(0, 0, 1).Format(day), "X-MICROSOFT-CDO-BUSYSTATUS:OOF")
	add("home", "SUMMARY:At home", "DTSTART;VALUE=DATE:"+weekday(today.AddDate(0, 0, 1)).Format(day), "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE")
	b.WriteString("END:VCALENDAR\n")
	return strings.ReplaceAll(b.String(), "\n", "\r\n")
}

// weekday is the day, or the Monday after it.
func weekday(t time.Time) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}
