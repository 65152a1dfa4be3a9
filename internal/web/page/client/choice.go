package client

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// anyone is the choice of staff who leaves it to us.
const anyone = "any"

// A choice is what the address says a client has chosen so far. The address
// holds all of it, so that Back, a bookmark and a shared link work.
type choice struct {
	booking appointment.Booking
	service appointment.Offered
	method  appointment.Method
	// branch is where to meet in person; its ID is empty while it is not chosen.
	branch appointment.Branch
	// lang is the language to be served in; empty means any.
	lang string
	// staff is a person's id, anyone, or empty while it is not chosen.
	staff string
	day   calendar.Date
	start time.Time
	// framed says that the page stands in the frame of another site. Then the
	// address also holds how the client reads: browsers keep no cookies there.
	framed     bool
	read, zone string
}

// choiceOf reads the address. What is not offered (any more) counts as not
// chosen, so that an old link leads to the question instead of an error.
func (p *Pages) choiceOf(r *http.Request) (c choice, err error) {
	if c.booking, err = p.Appointments.Public(r.Context(), r.PathValue("org")); err != nil {
		return c, err
	}
	web.InOrganization(r, c.booking.Organization)
	if c.service, err = c.booking.Service(r.PathValue("service")); err != nil {
		return c, err
	}
	c.readFrame(r)
	c.readChoice(r.URL.Query())
	return c, nil
}

func (c *choice) readChoice(q url.Values) {
	if o, ok := c.service.Offering(appointment.Method(q.Get("method"))); ok {
		c.method = o.Method
	} else if len(c.service.By) == 1 {
		c.method = c.service.By[0].Method
	}
	c.readBranch(q.Get("location"))
	c.readLang(q.Get("lang"))
	c.readStaff(q.Get("staff"))
	if day, err := calendar.ParseDate(q.Get("day")); err == nil {
		c.day = day
	}
	if start, err := time.Parse(time.RFC3339, q.Get("start")); err == nil {
		c.start = start
	}
}

func (c *choice) readStaff(chosen string) {
	staff := c.present()
	switch {
	case chosen == anyone, slices.ContainsFunc(c.staffs(), func(s org.Person) bool { return s.ID == chosen }):
		c.staff = chosen
	case len(staff) == 1:
		c.staff = staff[0].ID
	}
}

// staffs are the people who can be met by the chosen method, at the chosen
// branch, and speak the chosen language.
func (c choice) staffs() []org.Person {
	return slices.DeleteFunc(slices.Clone(c.present()), func(s org.Person) bool { return c.lang != "" && !c.speaks(s.ID, c.lang) })
}

// staffOf is the choice of staff as appointment takes it.
func staffOf(chosen string) string {
	if chosen == anyone {
		return ""
	}
	return chosen
}

func (c choice) staffName(r words.Reader) string {
	for _, s := range c.staffs() {
		if s.ID == c.staff {
			return s.Name
		}
	}
	return r.T("client.staff.anyone")
}

// ask is the choice as appointment takes it.
func (c choice) ask() appointment.Ask {
	return appointment.Ask{OrgID: c.booking.Organization.ID, ServiceID: c.service.ID, Method: c.method, LocationID: c.branch.ID, StaffID: staffOf(c.staff), Lang: c.lang}
}

// with is the address of the choice with some values set (or, if empty, unset).
func (c choice) with(pairs ...string) string {
	q := url.Values{}
	set := func(name, value string) {
		if q.Del(name); value != "" {
			q.Set(name, value)
		}
	}
	set("method", string(c.method))
	set("location", c.branch.ID)
	set("lang", c.lang)
	set("staff", c.staff)
	set("read", c.read)
	set("zone", c.zone)
	if c.day != 0 {
		set("day", c.day.String())
	}
	if !c.start.IsZero() {
		set("start", c.start.UTC().Format(time.RFC3339))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		set(pairs[i], pairs[i+1])
	}
	if len(q) == 0 {
		return c.path()
	}
	return c.path() + "?" + q.Encode()
}

// path is the page of the service, with nothing chosen.
func (c choice) path() string {
	return c.base() + "/" + c.booking.Organization.Slug + "/" + c.service.Slug
}

// step is the question that comes next.
func (c choice) step() string {
	switch {
	case c.method == "":
		return "method"
	case c.method == appointment.InPerson && c.branch.ID == "":
		return "location"
	case c.staff == "":
		return "staff"
	case c.start.IsZero():
		return "time"
	}
	return "details"
}

// stepper shows the questions of this service; those with one answer are left out.
func (c choice) stepper(r words.Reader) []ui.Step {
	steps := []ui.Step{{Label: r.T("client.step.service"), Href: page.Address(c.base()+"/"+c.booking.Organization.Slug, "read", c.read, "zone", c.zone), Done: true}}
	add := func(name, href string, asked bool) {
		if !asked {
			return
		}
		done := order[name] < order[c.step()]
		if !done {
			href = ""
		}
		steps = append(steps, ui.Step{Label: r.T("client.step." + name), Href: href, Done: done, Current: name == c.step()})
	}
	add("method", c.with("method", "", "location", "", "lang", "", "staff", "", "day", "", "start", ""), len(c.service.By) > 1)
	add("location", c.with("location", "", "lang", "", "staff", "", "day", "", "start", ""), len(c.branches()) > 1)
	add("staff", c.with("staff", "", "day", "", "start", ""), len(c.present()) != 1)
	add("time", c.with("start", ""), true)
	add("details", "", true)
	return steps
}

var order = map[string]int{"method": 1, "location": 2, "staff": 3, "time": 4, "details": 5}

// isGone reports that a slot was taken while the client was choosing.
func isGone(err error) bool { return fault.Is(err, fault.Conflict) }
