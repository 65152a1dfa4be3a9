package client_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/web"
)

// TestThePagesReadAsTheMailDid opens the pages to which the mail leads in a
// browser that knows nothing of the client, and in one that chose otherwise.
func TestThePagesReadAsTheMailDid(t *testing.T) {
	h := build(t)
	own := h.book(appointment.Video, at(17, 0).Add(-30*time.Minute), "Cookie", web.ZoneCookie+"=Asia/Kolkata; "+web.LangCookie+"=fr")
	_, join, found := strings.Cut(h.get(own).text, "http://parley.example/j/")
	if !found || len(join) < 19 {
		t.Fatal("the client's page has no join link")
	}
	join = "/j/" + join[:19]
	for _, path := range []string{own, own + "/reschedule", own + "/cancel", join} {
		got := h.get(path, "Accept-Language", "en")
		if got.code != http.StatusOK || !got.says(`lang="fr"`) || !got.says("22:00") || got.says("16:30") {
			t.Errorf("%s is not in French and in Kolkata's time: %d %s", path, got.code, got.text)
		}
		got = h.get(path, "Cookie", web.ZoneCookie+"=Europe/London; "+web.LangCookie+"=en")
		if !got.says(`lang="en"`) || !got.says("16:30") {
			t.Errorf("%s is not as the browser chose: %s", path, got.text)
		}
	}
}

func TestAMoveWithoutATimeSaysSo(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	for _, start := range []string{"", "soon", "2026-11-25"} {
		got := h.post(own+"/reschedule", url.Values{"start": {start}})
		if got.code != http.StatusUnprocessableEntity || !got.says("Choose a date and time.") || !got.says("Choose another time") {
			t.Errorf("%q: %d %s", start, got.code, got.text)
		}
	}
	got := h.post(own+"/reschedule", url.Values{"start": {at(11, 0).Format(time.RFC3339)}})
	if got.code != http.StatusSeeOther || got.header.Get("Location") != own {
		t.Errorf("a time that is free: %d %s", got.code, got.text)
	}
}

func TestAReasonIsNotLost(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	for typed, shown := range map[string]string{"I am\x00 ill": "I am ill", strings.Repeat("so ", 34_000) + "ill": "so so ill"} {
		got := h.post(own+"/cancel", url.Values{"reason": {typed}})
		if got.code != http.StatusUnprocessableEntity || !got.says(shown) || !got.says(`href="#reason"`) {
			t.Errorf("%d, shown %v: %.2000s", got.code, got.says(shown), got.text)
		}
	}
}

// TestAClientIsToldWhatChangedMeanwhile: who decided on a page of what was, decides
// again on a page of what is.
func TestAClientIsToldWhatChangedMeanwhile(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	move := func(hour int) url.Values {
		return url.Values{"version": {"1"}, "start": {at(hour, 0).Format(time.RFC3339)}}
	}
	if got := h.post(own+"/reschedule", move(11)); got.code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.code, got.text)
	}
	const told = "Somebody changed this appointment"
	if got := h.post(own+"/reschedule", move(12)); got.code < 400 || !got.says(told) {
		t.Errorf("moved as it was: %d %s", got.code, got.text)
	}
	got := h.post(own+"/cancel", url.Values{"version": {"1"}, "reason": {"I am ill"}})
	if got.code != http.StatusUnprocessableEntity || !got.says(told) || !got.says("I am ill") || !got.says(`name="version" value="2"`) {
		t.Errorf("called off as it was: %d %s", got.code, got.text)
	}
	if got := h.post(own+"/cancel", url.Values{"version": {"2"}}); got.code != http.StatusSeeOther {
		t.Errorf("called off as it is: %d %s", got.code, got.text)
	}
}
