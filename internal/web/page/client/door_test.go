package client_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// asking has the service ask a question that must be answered.
func (h *house) asking(label string) (field string) {
	h.t.Helper()
	all, err := h.a.Services(h.t.Context(), h.d, h.org.ID)
	h.ok(err)
	all[0].Questions = []appointment.Question{{Label: label, Required: true, Kind: appointment.ShortText}}
	s, err := h.a.SaveService(h.t.Context(), h.boss, all[0])
	h.ok(err)
	return "answer." + s.Questions[0].ID
}

// line is the waiting list.
func (h *house) line() []appointment.Waiting {
	h.t.Helper()
	all, err := db.All[appointment.Waiting](h.t.Context(), h.d, "SELECT {columns} FROM waiting WHERE org_id = $1 ORDER BY since", h.org.ID)
	h.ok(err)
	return all
}

// TestTheJoinPageSaysWhatIsMet reads it as whoever was sent the link: nothing of
// the client is in it.
func TestTheJoinPageSaysWhatIsMet(t *testing.T) {
	h := build(t)
	for hour, method := range map[int]appointment.Method{10: appointment.Video, 12: appointment.InPerson} {
		words := map[int]string{10: "You wait in the lobby until Amelia Hart lets you in.", 12: "You are expected at Quayside, 1 Quay Street."}[hour]
		v := h.claimed(h.book(method, at(hour, 0)))
		got := h.get("/j/" + v.Meeting.Code)
		if !got.says(words) || got.says("Oliver Grant") || got.says("running about") {
			t.Errorf("%s: %s", method, got.text)
		}
		dbtest.ClockOf(h.d).Set(v.Starts.Add(-time.Minute))
		_, err := h.a.RunBehind(t.Context(), h.boss, appointment.Seen{ID: v.ID}, 15*time.Minute)
		h.ok(err)
		if got := h.get("/j/" + v.Meeting.Code); !got.says("Amelia Hart is running about 15 minutes late") {
			t.Errorf("%s, late: %s", method, got.text)
		}
		_, err = h.a.SetState(t.Context(), h.boss, appointment.Seen{ID: v.ID}, appointment.InProgress)
		h.ok(err)
		if h.get("/j/" + v.Meeting.Code).says("running about") {
			t.Errorf("%s: it has begun", method)
		}
		dbtest.ClockOf(h.d).Set(monday)
	}
}

// TestAnOfferIsBookedWithoutTypingAgain waits without an appointment, answers
// what the service asks, and has one.
func TestAnOfferIsBookedWithoutTypingAgain(t *testing.T) {
	h := build(t)
	field := h.asking("What is it about?")
	for _, base := range []string{"/book/", "/embed/"} {
		ask := strings.Replace(strings.Replace(h.when(appointment.InPerson, at(9, 0)), "?", "/waiting?", 1), "/book/", base, 1)
		if got := h.post(ask, details("name", "Kit Lowe", "email", "kit@example.org")); got.code != http.StatusOK {
			t.Fatalf("on the list: %d %s", got.code, got.text)
		}
	}
	h.work()
	line := h.line()
	if len(line) != 1 || line[0].State != appointment.OnOffer {
		t.Fatalf("on the list: %+v", line)
	}
	w := line[0]
	link := h.sign(appointment.WaitingPath, w.ClientID, w.ID)
	if got := h.get(link); !got.says("What is it about?") || got.says(`name="email"`) || !got.says("You are expected at Quayside") {
		t.Errorf("the offer: %s", got.text)
	}
	if got := h.post(link+"/take", nil); got.code != http.StatusUnprocessableEntity || !got.says(`href="#`+field+`"`) {
		t.Errorf("nothing answered: %d %s", got.code, got.text)
	}
	var own string
	for range 2 {
		got := h.post(link+"/take", url.Values{field: {"A loan"}})
		if own, _, _ = strings.Cut(got.header.Get("Location"), "?"); got.code != http.StatusSeeOther {
			t.Fatalf("taken: %d %s", got.code, got.text)
		}
	}
	v := h.claimed(own)
	if v.Client.Email != "kit@example.org" || !v.Starts.Equal(w.Start) || v.Answers[0].Text != "A loan" {
		t.Errorf("booked %+v for %s", v.Appointment, v.Client.Email)
	}
	if got := h.line()[0]; got.State != appointment.Took {
		t.Errorf("then they are %s", got.State)
	}
	if stranger := h.post(h.sign(appointment.WaitingPath, h.staff, w.ID)+"/take", nil); stranger.code != http.StatusNotFound {
		t.Errorf("another's offer: %d", stranger.code)
	}
}

// TestTheFrameKeepsTheWaitingList asks in the frame of another site, where
// nothing is kept but the address.
func TestTheFrameKeepsTheWaitingList(t *testing.T) {
	h := build(t)
	times := strings.Replace(h.service, "/book/", "/embed/", 1) + "?method=video&staff=" + h.staff + "&read=fr&zone=Asia%2FTokyo"
	got := h.get(times)
	_, rest, _ := strings.Cut(got.text, `/waiting?`)
	query, _, found := strings.Cut(rest, `"`)
	if !found || !strings.Contains(query, "read=fr") || !strings.Contains(query, "zone=Asia") {
		t.Fatalf("the way to the list: %s", got.text)
	}
	path := strings.Replace(h.service, "/book/", "/embed/", 1) + "/waiting?" + query
	if got := h.get(path); got.code != http.StatusOK || !got.says(`lang="fr"`) || got.header.Get("X-Frame-Options") != "" && !got.says("/embed/") {
		t.Errorf("asked: %d %s", got.code, got.text)
	}
	if got := h.post(path, details("name", "", "email", "kit@example.org")); got.code != http.StatusUnprocessableEntity || !got.says(`lang="fr"`) {
		t.Errorf("no name: %d", got.code)
	}
	if got := h.post(path, details("name", "Kit", "email", "kit@example.org")); got.code != http.StatusOK || !got.says("liste d’attente") {
		t.Errorf("on the list: %d %s", got.code, got.text)
	}
}
