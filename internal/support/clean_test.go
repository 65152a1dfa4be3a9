package support_test

import (
	"strings"
	"testing"

	"parley/internal/support"
)

func TestAPathSaysWhichPageAndNoMore(t *testing.T) {
	const id = "0193a4b2-7c1e-7f00-8a2b-5d6e7f809a1b"
	for path, want := range map[string]string{
		"/settings/video/" + id + "?told=abc#x":    "/settings/video/" + id,
		"/manage/v1.eyJhbGciOi.signature":          "/manage/…",
		"/manage/tok/reschedule?start=1":           "/manage/…",
		"/signin/link/ABC?next=/schedule":          "/signin/link/…",
		"/j/4K7M-2QWR-88FH-3Y9K":                   "/j/…",
		"/connect/callback?code=0.AXYA&state=s":    "/connect/callback",
		"/x/" + strings.Repeat("aB3", 12):          "/x/…",
		"http://[bad/settings?access_token=secret": "http://[bad/settings",
		"/schedule":                             "/schedule",
		"https://parley.example/manage/tok?x=1": "/manage/…",
		"/settings/connect/teams/tenant-and-a-very-long-name#": "/settings/connect/teams/…",
	} {
		if got := support.CleanPath(path); got != want {
			t.Errorf("%s becomes %s, want %s", path, got, want)
		}
	}
}

func TestAMessageLosesItsSecrets(t *testing.T) {
	for message, want := range map[string]string{
		"The calendar shows nothing on Tuesday at 14:30.":                    "The calendar shows nothing on Tuesday at 14:30.",
		"password: hunter2 does not work":                                    "password: … does not work",
		"My password is hunter2.":                                            "My password is …",
		"mon mot de passe est « s3same »":                                    "mon mot de passe est …",
		"I forgot my password, what now?":                                    "I forgot my password, what now?",
		"Authorization: Bearer abcdefgh12345678":                             "Authorization: … …",
		"curl -H 'Bearer abc.def-ghi_jkl'":                                   "curl -H 'Bearer …'",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF was refused":           "… was refused",
		"postgres://parley:hunter2@db/parley":                                "postgres://…@db/parley",
		"See https://bank.example/a?code=0.AX&state=1 please":                "See https://bank.example/a?… please",
		"https://parley.example/manage/abc.def":                              "https://parley.example/manage/…",
		"https://outlook.example/owa/calendar/AbC123AbC123AbC123AbC123/x":    "https://outlook.example/owa/calendar/…/x",
		"It is appointment 0193a4b2-7c1e-7f00-8a2b-5d6e7f809a1b":             "It is appointment 0193a4b2-7c1e-7f00-8a2b-5d6e7f809a1b",
		"key 0123456789abcdef0123456789abcdef here":                          "key … here",
		"------------------------------------------------":                   "------------------------------------------------",
		"client_secret=abc~1 and api-key: \"x y\" end":                       "client_secret=… and api-key: … end",
		"-----BEGIN PRIVATE KEY-----\nMIIEv\nabc\n-----END PRIVATE KEY-----": "…",
	} {
		got, removed := support.Clean(message)
		if got != want || removed > 0 != (got != message) {
			t.Errorf("%q becomes %q with %d taken out, want %q", message, got, removed, want)
		}
		if again, _ := support.Clean(got); again != got {
			t.Errorf("%q becomes %q when it is cleaned again", got, again)
		}
	}
}

// FuzzClean: whatever is typed, nothing breaks, and what stands behind a password
// is gone.
func FuzzClean(f *testing.F) {
	f.Add("password: x", "hunter22")
	f.Add("https://a.b/?", "Zx9aQ1")
	f.Fuzz(func(t *testing.T, before, _ string) {
		if len(before) > 5000 {
			return
		}
		text, removed := support.Clean(before + "\npassword: Zx9aQ1hunter\n")
		if strings.Contains(text, "Zx9aQ1hunter") && !strings.Contains(before, "Zx9aQ1hunter") || removed == 0 {
			t.Errorf("%q keeps the password: %q", before, text)
		}
		_ = support.CleanPath(before)
	})
}
