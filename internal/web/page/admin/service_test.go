package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/appointment"
	"parley/internal/org"
)

// service is a service that all advisers offer by every method.
func (h *house) service(name string) appointment.Service {
	h.t.Helper()
	s := appointment.NewService(name)
	s.Methods = appointment.Methods()
	for _, p := range h.staff {
		s.Staff = append(s.Staff, p.ID)
	}
	s, err := h.pages.Appointments.SaveService(h.t.Context(), org.Actor{OrgID: h.bank.ID, PersonID: h.eleanor.ID, Name: "Eleanor Price", Roles: []org.Role{org.Administrator}}, s)
	h.ok(err)
	return s
}

// serviceForm is a form that is filled in well.
func serviceForm(change ...string) url.Values {
	f := url.Values{"name": {"Mortgage review"}, "slug": {""}, "duration": {"45"}, "buffer_before": {"0"}, "buffer_after": {"10"}, "step": {"15"}, "notice": {"240"},
		"ahead": {"60"}, "methods": {"in_person", "video"}, "lobby": {"organization"}, "active": {"on"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

func TestAServiceIsAdded(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.open("/services").on("/services").shows("No services yet", `href="/services/new"`)
	b.open("/services/new").on("/services/new").shows("New service", "Amelia Hart", "Nothing is asked.")
	form := serviceForm("questions.0.label", "What is it about?", "questions.0.kind", "choice", "questions.0.options", "A house\nA flat\n", "questions.0.required", "on",
		"staff", h.staff["Amelia Hart"].ID)
	saved := b.post("/services/new", form).is(http.StatusOK).shows("“Mortgage review” is saved.", "What is it about?", "A house\nA flat", h.url+"/book/harbour-bank/mortgage-review",
		"0 of 1 can take video appointments", "/settings/video")
	b.open("/services").shows("Mortgage review", "45 minutes", "In person and Video call", "0 of 1 can take video appointments", "Active")
	b.post("/services/new", serviceForm()).is(http.StatusUnprocessableEntity).shows("Another service already uses the address “mortgage-review”")
	form.Del("active")
	form.Set("questions.0.id", saved.between(`name="questions.0.id" value="`, `"`))
	b.post(saved.path, form).on(saved.path).shows("Inactive")
	services, err := h.pages.Appointments.Services(t.Context(), h.orgs.Read(), h.bank.ID)
	h.ok(err)
	if s := services[0]; len(services) != 1 || s.Questions[0].ID != form.Get("questions.0.id") || len(s.Questions[0].Options) != 2 || s.Lobby != "organization" || s.Active {
		t.Errorf("services = %+v", services)
	}
}

func TestABadServiceKeepsWhatWasTyped(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	for name, c := range map[string]struct{ field, value, says string }{
		"no name":           {"name", "", "Give the service a name."},
		"a long name":       {"name", strings.Repeat("x", 10_000), "Please keep it to 200 characters."},
		"a bad address":     {"slug", "Mortgage Review!", "Use small letters, digits and single hyphens"},
		"words":             {"duration", "half an hour", "Choose a whole number of minutes between"},
		"too long":          {"duration", "99999999999999999999", "Choose a whole number of minutes between"},
		"negative":          {"buffer_after", "-5", "Choose a whole number of minutes between"},
		"no method":         {"methods", "by pigeon", "Choose in person, phone call or video call."},
		"an unknown lobby":  {"lobby", "nobody-knows", "Choose who waits to be let in."},
		"an empty question": {"questions.0.label", "", "Write the question."},
		"markup":            {"slug", "<script>alert(1)</script>", "Use small letters"},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.post("/services/new", serviceForm("description", "kept as it was", c.field, c.value)).is(http.StatusUnprocessableEntity)
			got.shows(c.says, "There is a problem", "kept as it was")
			if strings.Contains(got.raw, "<script>alert") {
				t.Error("what was typed became markup")
			}
		})
	}
	b.post("/services/new", serviceForm("staff", h.eleanor.ID[:20])).is(http.StatusNotFound)
}

func TestQuestionsAreEditedWithoutAScript(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	form := serviceForm("do", "add")
	b.post("/services/new", form).on("/services/new").shows(`name="questions.0.label"`).lacks(`name="questions.1.label"`)
	form = serviceForm("do", "remove.0", "questions.0.label", "First?", "questions.0.kind", "text", "questions.0.required", "on", "questions.1.label", "Second?", "questions.1.kind", "long")
	got := b.post("/services/new", form).on("/services/new").shows(`name="questions.0.label"`, "Second?").lacks("First?", `name="questions.1.label"`)
	if strings.Contains(got.between(`name="questions.0.required"`, ">"), "checked") {
		t.Error("the second question took over that the first must be answered")
	}
	b.post("/services/new", serviceForm("do", "remove.99")).on("/services/new")
	b.post("/services/new", serviceForm("do", "nonsense")).on("/services/new")
	b.open("/services").shows("No services yet")
}

func TestTheServicePageSaysWhoCanTakeVideo(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	b, _ := h.connected()
	b.open("/services/"+s.ID).shows("10 of 12 can take video appointments", "Omar Farouk", "Go to Video Calls")
	b.open("/services").shows("10 of 12 can take video appointments")
}
