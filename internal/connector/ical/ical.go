// Package ical writes the calendar part of a message: one event as iCalendar
// text (RFC 5545) with a scheduling method (RFC 5546).
//
// It owns the text only. What the event says is a card's; how it travels is
// package smtp's.
package ical

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"parley/internal/card"

	ics "github.com/arran4/golang-ical"
)

const (
	utcFormat   = "20060102T150405Z"
	localFormat = "20060102T150405"
)

// Write returns the event as iCalendar text. Times are written in the
// meeting's zone, with the definition of that zone, so that a calendar shows
// the zone the people agreed in; in UTC where the zone is not known.
func Write(e card.DrawnEvent) []byte {
	cal := ics.NewCalendar()
	cal.SetProductId("-//Parley//Parley//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(method(e))
	event := ics.NewEvent(clean(e.UID))
	setTimes(cal, event, e)
	setTexts(event, e)
	setPeople(event, e)
	cal.AddVEvent(event)
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

func method(e card.DrawnEvent) ics.Method {
	if e.Method == card.Cancel {
		return ics.MethodCancel
	}
	return ics.MethodRequest
}

func setTimes(cal *ics.Calendar, event *ics.VEvent, e card.DrawnEvent) {
	stamp := e.At
	if stamp.IsZero() {
		stamp = e.Starts // It must be there, and must be the same in a repetition.
	}
	event.SetDtStampTime(stamp)
	event.SetSequence(e.Sequence)
	zone, err := time.LoadLocation(e.Zone)
	if err != nil || e.Zone == "" || e.Zone == "Local" || e.Zone == "UTC" || secondOfTwo(e.Starts.In(zone)) || secondOfTwo(e.Ends.In(zone)) {
		event.SetProperty(ics.ComponentPropertyDtStart, e.Starts.UTC().Format(utcFormat))
		event.SetProperty(ics.ComponentPropertyDtEnd, e.Ends.UTC().Format(utcFormat))
		return
	}
	cal.AddVTimezone(timezone(zone, e.Starts.In(zone), e.Ends.In(zone)))
	event.SetProperty(ics.ComponentPropertyDtStart, e.Starts.In(zone).Format(localFormat), ics.WithTZID(e.Zone))
	event.SetProperty(ics.ComponentPropertyDtEnd, e.Ends.In(zone).Format(localFormat), ics.WithTZID(e.Zone))
}

// secondOfTwo reports whether the same time of day was there before, because
// the clocks went back in between. RFC 5545, 3.3.5 reads a local time as the
// first of the two, so the second can only be written in UTC.
func secondOfTwo(t time.Time) bool {
	start, _ := t.ZoneBounds()
	if start.IsZero() {
		return false
	}
	_, now := t.Zone()
	_, before := start.Add(-time.Second).Zone()
	return t.Add(time.Duration(now-before) * time.Second).Before(start)
}

func setTexts(event *ics.VEvent, e card.DrawnEvent) {
	lang := &ics.KeyValues{Key: string(ics.ParameterLanguage), Value: []string{language(e.Lang)}}
	event.SetSummary(clean(e.Summary), lang)
	if e.Description != "" {
		event.SetDescription(lines(e.Description), lang)
	}
	if e.Location != "" {
		event.SetLocation(clean(e.Location))
	}
	if url := clean(e.URL); url != "" && !strings.ContainsAny(url, " \"<>\\") {
		event.SetURL(url)
	}
	status := ics.ObjectStatusConfirmed
	if method(e) == ics.MethodCancel {
		status = ics.ObjectStatusCancelled
	}
	event.SetStatus(status)
	event.SetTimeTransparency(ics.TransparencyOpaque)
	// Answers go to a mailbox; Parley's own links are the way to move a meeting.
	event.SetProperty("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")
}

func language(lang string) string {
	for _, c := range lang {
		if c != '-' && (c > unicode.MaxASCII || !unicode.IsLetter(c)) {
			return "en"
		}
	}
	if lang == "" {
		return "en"
	}
	return lang
}

// setPeople lists the attendees as having accepted: a meeting is agreed before
// anybody is sent its entry, and asking again would only bring doubt.
func setPeople(event *ics.VEvent, e card.DrawnEvent) {
	if address := e.Organizer.Address; mailable(address) {
		event.AddProperty(named("ORGANIZER", e.Organizer.Name), "mailto:"+address)
	}
	for _, a := range e.Attendees {
		if mailable(a.Address) {
			event.AddProperty(named("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE", a.Name), "mailto:"+a.Address)
		}
	}
}

// mailable keeps out addresses that would need quoting inside a property, which
// no mail program reads alike.
func mailable(address string) bool {
	return strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " ,;:\"\\<>") && clean(address) == address
}

// named puts the name to show behind a property's other parameters. It is
// written here because golang-ical escapes parameters with backslashes, which
// RFC 5545 (3.2) does not know: O'Brien would be shown as O\'Brien, and a comma
// would end the name. The RFC wants quotes, inside of which a quote cannot be
// said and a backslash is read as an escape by half of all programs.
func named(property, name string) ics.ComponentProperty {
	name = unquotable.Replace(clean(name))
	if name == "" {
		return ics.ComponentProperty(property)
	}
	return ics.ComponentProperty(fmt.Sprintf(`%s;CN="%s"`, property, name))
}

var unquotable = strings.NewReplacer(`"`, "'", `\`, "/")

// lines makes a text of several lines safe: valid UTF-8, no control characters
// but the end of a line.
func lines(s string) string {
	parts := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, part := range parts {
		parts[i] = clean(part)
	}
	return strings.Join(parts, "\n")
}

// clean makes a text of one line safe.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
