package diary

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// A target is a place in the grid where an appointment can be dropped.
type target struct {
	// Column is the date, or the person, of the place; Minute is of the day.
	Column string `json:"column"`
	Minute int    `json:"minute"`
	// Drop is the address that asks whether it shall be so.
	Drop string `json:"drop"`
	// Label is the time, Say the place as a voice tells it.
	Label string `json:"label"`
	Say   string `json:"say"`
}

// targets are all places where an appointment can be dropped.
type targets struct {
	Name string `json:"name"`
	// Quarters is how long it is in the grid.
	Quarters int      `json:"quarters"`
	Free     []target `json:"free"`
}

// moves tells the script where an appointment can be dropped: in a grid of days
// at the free times of its staff, in a grid of people also at its own time with
// a colleague who is free then.
func (d *Diary) moves(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	reader := drawnFor(r, q)
	v, err := d.Appointments.Open(r.Context(), d.Orgs.Read(), web.ActorOf(r), r.PathValue("id"))
	if err != nil {
		return unseen(err)
	}
	first, err := calendar.ParseDate(q.Get("from"))
	if err != nil {
		return err
	}
	last, err := calendar.ParseDate(q.Get("to"))
	if err != nil {
		return err
	}
	last = min(last, first+7)
	people := q.Get("people") != ""
	all := targets{Name: cmp.Or(v.Client.Name, reader.T("schedule.client.gone")), Quarters: (int(v.Span().Duration().Minutes()) + 14) / 15, Free: []target{}}
	window := calendar.Span{Start: first.In(reader.Zone).Start, End: (last + 1).In(reader.Zone).Start}
	slots, err := d.Appointments.SlotsToMove(r.Context(), web.ActorOf(r), v.ID, window)
	if err != nil {
		return err
	}
	for _, s := range slots {
		all.Free = append(all.Free, freeTime(reader, v, s.Start, people))
	}
	if people {
		colleagues, err := d.colleagues(r, reader, v)
		if err != nil {
			return err
		}
		all.Free = append(all.Free, colleagues...)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(all)
}

// unseen drops what a client would be told about the link in their e-mail.
func unseen(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "")
	}
	return err
}

// drawnFor is the reader for whom the grid was drawn. Until somebody has chosen a
// zone it may change between two pages; what is dropped belongs to the page on
// which it was.
func drawnFor(r *http.Request, q url.Values) words.Reader {
	reader := web.ReaderOf(r)
	if zone, ok := words.Zone(q.Get("zone")); ok {
		return reader.In(zone)
	}
	return reader
}

func freeTime(r words.Reader, v appointment.View, start time.Time, people bool) target {
	t := placed(r, start)
	t.Column = calendar.DateOf(start.In(r.Zone)).String()
	if people {
		t.Column = v.StaffID
	}
	t.Drop = dropAddress(v, "start", start.UTC().Format(time.RFC3339), "zone", r.Zone.String())
	t.Say = r.T("schedule.drag.free", "When", r.DateTime(start))
	return t
}

func placed(r words.Reader, start time.Time) target {
	local := start.In(r.Zone)
	return target{Minute: local.Hour()*60 + local.Minute(), Label: r.Time(start)}
}

func dropAddress(v appointment.View, pairs ...string) string {
	return page.Address(home+"/"+v.ID+"/drop", append(pairs, "version", strconv.FormatInt(v.Version, 10))...)
}

// colleagues are who could take it over at its own time.
func (d *Diary) colleagues(r *http.Request, reader words.Reader, v appointment.View) (free []target, err error) {
	takers, _, err := d.Appointments.Takers(r.Context(), web.ActorOf(r), v.ID)
	for _, c := range takers {
		if !c.Free() {
			continue
		}
		t := placed(reader, v.Starts)
		t.Column = c.Person.ID
		t.Drop = dropAddress(v, "staff", c.Person.ID, "zone", reader.Zone.String())
		t.Say = reader.T("schedule.drag.with", "Name", c.Person.Name, "Time", reader.Time(v.Starts))
		free = append(free, t)
	}
	return free, err
}

// dropView is the question whether an appointment shall be where it was dropped.
type dropView struct {
	appointment.View
	r    words.Reader
	seen appointment.Seen
	// start is the new time, staff the colleague; one of them is zero.
	start time.Time
	staff string
	name  string
	next  string
}

// readDrop reads what was dropped where.
func (d *Diary) readDrop(r *http.Request, q url.Values) (v dropView, err error) {
	v = dropView{r: drawnFor(r, q), staff: q.Get("staff"), next: back(q.Get("next"))}
	if v.View, err = d.Appointments.Open(r.Context(), d.Orgs.Read(), web.ActorOf(r), r.PathValue("id")); err != nil {
		return v, unseen(err)
	}
	v.seen = v.Seen()
	if n := (web.Form{Values: q}).Version(); n != 0 {
		v.seen.Version = n
	}
	if v.staff == "" {
		v.start, err = time.Parse(time.RFC3339, q.Get("start"))
		if err != nil {
			return v, fault.Wrap(fault.Invalid, err, "appointment.start.missing")
		}
		return v, nil
	}
	p, err := d.Orgs.Person(r.Context(), d.Orgs.Read(), v.OrgID, v.staff)
	v.name = p.Name
	return v, err
}

// askDrop asks before anything is changed: as a dialog over the schedule, or as
// a page of its own.
func (d *Diary) askDrop(w http.ResponseWriter, r *http.Request) error {
	v, err := d.readDrop(r, r.URL.Query())
	if err != nil {
		return err
	}
	if web.IsPartial(r) {
		return page.Render(w, r, http.StatusOK, dropDialog(v))
	}
	return page.Render(w, r, http.StatusOK, dropPage(v, page.Frame(w, r, v.title(), "schedule")))
}

// drop moves the appointment, or hands it over. What is refused is told over the
// schedule, where the appointment is still in its old place.
func (d *Diary) drop(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := d.readDrop(r, form.Values)
	if err != nil {
		return err
	}
	told := web.Flash{Tone: "success", Key: "schedule.moved"}
	if v.staff != "" {
		told = web.Flash{Tone: "success", Key: "schedule.handed", Args: []string{"Name", v.name}}
		_, err = d.Appointments.Reassign(r.Context(), web.ActorOf(r), v.seen, v.staff)
	} else {
		_, err = d.Appointments.Reschedule(r.Context(), web.ActorOf(r), v.seen, v.start)
	}
	if err != nil {
		if left := fault.As(err); left.Key == "appointment.colleague.move" {
			v.next = page.Address(home+"/"+v.ID+"/reschedule", "start", v.start.UTC().Format(time.RFC3339), "without", "yes")
		}
		if told, err = d.refusal(r, v, err); err != nil {
			return err
		}
	}
	web.Tell(w, r, told)
	return web.Redirect(w, r, v.next)
}

// refusal says why nothing was changed; of what changed meanwhile, who did what.
func (d *Diary) refusal(r *http.Request, v dropView, cause error) (web.Flash, error) {
	f := fault.As(cause)
	switch {
	case f.Kind != fault.Conflict && f.Kind != fault.Invalid:
		return web.Flash{}, cause
	case f.Kind == fault.Conflict && slices.Contains([]string{"appointment.seen.stale", "appointment.changed", "appointment.cancelled.already"}, f.Key):
		return page.Meanwhile(r, d.Orgs, v.ID, cause)
	}
	why, err := d.rival(r, v, cause)
	return web.Flash{Tone: "warning", Key: "schedule.drop.refused", Args: []string{"Why", cmp.Or(why, words.Fault(v.r, f))}}, err
}

// rival says who took the time, where the reader may know; else nothing.
func (d *Diary) rival(r *http.Request, v dropView, cause error) (string, error) {
	if !page.Taken(cause) || v.start.IsZero() {
		return "", nil
	}
	now, err := d.Now(r.Context())
	if err != nil {
		return "", err
	}
	rival, found, err := d.Appointments.RivalTo(r.Context(), d.Orgs.Read(), web.ActorOf(r), v.ID, v.start)
	if err != nil || !found {
		return "", err
	}
	return page.RivalText(v.r, rival, web.ActorOf(r).PersonID, now), nil
}

func (v dropView) title() string {
	if v.staff != "" {
		return v.r.T("schedule.drop.staff", "Name", v.name)
	}
	return v.r.T("schedule.move.confirm")
}

// told says who will hear of it.
func (v dropView) told() string {
	name := cmp.Or(v.Client.Name, v.r.T("schedule.client.gone"))
	switch {
	case v.staff != "":
		return v.r.T("schedule.drop.told.staff", "Client", name, "From", v.Staff.Name, "To", v.name)
	case v.Meeting.Link != "" && v.Meeting.Link != meeting.NoLink:
		return v.r.T("schedule.move.text", "Name", name)
	}
	return v.r.T("schedule.drop.told", "Name", name)
}

// facts are what is, and what will be.
func (v dropView) facts() []ui.Fact {
	who := ui.Fact{Icon: "person", Term: v.r.T("schedule.client"), Text: cmp.Or(v.Client.Name, v.r.T("schedule.client.gone")) + ", " + v.Service.Name}
	if v.staff != "" {
		return []ui.Fact{who, {Icon: "calendar", Term: v.r.T("schedule.fact.when"), Text: v.r.Span(v.Starts, v.Ends)},
			{Term: v.r.T("schedule.move.from"), Text: v.Staff.Name}, {Term: v.r.T("schedule.move.to"), Text: v.name}}
	}
	return []ui.Fact{who, {Icon: "calendar", Term: v.r.T("schedule.move.from"), Text: v.r.Span(v.Starts, v.Ends)},
		{Icon: "calendar", Term: v.r.T("schedule.move.to"), Text: v.r.Span(v.start, v.start.Add(v.Span().Duration()))},
		{Icon: "globe", Term: v.r.T("schedule.fact.zone"), Text: v.r.ZoneName(v.start)}}
}

// form is where the answer goes.
func (v dropView) form() ui.FormProps {
	f := ui.FormProps{Action: home + "/" + v.ID + "/drop", Hidden: []string{"version", strconv.FormatInt(v.seen.Version, 10), "next", v.next}}
	if v.staff != "" {
		f.Hidden = append(f.Hidden, "staff", v.staff)
	} else {
		f.Hidden = append(f.Hidden, "start", v.start.UTC().Format(time.RFC3339))
	}
	return f
}

func (v dropView) yes() string {
	if v.staff != "" {
		return v.r.T("schedule.drop.staff.yes", "Name", v.name)
	}
	return v.r.T("schedule.move.yes")
}

// back is the page of ours to go back to, by default the schedule.
func back(next string) string {
	if next = web.Local(next); next == "/" {
		return home
	}
	return next
}
