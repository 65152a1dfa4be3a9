package admin_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/internal/appointment"
	"parley/internal/org"
)

// TestAlternativesAreOrderedByButtons adds ways, moves one up, takes one away, and
// is refused when the list is not as it was seen.
func TestAlternativesAreOrderedByButtons(t *testing.T) {
	h := build(t, registered)
	b, page := h.connected()
	id := strings.TrimPrefix(page, "/settings/video/")
	const path = "/settings/video/alternatives"
	b.open("/settings/video").shows("If a link cannot be made")
	b.open(path).shows("Nothing is listed", "Phone call", "the staff member is asked to make it a phone call")
	press := func(seen []string, do, way string) url.Values {
		return url.Values{"seen": seen, "do": {do}, "way": {way}}
	}
	is := func(want ...string) {
		t.Helper()
		got, err := h.pages.Appointments.VideoAlternatives(t.Context(), h.orgs.Read(), h.bank.ID)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("the list is %v (%v), want %v", got, err, want)
		}
	}
	b.post(path, press(nil, "add", appointment.ByTelephone)).on(path).shows("The order is saved", "Then Phone call is taken")
	b.post(path, press([]string{appointment.ByTelephone}, "add", id)).shows("in this order, Microsoft Teams")
	is(appointment.ByTelephone, id)
	b.post(path, press([]string{appointment.ByTelephone, id}, "up.1", "")).shows("Then Microsoft Teams", `autofocus`)
	is(id, appointment.ByTelephone)
	b.post(path, press([]string{appointment.ByTelephone, id}, "remove.0", "")).is(http.StatusConflict).shows("Somebody else changed the list meanwhile")
	is(id, appointment.ByTelephone)
	b.post(path, press([]string{id, appointment.ByTelephone}, "down.0", "")).shows("Then Phone call is taken")
	b.post(path, press([]string{appointment.ByTelephone, id}, "add", "nobody's")).is(http.StatusUnprocessableEntity).shows("not there any more")
	for _, odd := range []string{"", "up.9", "up.-1", "sideways.0", "remove.x"} {
		b.post(path, press([]string{appointment.ByTelephone, id}, odd, "")).is(http.StatusUnprocessableEntity)
	}
	b.post(path, press([]string{appointment.ByTelephone, id}, "remove.1", "")).shows("Then Phone call is taken")
	is(appointment.ByTelephone)
}

// TestAPlatformSaysWhereItComesFrom chooses, and goes back to the default.
func TestAPlatformSaysWhereItComesFrom(t *testing.T) {
	h := build(t, registered)
	b, page := h.connected()
	id := strings.TrimPrefix(page, "/settings/video/")
	amelia := h.staff["Amelia Hart"]
	b.open("/staff/"+amelia.ID).shows("Video Calls Platform", "The organization’s default: Microsoft Teams", "In use now", "nothing else was chosen")
	h.ok(h.pages.Identities.SetPlatform(t.Context(), org.Actor{OrgID: h.bank.ID, PersonID: h.eleanor.ID, Name: "Eleanor Price", Roles: []org.Role{org.Administrator}}, amelia.ID, id))
	b.open("/staff/" + amelia.ID).shows("Own choice")
	b.open("/staff/"+h.staff["Omar Farouk"].ID).shows("None: no video appointments can be booked", "Where this comes from")
}
