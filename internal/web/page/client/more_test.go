package client_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web/page"
)

// sign makes the link of a page for a person, as a mail has it.
func (h *house) sign(purpose, person, object string) string {
	path := purpose
	if !strings.HasPrefix(purpose, "/") {
		path = "/do"
	}
	return path + "/" + h.links.Sign(notify.Claim{Purpose: purpose, OrgID: h.org.ID, Object: object, PersonID: person, Expires: monday.AddDate(1, 0, 0)})
}

// claimed is the appointment behind a client's own page.
func (h *house) claimed(own string) appointment.View {
	h.t.Helper()
	c, err := h.links.Verify(strings.TrimPrefix(own, "/manage/"), "/manage", monday)
	h.ok(err)
	v, err := h.a.Get(h.t.Context(), h.d, c.OrgID, c.Object)
	h.ok(err)
	return v
}

func (h *house) work() {
	h.t.Helper()
	r := job.New(h.d, quiet)
	h.a.Work(r)
	_, err := r.RunDue(h.t.Context(), 50)
	h.ok(err)
}

// TestGuestsAreInvitedOnTheForm books with an interpreter, who opens their page
// and declines.
func TestGuestsAreInvitedOnTheForm(t *testing.T) {
	h := build(t)
	wrong := h.post(h.when(appointment.InPerson, at(10, 0)), details("guest.1.name", "See evil.com", "guest.1.email", "ana@example.org", "guest.1.role", "interpreter"))
	if wrong.code != http.StatusUnprocessableEntity || !wrong.says("Write the name alone") || !wrong.says("See evil.com") || !wrong.says("<details open") && !wrong.says("open>") {
		t.Errorf("a link for a name: %d", wrong.code)
	}
	a := h.post(h.when(appointment.InPerson, at(10, 0)), details("guest.0.name", "Ana Costa", "guest.0.email", "ana@example.org", "guest.0.role", "interpreter", "guest.0.lang", "fr"))
	own, _, _ := strings.Cut(a.header.Get("Location"), "?")
	v := h.claimed(own)
	if len(v.Guests) != 1 || !h.get(own).says("Ana Costa") {
		t.Fatalf("guests: %+v", v.Guests)
	}
	g := v.Guests[0]
	link := h.sign(appointment.GuestPath, g.PersonID, g.ID)
	got := h.get(link)
	if got.code != http.StatusOK || !got.says(`lang="fr"`) || got.says("oliver.grant@example.org") || got.says("/manage/") {
		t.Errorf("the guest's page: %d %s", got.code, got.text)
	}
	if stranger := h.get(h.sign(appointment.GuestPath, v.ClientID, g.ID)); stranger.code != http.StatusNotFound {
		t.Errorf("another's invitation: %d", stranger.code)
	}
	if other := h.get(h.sign(appointment.ManagePath, g.PersonID, v.ID)); other.code != http.StatusNotFound {
		t.Errorf("a guest on the client's page: %d", other.code)
	}
	for range 2 {
		if done := h.post(link+"/decline", nil); done.code != http.StatusSeeOther {
			t.Errorf("declining: %d %s", done.code, done.text)
		}
	}
	if v = h.claimed(own); len(v.Coming()) != 0 {
		t.Error("still coming")
	}
	added := h.post(own+"/guest", url.Values{"guest.0.name": {"Bo Lind"}, "guest.0.email": {"bo@example.org"}, "guest.0.role": {"companion"}})
	v = h.claimed(own)
	if added.code != http.StatusSeeOther || len(v.Coming()) != 1 {
		t.Fatalf("added: %d, %d coming", added.code, len(v.Coming()))
	}
	for range 2 {
		if got := h.post(own+"/guest/"+v.Coming()[0].ID+"/remove", nil); got.code != http.StatusSeeOther {
			t.Errorf("removing: %d", got.code)
		}
	}
}

// TestALinkOfADeedAsksFirst opens the link of the reminder and then presses.
func TestALinkOfADeedAsksFirst(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	v := h.claimed(own)
	link := h.sign("do "+appointment.LateVerb, v.ClientID, v.ID)
	dbtest.ClockOf(h.d).Set(at(9, 30))
	got := h.get(link)
	if got.code != http.StatusOK || !got.says("How late will you be?") || h.claimed(own).Late != 0 {
		t.Errorf("the question: %d %s", got.code, got.text)
	}
	if got := h.post(link, url.Values{"key": {"a"}}); got.code != http.StatusUnprocessableEntity || !got.says(`href="#minutes"`) {
		t.Errorf("nothing chosen: %d", got.code)
	}
	if got := h.post(link, url.Values{"key": {"b"}, "minutes": {"15"}}); got.code != http.StatusOK || !got.says("Amelia Hart knows") {
		t.Errorf("told: %d %s", got.code, got.text)
	}
	if got := h.post(own+"/late", url.Values{"key": {"c"}, "minutes": {"30"}}); got.code != http.StatusOK || h.claimed(own).Late != 30*time.Minute {
		t.Errorf("changed on the page: %d, %v", got.code, h.claimed(own).Late)
	}
	if got := h.get(own); !got.says("knows that you will be 30 minutes late") {
		t.Error("the page does not say so")
	}
	for what, path := range map[string]string{"no token": "/do/nonsense", "a page's": "/do/" + strings.TrimPrefix(own, "/manage/"),
		"another's": h.sign("do "+appointment.LateVerb, v.StaffID, v.ID)} {
		got := h.post(path, url.Values{"key": {"d"}, "minutes": {"5"}})
		if got.code != http.StatusNotFound {
			t.Errorf("%s: %d", what, got.code)
		}
	}
}

// TestWaitingIsAskedAndTaken puts a client on the list, frees a time and takes it.
func TestWaitingIsAskedAndTaken(t *testing.T) {
	h := build(t)
	other, own := h.book(appointment.InPerson, at(10, 0)), ""
	answer := h.post(h.when(appointment.InPerson, at(16, 0)), details("name", "Ruth Cole", "email", "ruth@example.org"))
	own, _, _ = strings.Cut(answer.header.Get("Location"), "?")
	window := url.Values{"earliest": {"2026-11-24"}, "latest": {"2026-11-24"}}
	if got := h.post(own+"/earlier", url.Values{"earliest": {"soon"}}); got.code != http.StatusUnprocessableEntity || !got.says(`href="#earliest"`) {
		t.Errorf("no day: %d", got.code)
	}
	for range 2 {
		if got := h.post(own+"/earlier", window); got.code != http.StatusSeeOther {
			t.Fatalf("joined: %d %s", got.code, got.text)
		}
	}
	_ = other
	h.work()
	v := h.claimed(own)
	w, waits, err := h.a.WaitingFor(t.Context(), h.d, v.Appointment)
	h.ok(err)
	if !waits || w.State != appointment.OnOffer {
		t.Fatalf("it stands at %s", w.State)
	}
	link := h.sign(appointment.WaitingPath, v.ClientID, w.ID)
	if got := h.get(link); got.code != http.StatusOK || !got.says("A time has come free") {
		t.Errorf("the offer: %d %s", got.code, got.text)
	}
	if got := h.get(h.sign(appointment.WaitingPath, v.StaffID, w.ID)); got.code != http.StatusNotFound {
		t.Errorf("another's offer: %d", got.code)
	}
	for range 2 {
		if got := h.post(link+"/take", nil); got.code != http.StatusSeeOther {
			t.Errorf("taken: %d %s", got.code, got.text)
		}
	}
	if now := h.claimed(own); !now.Starts.Equal(w.Start) {
		t.Errorf("it begins at %v, not %v", now.Starts, w.Start)
	}
	ask := strings.Replace(h.when(appointment.InPerson, at(9, 0)), "?", "/waiting?", 1)
	if got := h.get(ask); got.code != http.StatusOK || !got.says("No time suits?") {
		t.Errorf("the question without an appointment: %d %s", got.code, got.text)
	}
	if got := h.post(ask, details("name", "Kit", "email", "kit")); got.code != http.StatusUnprocessableEntity || !got.says(`href="#email"`) {
		t.Errorf("no address: %d", got.code)
	}
	if got := h.post(ask, details("name", "Kit", "email", "kit@example.org")); got.code != http.StatusOK || !got.says("You are on the waiting list") {
		t.Errorf("on the list: %d %s", got.code, got.text)
	}
}

// TestFeedbackIsAskedOnAPage gives, changes and opts out.
func TestFeedbackIsAskedOnAPage(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	v := h.claimed(own)
	link := h.sign(appointment.FeedbackPath, v.ClientID, v.ID)
	if got := h.get(link); got.code != http.StatusNotFound {
		t.Errorf("before it was: %d", got.code)
	}
	dbtest.ClockOf(h.d).Set(at(11, 1))
	h.work()
	if got := h.get(link); got.code != http.StatusOK || !got.says("How was your appointment with Amelia Hart?") {
		t.Errorf("asked: %d %s", got.code, got.text)
	}
	if got := h.post(link, url.Values{"comment": {"kind"}}); got.code != http.StatusUnprocessableEntity || !got.says(`href="#score"`) || !got.says("kind</textarea>") {
		t.Errorf("no score: %d", got.code)
	}
	if got := h.post(link, url.Values{"score": {"4"}, "comment": {"kind"}}); got.code != http.StatusSeeOther {
		t.Errorf("given: %d %s", got.code, got.text)
	}
	if got := h.get(link + "?thanks=1"); !got.says("Thank you") || !got.says("kind</textarea>") {
		t.Error("no thanks")
	}
	if got := h.post(link+"/stop", nil); got.code != http.StatusSeeOther {
		t.Errorf("opting out: %d", got.code)
	}
	if got := h.get(h.sign(appointment.FeedbackPath, v.StaffID, v.ID)); got.code != http.StatusNotFound {
		t.Errorf("another's: %d", got.code)
	}
}

func TestTheLanguageIsKept(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	got := h.post(own+"/language", url.Values{"lang": {"fr"}})
	if got.code != http.StatusSeeOther || h.claimed(own).Client.Lang != "fr" {
		t.Errorf("%d, reads %s", got.code, h.claimed(own).Client.Lang)
	}
	if got := h.post(own+"/language", url.Values{"lang": {"xx"}}); got.code != http.StatusUnprocessableEntity && got.code != http.StatusBadRequest {
		t.Errorf("no language: %d", got.code)
	}
}

var ancestors = regexp.MustCompile(`frame-ancestors ([^;]*)`)

// TestOnlyTheNamedSitesFrameTheBookingPage reads what browsers obey.
func TestOnlyTheNamedSitesFrameTheBookingPage(t *testing.T) {
	h := build(t)
	embed := strings.Replace(h.service, "/book/", "/embed/", 1)
	allowed := func(path string) string {
		return ancestors.FindStringSubmatch(h.get(path).header.Get("Content-Security-Policy"))[1]
	}
	if got := allowed(embed); got != "'none'" {
		t.Errorf("with no site named: %s", got)
	}
	boss := org.Actor{OrgID: h.org.ID, Roles: []org.Role{org.Administrator}}
	h.ok(h.orgs.SaveSetting(t.Context(), boss, page.FrameOrigins, org.WholeOrganization, "https://a.example https://b.example"))
	for _, path := range []string{embed, "/embed/" + h.org.Slug} {
		if got := allowed(path); got != "https://a.example https://b.example" || h.get(path).header.Get("X-Frame-Options") != "" {
			t.Errorf("%s: %s, %s", path, got, h.get(path).header.Get("X-Frame-Options"))
		}
	}
	for _, path := range []string{h.service, "/book/" + h.org.Slug, h.book(appointment.InPerson, at(10, 0)), "/signin"} {
		if got := h.get(path); ancestors.FindStringSubmatch(got.header.Get("Content-Security-Policy"))[1] != "'none'" || got.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s may be framed", path)
		}
	}
	at := strings.Replace(h.when(appointment.InPerson, at(11, 0)), "/book/", "/embed/", 1)
	refused := h.post(at, details("name", ""))
	if refused.code != http.StatusUnprocessableEntity || ancestors.FindStringSubmatch(refused.header.Get("Content-Security-Policy"))[1] == "'none'" {
		t.Errorf("a refused form cannot stand in the frame: %d", refused.code)
	}
	done := h.post(at+"&read=fr", details()).header.Get("Location")
	if !strings.HasPrefix(done, embed+"/booked/") {
		t.Fatalf("booking leads to %s", done)
	}
	if got := h.get(done); got.code != http.StatusOK || !got.says(`lang="fr"`) || !got.says(`target="_blank"`) {
		t.Errorf("the confirmation: %d %s", got.code, got.text)
	}
	if js := h.get("/embed.js"); js.code != http.StatusOK || js.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("the script: %d %v", js.code, js.header)
	}
}
