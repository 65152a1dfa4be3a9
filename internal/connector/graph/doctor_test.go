package graph_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/fault"
	"parley/internal/sandbox"
)

func TestAHealthyConnectionIsOnlyFine(t *testing.T) {
	for name, settings := range map[string]map[string]string{"basic account": basicAccount, "full account": fullAccount,
		"basic application": basicApplication, "full application": fullApplication} {
		t.Run(name, func(t *testing.T) {
			w := admit(t, settings)
			for _, f := range w.examined() {
				if f.Severity != connector.Fine {
					t.Errorf("%s %s %s: %v", f.Severity, f.Name, f.Fault, f.Evidence)
				}
			}
			if n := len(w.LiveMeetings()); n != 0 {
				t.Errorf("%d meetings are left", n)
			}
			if n := len(w.Subscriptions()); n != 0 {
				t.Errorf("%d subscriptions are left", n)
			}
			if made := len(w.Meetings()); made != 1 {
				t.Errorf("%d meetings were made, want 1", made)
			}
		})
	}
}

func TestADemoThatPlaysNextMondayIsFine(t *testing.T) {
	w := admit(t, basicAccount)
	w.AdvanceClock(day)
	w.patient.Moved = day
	w.patient.Now, w.patient.Clock = time.Now().Add(day), time.Now().Add(day)
	if names := faults(w.examined()); len(names) > 0 {
		t.Errorf("faults %q", names)
	}
}

const day = 24 * time.Hour

// A planted fault is one that an installation can have, who has to act on it,
// and whether Microsoft itself told it.
type planted struct {
	name     string
	settings map[string]string
	plant    func(*ward)
	want     []string
	act      string
	told     bool
}

const (
	operator      = connector.ActOperator
	administrator = connector.ActAdministrator
	theirs        = connector.ActVendorAdmin
	microsofts    = connector.ActVendor
	nobody        = connector.ActNobody
)

func is(names ...string) []string { return names }

// Every fault of Microsoft's, the operator's and the customer's that can be had
// with the sandbox.
var plantedFaults = []planted{
	{"the tenant was closed", basicAccount, func(w *ward) { w.CloseTenant(sandbox.TenantID, true) }, is("tenant.gone"), theirs, true},
	{"the tenant is in another cloud", basicAccount, func(w *ward) { w.MoveTenant(sandbox.TenantID, true) }, is("tenant.cloud"), operator, true},

	{"no registration", basicAccount, func(w *ward) { w.keep, w.patient.Registration = true, connector.Registration{} }, is("app.unset"), operator, false},
	{"another client id", basicAccount, func(w *ward) { w.keep = true; w.patient.Registration.ClientID = object }, is("app.unknown"), operator, true},
	{"the registration was deleted", basicAccount, func(w *ward) { w.RemoveRegistration(true) }, is("app.unknown"), operator, true},
	{"the enterprise application was deleted", basicApplication, func(w *ward) { w.SetAppState(sandbox.TenantID, sandbox.AppRemoved) }, is("app.absent"), theirs, true},
	{"the enterprise application was deleted, service account", basicAccount, func(w *ward) { w.SetAppState(sandbox.TenantID, sandbox.AppRemoved) }, is("app.absent"), theirs, true},
	{"the application was disabled", basicAccount, func(w *ward) { w.SetAppState(sandbox.TenantID, sandbox.AppDisabled) }, is("app.disabled"), operator, true},
	{"another secret", basicAccount, func(w *ward) { w.SetSecret("another") }, is("app.secret"), operator, true},
	{"the secret expired", basicAccount, func(w *ward) { w.ExpireSecret(true) }, is("app.expired"), operator, true},
	{"the secret expires soon", basicAccount, func(w *ward) { w.patient.SecretEnds = time.Now().Add(10 * 24 * time.Hour) }, is("app.expiring"), operator, false},
	{"the date of the secret is old", basicAccount, func(w *ward) { w.patient.SecretEnds = time.Now().Add(-time.Hour) }, is("app.date"), operator, false},
	{"a certificate nobody uploaded", basicApplication, func(w *ward) { w.certified(-time.Hour, year, false) }, is("app.certificate"), operator, true},
	{"a certificate that ended", basicApplication, func(w *ward) { w.certified(-year, -time.Hour, true) }, is("app.certificate.expired"), operator, false},
	{"a certificate that ends soon", basicApplication, func(w *ward) { w.certified(-time.Hour, 5*24*time.Hour, true) }, is("app.expiring"), operator, false},
	{"a certificate without its key", basicAccount, func(w *ward) {
		w.keep = true
		w.patient.Registration.Certificate = connector.NewSecret("-----BEGIN CERTIFICATE-----")
	}, is("app.certificate.unreadable"), operator, false},

	{"the redirect address is not https", basicAccount, func(w *ward) { w.patient.RedirectURL = "http://parley.example/connect/return" }, is("redirect.insecure"), operator, false},
	{"the redirect address is not registered", basicAccount, func(w *ward) {
		w.patient.Refused = connector.OperatorFault(errors.New("AADSTS50011"), "teams.ours.redirect")
	}, is("redirect.unregistered"), operator, false},

	{"not used for long", basicAccount, func(w *ward) { w.AdvanceClock(100 * 24 * time.Hour) }, is("signin.idle"), administrator, true},
	{"sessions revoked", basicAccount, func(w *ward) { w.RevokeTokens(sandbox.Service) }, is("signin.revoked"), administrator, true},
	{"password reset", basicAccount, func(w *ward) { w.ResetPassword(sandbox.Service, sandbox.ResetInEntra) }, is("signin.revoked"), administrator, true},
	{"password expired", basicAccount, func(w *ward) { w.Demand(sandbox.Service, 50055) }, is("signin.password"), administrator, true},
	{"second factor", basicAccount, func(w *ward) { w.Demand(sandbox.Service, 50076) }, is("signin.mfa"), administrator, true},
	{"conditional access", basicAccount, func(w *ward) { w.Demand(sandbox.Service, 53003) }, is("signin.policy"), theirs, true},
	{"a risk", basicAccount, func(w *ward) { w.Demand(sandbox.Service, 53011) }, is("signin.risk"), theirs, true},
	{"assignment required", basicAccount, func(w *ward) { w.Demand(sandbox.Service, 50105) }, is("signin.assign"), theirs, true},
	{"the token is refused at Graph", basicAccount, func(w *ward) { w.keep = true; w.ExpireAccessTokens(sandbox.Service) }, is("signin.lost"), administrator, true},
	{"disconnected", basicAccount, func(w *ward) { w.patient.Refused = fault.New(fault.Denied, "vault.lend.off") }, is("signin.off"), administrator, false},
	{"made with another application", basicAccount, func(w *ward) { w.patient.Refused = fault.New(fault.SignIn, "vault.fault.registration") }, is("signin.registration"), administrator, false},
	{"waiting to renew", basicAccount, func(w *ward) { w.patient.Refused = fault.New(fault.Limited, "vault.renew.later") }, is("signin.later"), nobody, false},

	{"the account was disabled", basicAccount, func(w *ward) { w.Disable(sandbox.Service, true) }, is("account.disabled"), theirs, true},
	{"the account was deleted", basicAccount, func(w *ward) {
		w.keep = true
		w.graph = w.answering("GET", "/users/"+w.patient.Account.ID, 404, notFound)
	}, is("account.gone"), theirs, true},
	{"the account lives in another tenant now", basicAccount, func(w *ward) { w.MoveUser(sandbox.Service, sandbox.OtherTenant) }, is("account.elsewhere"), administrator, true},
	{"the account is a guest", fullAccount, func(w *ward) { w.ChangeUser(sandbox.Service, func(u *sandbox.User) { u.Guest, u.Admin = true, true }) },
		is("account.guest"), administrator, true},
	{"the account came from elsewhere", basicAccount, func(w *ward) { w.Rename(sandbox.Service, "appointments_partner.example#EXT#@harbourbank.example") }, is("account.external"), administrator, true},
	{"the account has no licence", fullAccount, func(w *ward) { w.License(sandbox.Service, false) }, is("account.licence"), theirs, true},
	{"the account may make no meetings", basicAccount, func(w *ward) { w.License(sandbox.Service, false) }, is("meeting.refused"), theirs, true},

	{"all consent withdrawn", basicAccount, func(w *ward) { w.WithdrawConsent(sandbox.TenantID) }, is("signin.revoked"), administrator, true},
	{"one scope withdrawn", basicAccount, func(w *ward) { w.WithdrawScope(sandbox.TenantID, "OnlineMeetings.ReadWrite") }, is("consent.lost"), administrator, true},
	{"a consent that ended, and each permission alone is given", basicAccount, func(w *ward) { w.login = w.once(w.renewals(65001)) }, is("consent.ended"), administrator, true},
	{"the consent was declined", basicAccount, func(w *ward) { w.patient.Refused = fault.New(fault.SignIn, "teams.admin.declined") }, is("consent.gone"), theirs, false},
	{"a scope was never granted", basicAccount, func(w *ward) {
		w.keep, w.patient.Scopes = true, []string{"OnlineMeetings.ReadWrite"}
	}, is("consent.missing"), theirs, false},
	{"an application permission for meetings withdrawn", basicApplication, func(w *ward) { w.WithdrawPermission(sandbox.TenantID, "OnlineMeetings.ReadWrite.All") }, is("consent.withdrawn"), theirs, true},
	{"an application permission for people withdrawn", basicApplication, func(w *ward) { w.WithdrawPermission(sandbox.TenantID, "User.ReadBasic.All") }, is("consent.withdrawn"), theirs, true},
	{"an administrator has to approve", basicAccount, func(w *ward) { w.login = w.renewals(90094) }, is("consent.admin"), theirs, true},
	{"full was asked, basic granted", basicAccount, func(w *ward) { w.keep = true; w.patient.Settings["consent"] = "full" }, is("consent.level"), theirs, false},

	{"the directory is hidden", basicAccount, func(w *ward) { w.HideUsers(sandbox.TenantID, true) }, is("directory.hidden"), theirs, true},
	{"the directory is throttled", basicAccount, func(w *ward) { w.fault("listUsers", 429, "") }, is("directory.throttled"), nobody, true},
	{"the directory shows nobody", basicAccount, func(w *ward) { w.fault("listUsers", 200, `{"value":[]}`) }, is("directory.short"), theirs, true},

	{"nobody is matched", basicAccount, func(w *ward) { w.patient.Probe = "" }, is("person.none"), administrator, false},
	{"the test person was deleted", basicAccount, func(w *ward) { w.DeleteUser(testPerson) }, is("person.gone"), administrator, true},
	{"the test person was deleted, application", basicApplication, func(w *ward) { w.DeleteUser(testPerson) }, is("person.gone"), administrator, true},
	{"the test person is disabled", fullAccount, func(w *ward) { w.Disable(testPerson, true) }, is("person.disabled"), theirs, true},
	{"the test person has no licence", fullAccount, func(w *ward) { w.License(testPerson, false) }, is("person.licence"), theirs, true},
	{"the test person is a guest", fullAccount, func(w *ward) { w.ChangeUser(testPerson, func(u *sandbox.User) { u.Guest = true }) }, is("person.guest"), administrator, true},
	{"the test person came from elsewhere", basicAccount, func(w *ward) { w.Rename(testPerson, "amelia_partner.example#EXT#@harbourbank.example") }, is("person.external"), administrator, true},
	{"the test person may hold no meetings", basicApplication, func(w *ward) { w.License(testPerson, false) }, is("person.refused"), theirs, true},

	{"no policy", basicApplication, func(w *ward) { w.RemovePolicy(sandbox.TenantID, "", 0) }, is("policy.missing"), theirs, true},
	{"the policy is not yet in force", basicApplication, func(w *ward) {
		w.RemovePolicy(sandbox.TenantID, "", 0)
		w.GrantPolicy(sandbox.TenantID, sandbox.PolicyDelay)
	}, is("policy.missing"), theirs, true},
	{"the policy leaves the test person out", basicApplication, func(w *ward) {
		w.RemovePolicy(sandbox.TenantID, "", 0)
		for _, u := range w.Users(sandbox.TenantID) {
			if u.UPN != testPerson {
				w.GrantPolicy(sandbox.TenantID, 0, u.ID)
			}
		}
	}, is("policy.person"), theirs, true},

	{"no link", basicAccount, func(w *ward) { w.fault("createOrGet", 201, `{"id":"MSo"}`) }, is("meeting.link"), microsofts, true},
	{"meetings are slowed down", basicAccount, func(w *ward) { w.fault("createOrGet", 429, "") }, is("meeting.throttled"), nobody, true},
	{"the meeting is lost", basicAccount, func(w *ward) { w.fault("getMeeting", 404, "") }, is("meeting.lost"), microsofts, true},
	{"the lobby does not stay", basicAccount, func(w *ward) { w.made("everyone", "roleIsPresenter", "coorganizer") }, is("settings.lobby"), theirs, true},
	{"the presenters do not stay", basicAccount, func(w *ward) { w.made("invited", "everyone", "coorganizer") }, is("settings.presenters"), theirs, true},
	{"the host does not stay", basicAccount, func(w *ward) { w.made("invited", "roleIsPresenter", "attendee") }, is("settings.hosts"), theirs, true},
	{"changes are refused", basicAccount, func(w *ward) { w.graph = w.patching(400) }, is("settings.refused"), microsofts, true},
	{"deleting is refused", basicAccount, func(w *ward) { w.fault("deleteMeeting", 403, "") }, is("removal.refused"), microsofts, true},
	{"the month is full", basicAccount, func(w *ward) { w.UseUpMeetings(sandbox.Service, 2000) }, is("limit.reached"), administrator, true},
	{"the month is full by our own count", basicAccount, func(w *ward) { w.patient.MadeThisMonth = 2000 }, is("limit.reached"), administrator, false},
	{"the month is nearly full", basicAccount, func(w *ward) { w.patient.MadeThisMonth = 1700 }, is("limit.near"), administrator, false},

	{"our address cannot be reached", fullAccount, func(w *ward) { w.patient.NotifyURL = closed() }, is("notify.unreachable"), operator, true},
	{"our address is not https", fullAccount, func(w *ward) { w.patient.NotifyURL = "http://parley.example/hook/graph" }, is("notify.insecure"), operator, false},
	{"subscriptions are refused", fullAccount, func(w *ward) { w.fault("createSubscription", 403, "") }, is("notify.refused"), theirs, true},
	{"the subscription is ending", fullAccount, func(w *ward) { w.subscribe(time.Hour) }, is("notify.expiring"), operator, true},
	{"an older subscription is ending", fullAccount, func(w *ward) { w.subscribe(time.Hour); w.subscribe(10 * day) }, is(), "", true},
	{"a subscription is not given back", fullAccount, func(w *ward) { w.fault("deleteSubscription", 418, `{"error":{"code":"Teapot"}}`) }, is("answer.odd"), operator, true},

	{"this machine's clock is off", basicAccount, func(w *ward) { w.patient.Clock = time.Now().Add(time.Hour) }, is("clock.machine"), operator, true},
	{"the database's clock is off", basicAccount, func(w *ward) { w.patient.Now = time.Now().Add(-time.Hour) }, is("clock.database"), operator, true},
	{"both clocks are off", basicAccount, func(w *ward) { w.SkewClock(20 * time.Minute) }, is("clock.both"), operator, true},
	{"the clocks are apart and Microsoft is away", basicAccount, func(w *ward) {
		w.login, w.graph, w.keep = failing(&net.DNSError{IsNotFound: true}), failing(&net.DNSError{IsNotFound: true}), true
		w.patient.Clock = time.Now().Add(time.Minute)
	}, is("clock.apart", "reach.name"), operator, false},

	{"Graph is down", basicAccount, func(w *ward) { w.fault("", 503, "") }, is("reach.vendor"), microsofts, true},
	{"sign-in is down", basicAccount, func(w *ward) { w.keep = true; w.login = w.answering("", "", 503, "") }, is("reach.vendor"), microsofts, false},
	{"a proxy answers for Graph", basicAccount, func(w *ward) { w.keep = true; w.graph = w.answering("", "", 200, "<html>Sign in to the proxy") }, is("reach.proxy"), operator, false},
	{"a proxy wants a password", basicAccount, func(w *ward) { w.keep = true; w.graph = w.answering("", "", 407, "") }, is("reach.proxy"), operator, false},
	{"a proxy redirects", basicAccount, func(w *ward) { w.keep = true; w.graph = w.answering("", "", 302, "") }, is("reach.proxy"), operator, false},
	{"a proxy opens what is sealed", basicAccount, func(w *ward) {
		w.keep, w.graph = true, failing(&tls.CertificateVerificationError{Err: errors.New("unknown authority")})
	}, is("reach.tls"), operator, false},
	{"the name cannot be found", basicAccount, func(w *ward) { w.keep, w.graph = true, failing(&net.DNSError{IsNotFound: true}) }, is("reach.name"), operator, false},
	{"nobody answers", basicAccount, func(w *ward) { w.keep, w.graph = true, failing(&net.OpError{Op: "dial", Err: errors.New("refused")}) }, is("reach.silent"), operator, false},
	{"Microsoft asks for a rest", basicAccount, func(w *ward) {
		w.keep = true
		w.graph = w.answering("GET", "/users/"+w.patient.Account.ID, 429, `{"error":{"code":"TooManyRequests"}}`)
	},
		is("reach.throttled"), nobody, true},
	{"the sign-in service refuses our proof for its time", basicAccount, func(w *ward) { w.keep = true; w.login = w.tokens401(700024) }, is("app.clock"), operator, true},
	{"the registration lacks a permission", basicAccount, func(w *ward) { w.login = w.tokens401(70011) }, is("app.scope"), operator, true},
	{"our application is refused for a reason nobody knows", basicAccount, func(w *ward) { w.keep = true; w.login = w.tokens401(7000999) }, is("app.refused"), operator, true},
	{"an answer nobody knows", basicAccount, func(w *ward) { w.fault("listUsers", 418, `{"error":{"code":"Teapot"}}`) }, is("answer.odd"), operator, true},

	{"two: the secret is wrong and the directory hidden", basicAccount, func(w *ward) {
		w.keep = true
		w.SetSecret("another")
		w.HideUsers(sandbox.TenantID, true)
	}, is("app.secret", "directory.hidden"), "", true},
	{"two: revoked and the secret ends soon", basicAccount, func(w *ward) {
		w.RevokeTokens(sandbox.Service)
		w.patient.SecretEnds = time.Now().Add(10 * 24 * time.Hour)
	}, is("app.expiring", "signin.revoked"), "", false},
	{"two: no licence and the test person gone", fullAccount, func(w *ward) {
		w.License(sandbox.Service, false)
		w.DeleteUser(testPerson)
	}, is("account.licence", "person.gone"), "", true},
	{"two: no policy and a scope withdrawn", fullApplication, func(w *ward) {
		w.RemovePolicy(sandbox.TenantID, "", 0)
		w.WithdrawPermission(sandbox.TenantID, "User.Read.All")
	}, is("consent.level", "notify.refused", "policy.missing"), "", true},
	{"two: the lobby and the presenters", basicAccount, func(w *ward) { w.made("everyone", "everyone", "coorganizer") }, is("settings.lobby", "settings.presenters"), "", true},
	{"three: redirect, clock and month", basicAccount, func(w *ward) {
		w.patient.RedirectURL, w.patient.MadeThisMonth = "http://parley.example/x", 1999
		w.patient.Clock = time.Now().Add(time.Hour)
	}, is("clock.machine", "limit.near", "redirect.insecure"), "", false},
}

const (
	year     = 365 * 24 * time.Hour
	notFound = `{"error":{"code":"Request_ResourceNotFound","innerError":{"request-id":"r-1"}}}`
)

func TestEachFaultIsNamedAndNoOther(t *testing.T) {
	for _, c := range plantedFaults {
		t.Run(c.name, func(t *testing.T) {
			w := admit(t, c.settings)
			c.plant(w)
			found := w.examined()
			if diff := cmp.Diff(c.want, faults(found)); diff != "" {
				t.Fatalf("faults (-want +got):\n%s%s", diff, report(found))
			}
			for _, f := range found {
				if f.Fault == "" {
					continue
				}
				if c.act != "" && f.Act != c.act {
					t.Errorf("%s is for the %s, want %s", f.Fault, f.Act, c.act)
				}
				if c.told && len(c.want) == 1 && !evident(f) {
					t.Errorf("%s has no evidence of Microsoft's: %+v", f.Fault, f.Evidence)
				}
			}
		})
	}
}

// TestAHiddenPersonIsBlamedOnTheDirectory tells a directory that shows nobody from
// a permission that is not there.
func TestAHiddenPersonIsBlamedOnTheDirectory(t *testing.T) {
	for name, plant := range map[string]func(*ward){
		"read of nobody else": func(w *ward) { w.HideUsers(sandbox.TenantID, true) },
		"an empty list": func(w *ward) {
			w.fault("listUsers", 200, `{"value":[]}`)
			w.graph = w.answering("GET", "/users/"+w.patient.Probe, 403, `{"error":{"code":"Authorization_RequestDenied"}}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := admit(t, basicAccount)
			plant(w)
			found := w.examined()
			i := slices.IndexFunc(found, func(f connector.Finding) bool { return f.Name == "person" })
			if i < 0 || found[i].Text != "teams.doctor.unseen.because.directory" {
				t.Errorf("the person: %s", report(found))
			}
		})
	}
}

// report is what was found in few words.
func report(all []connector.Finding) (text string) {
	for _, f := range all {
		text += fmt.Sprintln(f.Severity, f.Name, f.Fault, f.Text, f.Evidence)
	}
	return text
}

// evident reports whether Microsoft's own answer stands beside a finding.
func evident(f connector.Finding) bool {
	return slices.ContainsFunc(f.Evidence, func(e connector.Evidence) bool { return e.Call != "" && e.Status != 0 })
}

// TestTheDoctorKnowsItsFaults counts what is planted: every fault that can be
// named has a test that plants it.
func TestTheDoctorKnowsItsFaults(t *testing.T) {
	all := map[string]bool{}
	for _, c := range plantedFaults {
		for _, name := range c.want {
			all[name] = true
		}
	}
	t.Logf("%d faults planted: %s", len(all), strings.Join(slices.Sorted(maps.Keys(all)), " "))
	for _, name := range graph.NamedFaults() {
		if !all[name] && !unplanted[name] {
			t.Errorf("nobody plants %s", name)
		}
	}
}

// unplanted are the faults that only the internal test can show.
var unplanted = map[string]bool{}

// certified proves the application with a certificate from now.
func (w *ward) certified(begins, ends time.Duration, uploaded bool) {
	w.t.Helper()
	text, der := certificate(w.t, time.Now().Add(begins), time.Now().Add(ends))
	if uploaded {
		if err := w.Certify(der); err != nil {
			w.t.Fatal(err)
		}
	}
	w.patient.Registration = connector.Registration{ClientID: sandbox.ClientID, Certificate: text}
}

// fault makes a call at Graph go wrong, or every call.
func (w *ward) fault(call string, status int, body string) {
	w.Fault(sandbox.Fault{Vendor: "graph", Call: call, Status: status, Body: body,
		Headers: map[string]string{"Parley-Test": "1", "request-id": "r-1", "Content-Type": "application/json"}})
}

// made is what reading the meeting again shows.
func (w *ward) made(lobby, presenters, role string) {
	w.fault("getMeeting", 200, `{"id":"m","lobbyBypassSettings":{"scope":"`+lobby+`"},"allowedPresenters":"`+presenters+
		`","participants":{"attendees":[{"identity":{"user":{"id":"`+w.patient.Probe+`"}},"role":"`+role+`"}]}}`)
}

// answering answers calls in Microsoft's place.
func (w *ward) answering(method, path string, status int, body string) http.RoundTripper {
	return trip(func(r *http.Request) (*http.Response, error) {
		if method != "" && (r.Method != method || !strings.Contains(r.URL.Path, path)) {
			return w.wire.RoundTrip(r)
		}
		header := http.Header{"Content-Type": {"application/json"}}
		if strings.HasPrefix(body, "<html") {
			header.Set("Content-Type", "text/html; charset=utf-8")
		}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}

// tokens401 refuses the application at the token endpoint.
func (w *ward) tokens401(number int) http.RoundTripper {
	return w.answering(http.MethodPost, "/token", 401, fmt.Sprintf(`{"error":"invalid_client","error_codes":[%d],"correlation_id":"c-1"}`, number))
}

// renewals are refused, and nothing else.
func (w *ward) renewals(number int) http.RoundTripper {
	body := fmt.Sprintf(`{"error":"invalid_grant","error_codes":[%d],"correlation_id":"c-1"}`, number)
	return trip(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPost {
			return w.wire.RoundTrip(r)
		}
		form, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(form)
		if err != nil || !strings.Contains(string(text), "refresh_token") {
			return w.wire.RoundTrip(r)
		}
		return &http.Response{StatusCode: 400, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}

// patching refuses the first change of a meeting, and lets its end pass.
func (w *ward) patching(status int) http.RoundTripper {
	refused := false
	return trip(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPatch || refused {
			return w.wire.RoundTrip(r)
		}
		refused = true
		return &http.Response{StatusCode: status, Header: http.Header{"Request-Id": {"r-1"}}, Body: io.NopCloser(strings.NewReader(`{"error":{"code":"BadRequest"}}`)), Request: r}, nil
	})
}

// subscribe makes the subscription that there should be, which ends soon.
func (w *ward) subscribe(life time.Duration) {
	w.t.Helper()
	w.lend()
	if _, err := w.vendor.Changes.Subscribe(w.t.Context(), w.patient.Client, w.patient.NotifyURL, connector.NewSecret("s"), time.Now().Add(life)); err != nil {
		w.t.Fatal(err)
	}
}

func failing(err error) http.RoundTripper {
	return trip(func(*http.Request) (*http.Response, error) { return nil, err })
}

// closed is an address at which nobody listens any more.
func closed() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/hook/graph"
}
