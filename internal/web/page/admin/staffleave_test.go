package admin_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
)

// leaving is the bank with a service of two advisers, one of whom will leave.
type leaving struct {
	*house
	leaver, colleague org.Person
	service           appointment.Service
	monday            time.Time
	path              string
}

func leave(t *testing.T) *leaving {
	t.Helper()
	h := build(t, registered)
	l := &leaving{house: h, leaver: h.staff["Amelia Hart"], colleague: h.staff["Daniel Okafor"]}
	l.path = "/staff/" + l.leaver.ID
	now, err := h.d.Now(t.Context())
	h.ok(err)
	day := now.AddDate(0, 0, 7)
	for day.Weekday() != time.Monday {
		day = day.AddDate(0, 0, 1)
	}
	l.monday = time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, time.UTC)
	boss := h.by(h.eleanor)
	boss.Roles = []org.Role{org.Administrator, org.Member}
	boss.Held = []org.Held{{Role: org.Administrator}}
	for _, p := range []org.Person{l.leaver, l.colleague} {
		h.ok(calendar.Open(h.d).SaveHours(t.Context(), boss, p.ID, []calendar.Hours{{Weekday: time.Monday, Start: 8 * 60, End: 18 * 60}}))
	}
	s := appointment.NewService("Mortgage review")
	s.Methods, s.Staff = []appointment.Method{appointment.Phone}, []string{l.leaver.ID, l.colleague.ID}
	l.service, err = h.pages.Appointments.SaveService(t.Context(), boss, s)
	h.ok(err)
	return l
}

// book books a member of staff, so many hours after noon on the Monday.
func (l *leaving) book(client string, with org.Person, hour int) appointment.Appointment {
	l.t.Helper()
	a, err := l.pages.Appointments.Book(l.t.Context(), appointment.Request{
		Ask:    appointment.Ask{OrgID: l.bank.ID, ServiceID: l.service.ID, Method: appointment.Phone, StaffID: with.ID},
		Start:  l.monday.Add(time.Duration(hour) * time.Hour),
		Client: appointment.Client{Name: client, Email: "client@mail.example", Phone: "+44 117 496 0123", Lang: "en", Zone: "Europe/London"},
	})
	l.ok(err)
	return a
}

// now is an appointment as it stands.
func (l *leaving) now(a appointment.Appointment) appointment.Appointment {
	l.t.Helper()
	v, err := l.pages.Appointments.Get(l.t.Context(), l.d, a.OrgID, a.ID)
	l.ok(err)
	return v.Appointment
}

// form is what the page sends: each appointment as it was seen, and the choices.
func (l *leaving) form(all string, each map[string]string, seen ...appointment.Appointment) url.Values {
	f := url.Values{"all": {all}, "reason": {"Amelia has left the bank."}}
	for _, a := range seen {
		f.Add("appointment", a.ID)
		f.Set("version."+a.ID, strconv.FormatInt(a.Version, 10))
	}
	for id, do := range each {
		f.Set("do."+id, do)
	}
	return f
}

// TestWhoLeavesHasTheirAppointmentsCancelled cancels one and keeps one, as was
// chosen for each; what was kept is listed afterwards, on the profile and on its
// page, and is cancelled from there.
func TestWhoLeavesHasTheirAppointmentsCancelled(t *testing.T) {
	l := leave(t)
	one, other := l.book("Oliver Grant", l.leaver, 0), l.book("Ruth Osei", l.leaver, 2)
	b := l.as(l.eleanor)
	b.open(l.path+"/deactivate").shows("Amelia Hart has 2 appointments ahead", "Oliver Grant", "Ruth Osei", "Keep with Amelia Hart for now", "Cancel and tell the client", "Go back")
	b.post(l.path+"/deactivate", l.form("each", map[string]string{one.ID: "cancel", other.ID: "keep"}, one, other)).on(l.path).
		shows("Amelia Hart is deactivated.", "Amelia Hart has left and still has 1 appointment", l.path+"/deactivate")
	if a := l.now(one); a.State != appointment.Cancelled || a.Reason != "Amelia has left the bank." {
		t.Errorf("what was to be cancelled is %s: %q", a.State, a.Reason)
	}
	if a := l.now(other); a.State != appointment.Confirmed || a.StaffID != l.leaver.ID {
		t.Errorf("what was to be kept is %s with %s", a.State, a.StaffID)
	}
	b.open(l.path+"/deactivate").shows("Appointments of Amelia Hart", "Ruth Osei", "Do this with the appointments").lacks("Oliver Grant", "Deactivate Amelia Hart?")
	b.post(l.path+"/deactivate", l.form("cancel", nil, other)).on(l.path).lacks("still has")
	if a := l.now(other); a.State != appointment.Cancelled {
		t.Errorf("what remained is %s", a.State)
	}
}

// TestWhatCouldNotBeHandedOverIsListed: the one colleague is taken at one of the
// times, and another appointment was changed meanwhile. The rest is done, and both
// say why they are not.
func TestWhatCouldNotBeHandedOverIsListed(t *testing.T) {
	l := leave(t)
	free, taken, moved := l.book("Oliver Grant", l.leaver, 0), l.book("Ruth Osei", l.leaver, 2), l.book("Hugo Blanc", l.leaver, 4)
	l.book("Somebody Else", l.colleague, 2)
	old := moved
	boss := l.by(l.eleanor)
	boss.Roles = []org.Role{org.Administrator, org.Member}
	boss.Held = []org.Held{{Role: org.Administrator}}
	_, err := l.pages.Appointments.Reschedule(t.Context(), boss, appointment.Seen{ID: moved.ID}, l.monday.Add(-3*time.Hour))
	l.ok(err)
	b := l.as(l.eleanor)
	b.post(l.path+"/deactivate", l.form("hand", nil, free, taken, old)).is(http.StatusUnprocessableEntity).
		shows("Nothing was changed about 2 appointments", "Amelia Hart is deactivated, and what you chose", "Ruth Osei", "Hugo Blanc", `id="do.`+taken.ID+`-error"`, `id="do.`+moved.ID+`-error"`).
		lacks("Oliver Grant", "Deactivate Amelia Hart?")
	if a := l.now(free); a.StaffID != l.colleague.ID {
		t.Error("what a colleague could take was not handed over")
	}
	for _, a := range []appointment.Appointment{taken, moved} {
		if a := l.now(a); a.StaffID != l.leaver.ID || a.State != appointment.Confirmed {
			t.Errorf("what could not be handed over is %s with %s", a.State, a.StaffID)
		}
	}
}
