package graph_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/fault"
)

// answers are those of a set-up, by way and level.
func answers(way, level string) map[string]string {
	return map[string]string{"tenant": tenant, graph.AnswerWay: way, graph.AnswerConsent: level}
}

// Least data: what is asked for is exactly this, for each way and each level,
// and never a recording, a calendar, a chat or a mail.
func TestTheScopesAskedForAreTheseAndNoMore(t *testing.T) {
	const at = "https://graph.microsoft.com/"
	basic := "openid profile offline_access " + at + "OnlineMeetings.ReadWrite " + at + "User.ReadBasic.All"
	full := basic + " " + at + "User.Read.All " + at + "LicenseAssignment.Read.All"
	m := newMicrosoft(t)
	for _, c := range []struct{ way, level, signIn, approval, shown string }{
		{"", "", basic, basic, "OnlineMeetings.ReadWrite User.ReadBasic.All openid profile offline_access"},
		{"account", "basic", basic, basic, "OnlineMeetings.ReadWrite User.ReadBasic.All openid profile offline_access"},
		{"account", "full", full, full, "OnlineMeetings.ReadWrite User.ReadBasic.All User.Read.All! LicenseAssignment.Read.All openid profile offline_access"},
		{"application", "basic", "openid profile", at + ".default", "OnlineMeetings.ReadWrite.All! User.ReadBasic.All! openid profile"},
		{"application", "full", "openid profile", at + ".default", "OnlineMeetings.ReadWrite.All! User.ReadBasic.All! User.Read.All! LicenseAssignment.Read.All! openid profile"},
	} {
		a := ask()
		a.Settings = answers(c.way, c.level)
		signIn, err := m.vendor().Authorizer.AuthURL(t.Context(), registration(), a)
		approval, approvalErr := m.vendor().Authorizer.AdminConsentURL(t.Context(), registration(), a)
		if err != nil || approvalErr != nil {
			t.Fatal(err, approvalErr)
		}
		var shown []string
		for _, step := range m.vendor().Setup.Steps(a.Settings) {
			for _, s := range step.Scopes {
				shown = append(shown, s.Name+map[bool]string{true: "!"}[s.Admin])
			}
		}
		got := [3]string{scopeOf(signIn), scopeOf(approval), strings.Join(shown, " ")}
		if diff := cmp.Diff([3]string{c.signIn, c.approval, c.shown}, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.way, c.level, diff)
		}
	}
}

func scopeOf(address string) string {
	u, _ := url.Parse(address)
	return u.Query().Get("scope")
}

// What the operator registers is the union of all that may be asked for.
func TestThePermissionsToRegisterAreThoseThatAreAskedFor(t *testing.T) {
	want := map[string]bool{}
	v := newMicrosoft(t).vendor()
	for _, level := range []string{"basic", "full"} {
		for way, kind := range map[string]string{"account": connector.Delegated, "application": connector.Application} {
			for _, step := range v.Setup.Steps(answers(way, level)) {
				for _, s := range step.Scopes {
					if way == "account" || s.Admin {
						want[kind+" "+s.Name] = true
					}
				}
			}
		}
	}
	got := map[string]bool{}
	for _, p := range v.App.Permissions {
		got[p.Kind+" "+p.Name] = true
		for _, never := range []string{"Recording", "Transcript", "Calendars", "Mail", "Chat", "Files", "Write.All"} {
			if strings.Contains(p.Name, never) && p.Name != "OnlineMeetings.ReadWrite.All" {
				t.Errorf("%s is asked for", p.Name)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("permissions (-asked +registered):\n%s", diff)
	}
}

func TestInGovernmentCloudsThePermissionsAreThoseOfThatCloud(t *testing.T) {
	v := graph.Vendor(graph.Config{LoginURL: "https://login.microsoftonline.us", GraphURL: "https://graph.microsoft.us"})
	address, err := v.Authorizer.AuthURL(t.Context(), registration(), ask())
	if err != nil || !strings.Contains(scopeOf(address), "https://graph.microsoft.us/User.ReadBasic.All") || strings.Contains(address, "microsoft.com") {
		t.Errorf("%s %v", address, err)
	}
}

// The steps follow the answers, and who chose nothing gets the usual way.
func TestTheStepsOfEachWay(t *testing.T) {
	v := newMicrosoft(t).vendor()
	for way, want := range map[string]string{
		"": "prepare way field tenant consent preview finish", "account": "prepare way field tenant consent preview finish",
		"application": "prepare way field tenant consent preview policy finish",
	} {
		var names []string
		for _, s := range v.Setup.Steps(answers(way, "")) {
			names = append(names, s.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %s, want %s", way, got, want)
		}
		waits := v.Health.Waits(answers(way, "")) != ""
		if waits != slices.Contains(names, "policy") {
			t.Errorf("%q: waits %v", way, waits)
		}
	}
	got, err := v.Setup.Answer(t.Context(), "way", map[string]string{"kept": "yes"})
	if diff := cmp.Diff(map[string]string{"kept": "yes", "way": "account", "consent": "basic"}, got); diff != "" || err != nil {
		t.Errorf("the usual way (-want +got):\n%s%v", diff, err)
	}
}

// The commands can be pasted as they are, and whatever an id holds, it stays one
// argument.
func TestThePolicyCommands(t *testing.T) {
	v := newMicrosoft(t).vendor()
	if got := v.Setup.Wait(registration(), answers("account", "full"), []string{"a"}); got != nil {
		t.Errorf("a service account waits for %+v", got)
	}
	var lines []string
	for _, h := range v.Setup.Wait(registration(), answers("application", ""), []string{object, "o'id; rm"}) {
		lines = append(lines, strings.Split(h.Copy, "\n")...)
	}
	want := []string{
		"Install-Module MicrosoftTeams -Scope CurrentUser", "Connect-MicrosoftTeams",
		"New-CsApplicationAccessPolicy -Identity Parley -AppIds " + client,
		"Grant-CsApplicationAccessPolicy -PolicyName Parley -Global",
		"Grant-CsApplicationAccessPolicy -PolicyName Parley -Identity " + object,
		"Grant-CsApplicationAccessPolicy -PolicyName Parley -Identity 'o''id; rm'",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestWhatIsLackingOfWhatWasAskedFor(t *testing.T) {
	lacking := newMicrosoft(t).vendor().Health.Lacking
	for _, c := range []struct{ way, level, scopes, need, want string }{
		{"account", "full", "OnlineMeetings.ReadWrite https://graph.microsoft.com/User.ReadBasic.All", "", "User.Read.All LicenseAssignment.Read.All"},
		{"account", "full", "User.Read.All LicenseAssignment.Read.All", "OnlineMeetings.ReadWrite User.ReadBasic.All", ""},
		{"account", "basic", "OnlineMeetings.ReadWrite user.readbasic.all", "", ""},
		{"application", "full", "OnlineMeetings.ReadWrite.All User.ReadBasic.All User.Read.All", "", "LicenseAssignment.Read.All"},
		{"application", "full", "", "", ""},
	} {
		need, want := lacking(answers(c.way, c.level), strings.Fields(c.scopes))
		if got := [2]string{strings.Join(need, " "), strings.Join(want, " ")}; got != [2]string{c.need, c.want} {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// Where the whole profile is not permitted any more, meetings go on.
func TestARenewalFallsBackToTheBasicLevel(t *testing.T) {
	m := newMicrosoft(t)
	var asked []string
	m.token = func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked = append(asked, r.PostForm.Get("scope"))
		if strings.Contains(r.PostForm.Get("scope"), "User.Read.All") {
			refuse(w, 400, "invalid_grant", 65001)
			return
		}
		grantWith("")(w, r)
	}
	got, err := m.vendor().Authorizer.Renew(t.Context(), registration(), answers("account", "full"), connector.NewSecret("r"))
	if err != nil || len(asked) != 2 || (m.vendor().Directory.Level(got.Scopes)) != connector.Basic {
		t.Errorf("asked %q, got %v, %v", asked, got.Scopes, err)
	}
	asked = nil
	m.token = func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, "")
		refuse(w, 400, "invalid_grant", 700082)
	}
	_, err = m.vendor().Authorizer.Renew(t.Context(), registration(), answers("account", "full"), connector.NewSecret("r"))
	if f := fault.As(err); f == nil || f.Key != "teams.again.idle" || len(asked) != 1 {
		t.Errorf("asked %d times, %v", len(asked), err)
	}
}
