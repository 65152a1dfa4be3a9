package mail

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Calendar is the calendar part of a message, explained.
type Calendar struct {
	// Method is the calendar's, PartMethod the one in the part's Content-Type.
	Method      string    `json:"method"`
	PartMethod  string    `json:"partMethod,omitempty"`
	UID         string    `json:"uid"`
	Sequence    int       `json:"sequence"`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Zone        string    `json:"zone,omitempty"`
	Summary     string    `json:"summary"`
	Location    string    `json:"location,omitempty"`
	URL         string    `json:"url,omitempty"`
	Description string    `json:"description,omitempty"`
	Status      string    `json:"status,omitempty"`
	Organizer   string    `json:"organizer,omitempty"`
	Attendees   []string  `json:"attendees"`
	Raw         string    `json:"raw"`
}

// readCalendar decodes the first event of an iCalendar text and refuses what RFC 5545 and RFC 5546 call incomplete.
func readCalendar(data []byte) (*Calendar, error) {
	parsed, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if len(parsed.Events()) == 0 {
		return nil, errors.New("no VEVENT in it")
	}
	event := parsed.Events()[0]
	c := &Calendar{Attendees: []string{}, Raw: string(data)}
	for _, p := range parsed.CalendarProperties {
		if p.IANAToken == string(ics.PropertyMethod) {
			c.Method = p.Value
		}
	}
	if err := c.readTimes(event, zonesOf(parsed)); err != nil {
		return nil, err
	}
	c.readTexts(event)
	return c, c.check(event)
}

func (c *Calendar) check(event *ics.VEvent) error {
	switch {
	case c.UID == "":
		return errors.New("the event has no UID")
	case text(event, ics.ComponentPropertyDtstamp) == "":
		return errors.New("the event has no DTSTAMP")
	case c.Method != "" && c.Organizer == "":
		return errors.New("an event with a method has no ORGANIZER")
	case c.End.Before(c.Start):
		return errors.New("the event ends before it starts")
	}
	return nil
}

func (c *Calendar) readTexts(event *ics.VEvent) {
	c.UID, c.Summary = text(event, ics.ComponentPropertyUniqueId), text(event, ics.ComponentPropertySummary)
	c.Location, c.URL = text(event, ics.ComponentPropertyLocation), text(event, ics.ComponentPropertyUrl)
	c.Description, c.Status = text(event, ics.ComponentPropertyDescription), text(event, ics.ComponentPropertyStatus)
	c.Organizer = address(text(event, ics.ComponentPropertyOrganizer))
	c.Sequence, _ = strconv.Atoi(text(event, ics.ComponentPropertySequence))
	for _, p := range event.Properties {
		if p.IANAToken == string(ics.ComponentPropertyAttendee) {
			c.Attendees = append(c.Attendees, address(p.Value))
		}
	}
}

func address(uri string) string {
	if len(uri) > 7 && strings.EqualFold(uri[:7], "mailto:") {
		return uri[7:]
	}
	return uri
}

func text(event *ics.VEvent, name ics.ComponentProperty) string {
	if p := event.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// zonesOf lists the zones the calendar defines: a TZID without its VTIMEZONE is an error in RFC 5545.
func zonesOf(parsed *ics.Calendar) map[string]bool {
	zones := map[string]bool{}
	for _, z := range parsed.Timezones() {
		if p := z.GetProperty(ics.ComponentPropertyTzid); p != nil {
			zones[p.Value] = true
		}
	}
	return zones
}

func (c *Calendar) readTimes(event *ics.VEvent, zones map[string]bool) (err error) {
	if c.Start, c.Zone, err = instant(event, ics.ComponentPropertyDtStart, zones); err != nil {
		return err
	}
	if event.GetProperty(ics.ComponentPropertyDtEnd) == nil {
		c.End = c.Start
		return nil
	}
	c.End, _, err = instant(event, ics.ComponentPropertyDtEnd, zones)
	return err
}

// instant reads a date-time, either in UTC or in a zone the calendar defines.
func instant(event *ics.VEvent, name ics.ComponentProperty, zones map[string]bool) (time.Time, string, error) {
	p := event.GetProperty(name)
	if p == nil {
		return time.Time{}, "", fmt.Errorf("the event has no %s", name)
	}
	if t, err := time.Parse("20060102T150405Z", p.Value); err == nil {
		return t, "", nil
	}
	ids := p.ICalParameters["TZID"]
	if len(ids) != 1 || !zones[ids[0]] {
		return time.Time{}, "", fmt.Errorf("%s is neither in UTC nor in a zone with a VTIMEZONE", name)
	}
	zone, err := time.LoadLocation(ids[0])
	if err != nil {
		return time.Time{}, "", err
	}
	t, err := time.ParseInLocation("20060102T150405", p.Value, zone)
	return t, ids[0], err
}
