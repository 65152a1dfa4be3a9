package admin_test

import (
	"net/http"
	"net/url"
	"testing"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web/page"
)

// TestTheBookingPageIsSetAtOnce saves its two settings, then a form that changes
// one of them: the journal tells of what was changed and of nothing else.
func TestTheBookingPageIsSetAtOnce(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	save := func(form url.Values, says ...string) {
		b.post("/settings/booking", form).on("/settings/booking").shows(says...)
	}
	save(url.Values{"origins": {"https://harbourbank.example"}}, "https://harbourbank.example", "data-organization=")
	save(url.Values{"origins": {"https://harbourbank.example"}, "asks": {"on"}})
	save(url.Values{"origins": {"https://harbourbank.example"}, "asks": {"on"}})
	b.post("/settings/booking", url.Values{"origins": {"not a site"}}).is(http.StatusUnprocessableEntity).shows("There is a problem", "not a site")
	var told []string
	entries, err := h.orgs.Journal(t.Context(), h.d, h.bank.ID, org.JournalFilter{Verb: "setting.set"}, org.Page{})
	h.ok(err)
	for _, e := range entries {
		told = append(told, e.ObjectID+"="+e.Data["value"])
	}
	want := []string{appointment.AsksFeedback + "=true", page.FrameOrigins + "=https://harbourbank.example", appointment.AsksFeedback + "=false"}
	if len(told) != 3 || told[0] != want[0] || told[1] != want[1] || told[2] != want[2] {
		t.Errorf("the journal tells %q, newest first, want %q", told, want)
	}
}
