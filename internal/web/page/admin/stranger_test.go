package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/org"
)

// filled puts an id of ours into a pattern.
func filled(pattern, id string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, strings.NewReplacer("{id}", id, "{person}", id, "{vendor}", "teams", "{step}", "consent", "{date}", "2026-12-24", "{off}", id).Replace(path)
}

// own are the routes of this room.
func (h *house) own() (patterns []string) {
	for _, r := range h.site.Routes() {
		_, path, _ := strings.Cut(r.Pattern, " ")
		if strings.HasPrefix(path, "/settings") || strings.HasPrefix(path, "/services") || strings.HasPrefix(path, "/staff") {
			if r.Permission == org.Public || r.Permission == org.Own {
				h.t.Errorf("%s is open to %s", r.Pattern, r.Permission)
			}
			patterns = append(patterns, r.Pattern)
		}
	}
	if len(patterns) < 40 {
		h.t.Errorf("only %d routes", len(patterns))
	}
	return patterns
}

func TestStrangersAreAskedToSignIn(t *testing.T) {
	h := build(t, registered)
	stranger := h.as(org.Person{})
	for _, pattern := range h.own() {
		method, path := filled(pattern, h.eleanor.ID)
		if got := stranger.send(method, path, "application/x-www-form-urlencoded", strings.NewReader("")); !strings.HasPrefix(got.path, "/signin") {
			t.Errorf("%s leads a stranger to %d at %s", pattern, got.status, got.path)
		}
	}
}

func TestMembersAreRefused(t *testing.T) {
	h := build(t, registered)
	for _, role := range []org.Role{org.Member, org.Scheduler, org.ProgramAdministrator, org.GroupLead, org.Superuser} {
		b := h.as(h.member(h.bank, org.Person{Name: string(role), Email: strings.ReplaceAll(string(role), " ", "") + "@harbourbank.example"}, role))
		for _, pattern := range h.own() {
			method, path := filled(pattern, h.eleanor.ID)
			if got := b.send(method, path, "application/x-www-form-urlencoded", strings.NewReader("")); got.status != http.StatusForbidden {
				t.Errorf("%s answers a %s %d", pattern, role, got.status)
			}
		}
	}
}

func TestAnotherOrganizationsThingsAreNotThere(t *testing.T) {
	h := build(t, registered)
	_, connection := h.connected()
	connectionID := connection[strings.LastIndex(connection, "/")+1:]
	serviceID := h.service("Mortgage review").ID
	other := h.organization("Fjord Credit")
	b := h.as(h.member(other, org.Person{Name: "Ida Berg", Email: "ida@fjordcredit.example"}, org.Administrator))
	for _, pattern := range h.own() {
		if !strings.Contains(pattern, "{id}") {
			continue
		}
		id := h.staff["Amelia Hart"].ID
		switch {
		case strings.Contains(pattern, "/settings/video/"):
			id = connectionID
		case strings.Contains(pattern, "/services/"):
			id = serviceID
		}
		method, path := filled(pattern, id)
		body := "field=email&on=true&who=" + id + "&date=2026-12-24&day=closed&start=2026-12-24&name=x&email=x@example.com"
		if got := b.send(method, path, "application/x-www-form-urlencoded", strings.NewReader(body)); got.status != http.StatusNotFound {
			t.Errorf("%s answers %d at %s", pattern, got.status, got.path)
		}
	}
	b.open("/settings/video").lacks("appointments@harbourbank.example")
	b.open("/staff").lacks("Amelia Hart")
	b.open("/services").lacks("Mortgage review")
	b.open("/settings/audit").lacks("Eleanor Price")
}
