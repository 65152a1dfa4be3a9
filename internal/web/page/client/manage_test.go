package client_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"parley/internal/appointment"
)

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
