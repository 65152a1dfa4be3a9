package diary

import (
	"cmp"
	"time"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// faces says what appointments look like to one reader. A week has thousands, and
// few words among them, so that each word is looked up once.
type faces struct {
	r        words.Reader
	now      time.Time
	states   map[appointment.State]string
	methods  map[appointment.Method]string
	links    map[meeting.LinkState]string
	services map[string]string
	places   map[string]string
	clocks   map[int]string
	gone     string
}

func newFaces(v *View) *faces {
	f := &faces{r: v.r, now: v.now, states: map[appointment.State]string{}, methods: map[appointment.Method]string{},
		links: map[meeting.LinkState]string{}, services: map[string]string{}, places: map[string]string{}, clocks: map[int]string{}, gone: v.r.T("schedule.client.gone")}
	for _, s := range states {
		f.states[s] = v.r.T(s.Key())
	}
	for _, m := range appointment.Methods() {
		f.methods[m] = v.r.T(m.Key())
	}
	for _, l := range []meeting.LinkState{meeting.Pending, meeting.Ready, meeting.AtRisk} {
		f.links[l] = v.r.T("meeting.link." + string(l))
	}
	for _, s := range v.services {
		f.services[s.ID] = s.Name
	}
	for _, l := range v.locations {
		f.places[l.ID] = l.Name
	}
	return f
}

// clock writes the time of day; what day it is does not matter.
func (f *faces) clock(t time.Time) string {
	local := t.In(f.r.Zone)
	minute := local.Hour()*60 + local.Minute()
	text, ok := f.clocks[minute]
	if !ok {
		text = f.r.Time(t)
		f.clocks[minute] = text
	}
	return text
}

// name is never empty, since it stands in links.
func (f *faces) name(b appointment.Brief) string { return cmp.Or(b.Client, f.gone) }

// linked reports whether what is said of the link matters still.
func linked(b appointment.Brief) bool {
	return b.State.Standing() && b.Method == appointment.Video && b.Link != "" && b.Link != meeting.NoLink
}

var methodIcons = map[appointment.Method]string{appointment.InPerson: "place", appointment.Phone: "phone", appointment.Video: "video"}

var linkTones = map[meeting.LinkState]ui.Tone{meeting.Pending: ui.Info, meeting.Ready: ui.Success, meeting.AtRisk: ui.Warning}

var linkIcons = map[meeting.LinkState]string{meeting.Pending: "hourglass", meeting.Ready: "link", meeting.AtRisk: "alert"}

// marks are what to know of an appointment at a glance: how far it is, whether
// its link will be there, and whether the client comes late.
func (f *faces) marks(b appointment.Brief) (marks []ui.GridMark) {
	if late := f.late(b); late != "" {
		marks = append(marks, ui.GridMark{Icon: "clock", Tone: ui.Warning, Word: late})
	}
	if linked(b) {
		marks = append(marks, ui.GridMark{Icon: linkIcons[b.Link], Tone: linkTones[b.Link], Word: f.links[b.Link]})
	}
	return marks
}

// coming marks how many the client brings along.
func (f *faces) coming(b appointment.Brief, along int) []ui.GridMark {
	if along == 0 || !b.State.Standing() {
		return nil
	}
	return []ui.GridMark{{Icon: "people", Tone: ui.Neutral, Word: f.r.T("schedule.guests", "Count", along)}}
}

// late says how late the client will be, while that matters.
func (f *faces) late(b appointment.Brief) string {
	if b.Late <= 0 || b.State != appointment.Confirmed {
		return ""
	}
	return f.r.T("schedule.late", "Duration", f.r.Duration(b.Late))
}

// spoken is in words how it is held and how far it is, which the eyes see as
// shape and colour.
func (f *faces) spoken(b appointment.Brief) string {
	return f.methods[b.Method] + ", " + f.states[b.State]
}

// chip is an appointment on the board of many people.
func (f *faces) chip(b appointment.Brief) ui.Chip {
	look := page.LookOf(b.State)
	c := ui.Chip{Href: home + "/" + b.ID, Time: f.clock(b.Starts), Title: f.name(b), Tone: look.Tone, Icon: look.Icon, Word: f.spoken(b), Over: b.State == appointment.Cancelled}
	if linked(b) && b.Link != meeting.Ready {
		c.Word += ", " + f.links[b.Link]
	}
	switch late := f.late(b); {
	case late != "":
		c.Word += ", " + late
		c.Icon, c.Tone = "clock", ui.Warning
	case linked(b) && b.Link == meeting.AtRisk:
		c.Icon, c.Tone = "link", ui.Warning
	}
	return c
}
