package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
)

// post sends a form to the site as ask does.
func (g *lodging) post(path string, session *http.Cookie, form url.Values) *httptest.ResponseRecorder {
	return g.ask(http.MethodPost, path, session, func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(form.Encode())) })
}

// contains fails the test where the answer is another or does not say what it should.
func contains(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("got %d %s, want %d: %s", w.Code, w.Header().Get("Location"), status, w.Body)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("the page does not say %q: %s", text, w.Body)
		}
	}
}

// TestTheDeskBooksForWhoTelephones adds a client by number alone, books for them
// without an e-mail address, and is shown today.
func TestTheDeskBooksForWhoTelephones(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ruth := g.signIn(g.people["Ruth Adeyemi"])
		contains(t, g.ask("GET", "/desk/clients?q=0999+123456", ruth), 200, "0999 123456", "/desk/clients/new?q=0999")
		contains(t, g.post("/desk/clients/new", ruth, url.Values{"name": {"Walter Nash"}, "lang": {"en"}, "zone": {"Europe/London"}}), 422, "Walter Nash")
		w := g.post("/desk/clients/new", ruth, url.Values{"name": {"Walter Nash"}, "phone": {"+44 117 496 0199"}, "lang": {"en"}, "zone": {"Europe/London"}})
		contains(t, w, 303)
		file := w.Header().Get("Location")
		contains(t, g.ask("GET", file, ruth), 200, "Walter Nash", "+44 117 496 0199", "Nothing is booked")
		contains(t, g.ask("GET", "/desk/clients?q=0117+4960199", ruth), 200, "Walter Nash", file)

		s := g.service("Everyday banking")
		q := url.Values{"client": {file[strings.LastIndex(file, "/")+1:]}, "service": {s.ID}, "method": {"phone"}}
		contains(t, g.ask("GET", "/schedule/new?"+q.Encode(), ruth), 200, "Choose a time")
		now, err := g.db.Now(t.Context())
		g.ok(err)
		slots, err := g.appointments.Slots(t.Context(), appointment.Ask{OrgID: g.org.ID, ServiceID: s.ID, Method: appointment.Phone}, calendar.Span{Start: now, End: now.AddDate(0, 0, 9)})
		g.ok(err)
		q.Set("start", slots[0].Start.Format(time.RFC3339))
		address := "/schedule/new?" + q.Encode()
		contains(t, g.ask("GET", address, ruth), 200, "Book the appointment", "Walter Nash")
		w = g.post(address, ruth, url.Values{"key": {"k1"}, "phone": {"+44 117 496 0199"}, "notes": {"Asked for a call."}})
		contains(t, w, 303)
		contains(t, g.ask("GET", w.Header().Get("Location"), ruth), 200, "Walter Nash", "Asked for a call.")
		again := g.post(address, ruth, url.Values{"key": {"k1"}, "phone": {"+44 117 496 0199"}, "notes": {"Asked for a call."}})
		if again.Header().Get("Location") != w.Header().Get("Location") {
			t.Errorf("the same form booked twice: %s and %s", w.Header().Get("Location"), again.Header().Get("Location"))
		}
		day := slots[0].Start.Format("2006-01-02")
		contains(t, g.ask("GET", "/desk?day="+day, ruth), 200, "Walter Nash", "Everyday banking", "Confirmed")
		contains(t, g.ask("GET", file, ruth), 200, "Everyday banking")
	})
}

// TestTwoAtTheDeskDoNotFightUnseen presses a status on a page that is not true
// any more: nothing is overwritten, and who did what is said.
func TestTwoAtTheDeskDoNotFightUnseen(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		v := g.book(g.service("Everyday banking"), appointment.Phone, "Nadia Brunner")
		g.vendors.AdvanceClock(time.Until(v.Starts) + time.Minute)
		ruth, eleanor := g.signIn(g.people["Ruth Adeyemi"]), g.signIn(g.people[demoAdministrator])
		press := func(who *http.Cookie, to appointment.State) string {
			w := g.post("/schedule/"+v.ID+"/state", who, url.Values{"version": {strconv.FormatInt(v.Version, 10)}, "state": {string(to)}, "next": {"/desk"}})
			contains(t, w, 303)
			page := g.ask("GET", "/desk", who, func(r *http.Request) {
				for _, c := range w.Result().Cookies() {
					r.AddCookie(c)
				}
			})
			contains(t, page, 200)
			return page.Body.String()
		}
		press(ruth, appointment.Arrived)
		if told := press(eleanor, appointment.NoShow); !strings.Contains(told, "Somebody changed this appointment") || !strings.Contains(told, "Ruth Adeyemi") {
			t.Errorf("Eleanor is not told that Ruth was first: %s", told)
		}
		now, err := g.appointments.Get(t.Context(), g.db, v.OrgID, v.ID)
		g.ok(err)
		if now.State != appointment.Arrived {
			t.Errorf("it is %s, want arrived", now.State)
		}
	})
}

// TestTheDeskEndsAtItsLocations shows a scheduler of one branch nothing of another.
func TestTheDeskEndsAtItsLocations(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		v := g.book(g.service("Everyday banking"), appointment.Phone, "Nadia Brunner")
		here, err := g.appointments.SaveLocation(t.Context(), g.admin, appointment.Location{Name: "Far away", Address: "1 Far Street", Zone: "Europe/London", Active: true})
		g.ok(err)
		far := g.addMember(g.org.ID, "Freda Far", org.Member)
		g.ok(g.orgs.Grant(t.Context(), g.admin, far.ID, org.Scheduler, here.ID))
		freda := g.signIn(far)
		day := v.Starts.Format("2006-01-02")
		if w := g.ask("GET", "/desk?day="+day, freda); w.Code != 200 || strings.Contains(w.Body.String(), "Nadia Brunner") {
			t.Errorf("a scheduler of another branch sees the appointment (%d)", w.Code)
		}
		contains(t, g.post("/schedule/"+v.ID+"/state", freda, url.Values{"state": {"arrived"}, "next": {"/desk"}}), 404)
		contains(t, g.ask("GET", "/schedule/"+v.ID, freda), 404)
		w := g.ask("GET", "/desk/clients/"+v.ClientID, freda)
		contains(t, w, 200, "Nadia Brunner", "Nothing is booked")
		q := url.Values{"client": {v.ClientID}, "service": {v.ServiceID}, "method": {"phone"}, "staff": {v.StaffID}, "start": {v.Starts.Add(24 * time.Hour).Format(time.RFC3339)}}
		if w := g.post("/schedule/new?"+q.Encode(), freda, url.Values{"key": {"k"}, "phone": {"+44 117 496 0199"}}); w.Code == 303 {
			t.Errorf("a scheduler of another branch booked: %s", w.Header().Get("Location"))
		}
	})
}

// TestAnAdviserBooksForThemselvesAlone shows a member their own services and
// clients, and nobody else's.
func TestAnAdviserBooksForThemselvesAlone(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		s := g.service("Everyday banking")
		v := g.book(s, appointment.Phone, "Nadia Brunner")
		own := g.signIn(v.Staff)
		contains(t, g.ask("GET", "/schedule/new?client="+v.ClientID, own), 200, "Nadia Brunner")
		var other org.Person
		for _, p := range g.people {
			if p.ID != v.StaffID && p.ID == s.Staff[0] || p.ID == s.Staff[1] && p.ID != v.StaffID {
				other = p
			}
		}
		contains(t, g.ask("GET", "/schedule/new?client="+v.ClientID, g.signIn(other)), 404)
		_, err := g.appointments.Book(t.Context(), appointment.Request{
			Ask:    appointment.Ask{OrgID: g.org.ID, ServiceID: s.ID, Method: appointment.Phone, StaffID: v.StaffID, By: org.Actor{OrgID: g.org.ID, PersonID: other.ID, Name: other.Name, Roles: []org.Role{org.Member}}},
			Start:  v.Starts.Add(48 * time.Hour),
			Client: appointment.Client{Name: "Eve", Email: "eve@mail.example", Phone: "+44 117 496 0198", Lang: "en", Zone: "Europe/London"},
		})
		if err == nil {
			t.Error("a member booked for a colleague")
		}
	})
}
