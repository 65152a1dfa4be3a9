package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/web/ui/uitest"
)

// grow gives the bank a branch in Bath and a second adviser, who speaks French
// and works at both branches.
func (h *house) grow() (bath appointment.Location, lucas string) {
	h.t.Helper()
	boss := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Name: "Eleanor Price", Roles: []org.Role{org.Administrator}}
	orgs := org.Open(h.d, nil)
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		p, err := orgs.AddMember(ctx, tx, org.System(h.org.ID), org.Person{Name: "Lucas Moreau", Email: "lucas.moreau@harbourbank.example"})
		lucas = p.ID
		return err
	}))
	var week []calendar.Hours
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Hours{Weekday: day, Start: 540, End: 1020})
	}
	h.ok(calendar.Open(h.d).SaveHours(h.t.Context(), boss, lucas, week))
	h.ok(h.a.SaveStaff(h.t.Context(), boss, appointment.StaffProfile{PersonID: lucas, Languages: []string{"en", "fr"}}))
	quay, err := h.a.Locations(h.t.Context(), h.d, h.org.ID)
	h.ok(err)
	quay[0].Staff = append(quay[0].Staff, lucas)
	_, err = h.a.SaveLocation(h.t.Context(), boss, quay[0])
	h.ok(err)
	bath, err = h.a.SaveLocation(h.t.Context(), boss, appointment.Location{
		Name: "Bath", Address: "5 Milsom Place\nBath BA1 1BZ", Phone: "+44 1225 496 0030", Zone: "Europe/London", Active: true, Staff: []string{lucas},
		Hours: []calendar.Hours{{Weekday: time.Monday, Start: 600, End: 720}, {Weekday: time.Tuesday, Start: 600, End: 720}},
	})
	h.ok(err)
	all, err := h.a.Services(h.t.Context(), h.d, h.org.ID)
	h.ok(err)
	all[0].Staff, all[0].Methods = append(all[0].Staff, lucas), appointment.Methods()
	_, err = h.a.SaveService(h.t.Context(), boss, all[0])
	h.ok(err)
	return bath, lucas
}

// TestTheOrderOfTheQuestions walks service, method, branch, staff, time as the
// address holds them.
func TestTheOrderOfTheQuestions(t *testing.T) {
	h := build(t)
	bath, lucas := h.grow()
	for what, c := range map[string]struct{ query, says, not string }{
		"first how":                      {"", "How would you like to meet?", "Where would you like"},
		"in person asks where":           {"?method=in_person", "Where would you like to meet?", "Who would you like"},
		"a branch with its address":      {"?method=in_person", "5 Milsom Place, Bath BA1 1BZ", ""},
		"and whether it is open":         {"?method=in_person", "Closed, opens at 10:00", ""},
		"no such branch":                 {"?method=in_person&location=nowhere", "Where would you like to meet?", ""},
		"a branch with one adviser":      {"?method=in_person&location=" + bath.ID, "Choose a day and a time", "Who would you like"},
		"a call asks for no branch":      {"?method=phone", "Who would you like to meet?", "Where would you like"},
		"whatever the address says":      {"?method=phone&location=" + bath.ID, "Who would you like to meet?", ""},
		"what they speak":                {"?method=phone", "Speaks English and French", ""},
		"a language narrows":             {"?method=phone&lang=fr", "Lucas Moreau", "Amelia Hart"},
		"and says whom anyone means":     {"?method=phone&lang=fr", "speaks this language: French", ""},
		"who does not speak it is not":   {"?method=phone&lang=fr&staff=" + h.staff, "Who would you like to meet?", ""},
		"a language that nobody speaks":  {"?method=phone&lang=pl", "Amelia Hart", ""},
		"in person at Bath only with":    {"?method=in_person&location=" + bath.ID + "&staff=" + h.staff, "Choose a day and a time", ""},
		"details say where":              {"?method=in_person&location=" + bath.ID + "&staff=" + lucas + "&start=2026-11-24T10:00:00Z", "Bath, 5 Milsom Place, Bath BA1 1BZ", ""},
		"details of a call ask a number": {"?method=phone&staff=any&start=2026-11-24T10:00:00Z", "We call you at this number.", ""},
	} {
		got := h.get(h.service + c.query)
		if got.code != http.StatusOK || !got.says(c.says) || c.not != "" && got.says(c.not) {
			t.Errorf("%s: %d, says %q: %v\n%s", what, got.code, c.says, got.says(c.says), got.text[max(0, strings.Index(got.text, "<main")):])
		}
	}
}

func TestABookingAtABranch(t *testing.T) {
	h := build(t)
	bath, lucas := h.grow()
	at10 := h.service + "?method=in_person&location=" + bath.ID + "&staff=any&start=2026-11-24T10:00:00Z"
	got := h.post(strings.Replace(at10, "T10:00", "T15:00", 1), details())
	if got.code != http.StatusUnprocessableEntity || !got.says("Oliver Grant") {
		t.Errorf("while Bath is closed: %d", got.code)
	}
	got = h.post(strings.Replace(at10, "location="+bath.ID, "", 1), details())
	if got.code != http.StatusUnprocessableEntity || !got.says("Choose a location.") || !got.says(`id="location"`) {
		t.Errorf("without a branch: %d", got.code)
	}
	got = h.post(at10+"&lang=fr", details())
	path, _, found := strings.Cut(got.header.Get("Location"), "?")
	if got.code != http.StatusSeeOther || !found {
		t.Fatalf("not booked: %d %s", got.code, got.text)
	}
	if own := h.get(path); !own.says("Bath, 5 Milsom Place, Bath BA1 1BZ") || !own.says("Lucas Moreau") {
		t.Errorf("the client's page: %s", own.text)
	}
	if got := h.get(h.service + "/slots.json?method=in_person&day=2026-11-24&staff=" + lucas); got.code != http.StatusBadRequest && got.code != http.StatusUnprocessableEntity {
		t.Errorf("times without a branch: %d", got.code)
	}
	if got := h.get(h.service + "/slots.json?method=in_person&lang=fr&day=2026-11-24&location=" + bath.ID); got.code != http.StatusOK || !got.says("2026-11-24T10:30:00Z") || got.says("2026-11-24T10:00") {
		t.Errorf("times at Bath: %d %s", got.code, got.text)
	}
}

// TestBookingByKeyboard walks the questions with nothing but Tab and Enter, and
// looks at each page at both sizes.
func TestBookingByKeyboard(t *testing.T) {
	h := build(t)
	h.grow()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "parley.example" // the site answers at its own name only
		h.site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	ctx := uitest.Browser(t)
	do(t, ctx, chromedp.Navigate(server.URL+"/book/harbour-bank"))
	for _, step := range [][2]string{
		{"services", "Mortgage review"}, {"method", "In person"}, {"branch", "Quayside"}, {"staff", "Anyone available"},
	} {
		walk(t, ctx, step[0])
		follow(t, ctx, step[1])
	}
	walk(t, ctx, "time")
	reach(t, ctx, `e.matches("a.slot")`) // whichever is the first of the day that is shown
	enter(t, ctx)
	walk(t, ctx, "details")
	do(t, ctx, chromedp.Focus("#name"), chromedp.KeyEvent("Ruth Cole"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("ruth.cole@mail.example"))
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(limit, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.querySelector('main').innerText"))
	if err != nil || !strings.Contains(text, "Quayside, 1 Quay Street") {
		t.Errorf("ended at %q, %v", text, err)
	}
	walk(t, ctx, "booked")
}

// follow presses Tab until the focus is on the link, and then Enter.
func follow(t *testing.T, ctx context.Context, label string) {
	t.Helper()
	reach(t, ctx, fmt.Sprintf(`e.textContent.trim().startsWith(%q)`, label))
	enter(t, ctx)
}

// reach presses Tab until the element e that has the focus is the one wanted.
func reach(t *testing.T, ctx context.Context, wanted string) {
	t.Helper()
	for range 80 {
		do(t, ctx, chromedp.KeyEvent("\t"))
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("(e => e !== document.body && ("+wanted+"))(document.activeElement)"))
		if err != nil {
			t.Fatal(err)
		}
		if there {
			return
		}
	}
	t.Fatalf("nothing with %s can be reached by keyboard", wanted)
}

// enter presses Enter and waits for the page that answers.
func enter(t *testing.T, ctx context.Context) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(limit, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
}

// walk runs axe over the page at both sizes and takes its picture.
func walk(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for size, port := range map[string]uitest.Viewport{"390": uitest.Phone, "1280": uitest.Desk} {
		do(t, ctx, uitest.Resize(port))
		uitest.Accessible(t, ctx)
		if folder := os.Getenv("PARLEY_TEST_PICTURES"); folder != "" {
			if err := uitest.Picture(ctx, filepath.Join(folder, "booking-"+name+"-"+size+".png")); err != nil {
				t.Error(err)
			}
		}
	}
	do(t, ctx, uitest.Resize(uitest.Desk))
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(limit, actions...); err != nil {
		t.Fatal(err)
	}
}
