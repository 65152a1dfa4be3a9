package app

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/meeting"
)

// live counts the meetings at the vendor that were ever made for an appointment
// and are still there, and names the host of the last.
func (g *lodging) live(v appointment.View) int {
	g.t.Helper()
	had, err := meeting.Conferences(g.t.Context(), g.db, v.OrgID, v.MeetingID)
	g.ok(err)
	n := 0
	for _, m := range g.vendors.LiveMeetings() {
		if slices.ContainsFunc(had, func(c meeting.Conference) bool { return c.VendorID == m.ID }) {
			n++
		}
	}
	return n
}

// bookShared makes an appointment at a time at which several could hold it.
func (g *lodging) bookShared(s appointment.Service, m appointment.Method) appointment.View {
	g.t.Helper()
	ctx := g.t.Context()
	now, err := g.db.Now(ctx)
	g.ok(err)
	ask := appointment.Ask{OrgID: s.OrgID, ServiceID: s.ID, Method: m}
	slots, err := g.appointments.Slots(ctx, ask, calendar.Span{Start: now.Add(3 * 24 * time.Hour), End: now.Add(12 * 24 * time.Hour)})
	g.ok(err)
	i := slices.IndexFunc(slots, func(s appointment.Slot) bool { return len(s.Staff) > 1 })
	if i < 0 {
		g.t.Fatalf("%s has no time at which two are free by %s", s.Name, m)
	}
	a, err := g.appointments.Book(ctx, appointment.Request{
		Ask: ask, Start: slots[i].Start, Answers: demoAnswers(s),
		Client: appointment.Client{Name: "Nadia Brunner", Email: "nadia.brunner@mail.example", Phone: "+44 117 496 0199", Lang: "en", Zone: "Europe/London"},
	})
	g.ok(err)
	v, err := g.appointments.Get(ctx, g.db, a.OrgID, a.ID)
	g.ok(err)
	return v
}

// entries are the calendar entries that an address was sent, oldest first, as
// "METHOD sequence UID".
func (g *lodging) entries(address string, about appointment.View) (list []string) {
	for _, m := range g.vendors.Messages(address) {
		if m.Calendar != nil && strings.HasPrefix(m.Calendar.UID, about.ID) {
			list = append(list, fmt.Sprint(m.Calendar.Method, " ", m.Calendar.Sequence, " ", strings.TrimPrefix(m.Calendar.UID, about.ID)))
		}
	}
	return list
}

// TestTheVendorFollowsWhatTheStaffChange changes how an appointment is held and
// by whom, and asks the sandbox each time what is there: one meeting for a video
// call, none else, and entries that replace each other in every calendar.
func TestTheVendorFollowsWhatTheStaffChange(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		g.connect()
		s := g.service("Everyday banking")
		v := g.bookShared(s, appointment.Video)
		g.work()
		see := func(what string, want int) appointment.View {
			t.Helper()
			g.work()
			g.work()
			if n := g.live(v); n != want {
				t.Errorf("%s: %d meetings at the vendor, want %d", what, n, want)
			}
			now, err := g.appointments.Get(ctx, g.db, v.OrgID, v.ID)
			g.ok(err)
			if now.Meeting.Code != v.Meeting.Code {
				t.Errorf("%s: the join link is another", what)
			}
			return now
		}
		see("booked", 1)
		_, err := g.appointments.ChangeMethod(ctx, g.admin, appointment.Seen{ID: v.ID}, appointment.Phone, appointment.To{Phone: "+44 117 496 0199"})
		g.ok(err)
		see("by phone", 0)
		contains(t, g.ask("GET", "/j/"+v.Meeting.Code, nil), 200, "This is a phone call now")
		_, err = g.appointments.ChangeMethod(ctx, g.admin, appointment.Seen{ID: v.ID}, appointment.Video, appointment.To{})
		g.ok(err)
		see("by video again", 1)
		_, err = g.appointments.Reassign(ctx, g.admin, appointment.Seen{ID: v.ID}, "")
		g.ok(err)
		now := see("reassigned", 1)
		if now.Staff.ID == v.Staff.ID {
			t.Fatal("nobody took it over")
		}
		for who, want := range map[string][]string{
			v.Client.Email:  {"REQUEST 0 @", "REQUEST 1 @", "REQUEST 2 @", "REQUEST 3 @"},
			v.Staff.Email:   {"REQUEST 0 ." + v.Staff.ID, "REQUEST 1 ." + v.Staff.ID, "REQUEST 2 ." + v.Staff.ID, "CANCEL 3 ." + v.Staff.ID},
			now.Staff.Email: {"REQUEST 3 ." + now.Staff.ID},
		} {
			got := g.entries(who, v)
			same := len(got) == len(want)
			for i := range want {
				same = same && strings.HasPrefix(got[i], want[i])
			}
			if !same {
				t.Errorf("%s was sent %q, want %q", who, got, want)
			}
		}
	})
}

var (
	anInput  = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	aSelect  = regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`)
	selected = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// formOn is the form of a page as a browser would send it, untouched.
func formOn(body string) url.Values {
	form := url.Values{}
	for _, m := range anInput.FindAllStringSubmatch(body, -1) {
		form.Add(m[1], m[2])
	}
	for _, m := range aSelect.FindAllStringSubmatch(body, -1) {
		if s := selected.FindStringSubmatch(m[2]); s != nil {
			form.Set(m[1], s[1])
		}
	}
	return form
}

// TestIAmIllInThreeClicks goes from the schedule over "Away" to what was
// confirmed, and reads in the inbox what became of each client.
func TestIAmIllInThreeClicks(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		s := g.service("Everyday banking")
		v := g.bookShared(s, appointment.Phone)
		g.work()
		session := g.signIn(v.Staff)
		contains(t, g.ask("GET", "/schedule", session), 200, `href="/hours/away"`)
		contains(t, g.ask("GET", "/hours/away", session), 200, "when=tomorrow", "when=today")
		day := v.Starts.Format(time.DateOnly)
		asked := g.ask("GET", "/hours/away?off-from="+day+"&off-to="+day, session)
		contains(t, asked, 200, "Nadia Brunner", `<option value="reassign" selected`, `action="/hours/off"`)
		form := formOn(asked.Body.String())
		form.Set("sure", "true")
		result := g.post("/hours/off", session, form)
		contains(t, result, 200, "Nadia Brunner")
		again := g.post("/hours/off", session, form)
		contains(t, again, 200)
		g.work()
		off, err := g.calendars.TimeOff(t.Context(), g.org.ID, v.Staff.ID, v.Span())
		g.ok(err)
		if len(off) != 1 {
			t.Errorf("%d times off, want the one that was confirmed", len(off))
		}
		now, err := g.appointments.Get(t.Context(), g.db, v.OrgID, v.ID)
		g.ok(err)
		mails := g.vendors.Messages(v.Client.Email)
		last := mails[len(mails)-1]
		if now.Staff.ID == v.Staff.ID || !strings.Contains(last.Subject, now.Staff.Name) {
			t.Errorf("it is with %s, and the client reads %q", now.Staff.Name, last.Subject)
		}
		if got := g.entries(v.Client.Email, v); len(got) != 2 {
			t.Errorf("the client was sent %q, want the booking and the reassignment", got)
		}
	})
}
