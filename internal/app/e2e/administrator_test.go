package e2e_test

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"

	"parley/internal/sandbox"
)

// signIn enters as somebody whom the demo offers to be.
func (s *scene) signIn(name string) *tab {
	b := s.visit("Europe/London")
	b.open(s.house.base + "/signin")
	b.shows(b.T("member.signin"))
	b.looks("signin")
	b.press(name)
	b.shows(b.T("schedule.title"))
	return b
}

// connect goes from the menu to a connected Microsoft Teams.
func (s *scene) connect(b *tab) {
	b.menu("Settings")
	b.looks("")
	b.follow("Integrations & API")
	b.looks("")
	b.follow("Video Calls")
	b.looks("")
	b.follow("New")
	b.looks("")
	b.follow("Microsoft Teams")
	s.wizard(b)
	s.microsoft(b)
	s.preview(b)
	if got := len(s.house.calls("graph", "listUsers")); got == 0 {
		s.t.Error("Microsoft was never asked who is in the directory")
	}
}

// wizard answers every step, with a wrong tenant first.
func (s *scene) wizard(b *tab) {
	b.shows("generic service account")
	b.looks("wizard-before")
	b.follow("Continue")
	b.shows("A service account")
	b.looks("wizard-way")
	b.press("Continue")
	b.shows("12 of 12 look like a sign-in name", "0 of 12 look like a sign-in name")
	b.looks("wizard-field")
	b.touch(labels, "Username")
	b.press("Continue")
	b.shows("Directory (tenant) ID")
	b.looks("wizard-tenant")
	b.fill("Directory", "harbourbank.example")
	b.press("Continue")
	b.shows("OnlineMeetings.ReadWrite", "User.ReadBasic.All", sandbox.TenantID)
	b.looks("wizard-consent")
	b.press("Continue to Microsoft Teams")
}

// microsoft signs in with the service account and accepts.
func (s *scene) microsoft(b *tab) {
	b.shows("Pick an account", "There are no passwords here")
	b.looks("microsoft-account")
	b.press("Harbour Bank Appointments")
	b.shows("Permissions requested")
	b.looks("microsoft-consent")
	b.press("Accept")
}

// preview changes its mind about the field, and finishes with the numbers seen.
func (s *scene) preview(b *tab) {
	b.shows("10 of 12 match", "0 of 12 match", "2 people are not found by Username")
	b.touch(labels, "E-mail")
	b.h.until("the misses of the e-mail are shown", func() error {
		b.unfold("2 people are not found by E-mail")
		if said := b.said(); !strings.Contains(said, "julia.novak@harbourbank.example") {
			return fmt.Errorf("it says: %.900s", said)
		}
		return nil
	})
	b.looks("wizard-preview")
	b.press("Finish")
	b.shows("10 of 12 staff can take video calls", "Microsoft Teams is connected")
	b.looks("wizard-success")
}

// unfold opens what is folded under these words. A press that missed, because the page
// still moved, is done again, as anybody would.
func (b *tab) unfold(words string) {
	b.t.Helper()
	for range 5 {
		open, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](finder("summary", words)+"?.parentElement.open ?? false"))
		if err == nil && open {
			return
		}
		b.touch("summary", words)
	}
}

// offerVideo adds Video Call to what the service can be held by.
func (s *scene) offerVideo(b *tab) {
	b.menu("Services")
	b.shows("Mortgage advice")
	b.looks("services")
	b.follow("Mortgage advice")
	b.unfold("More · Meeting Method")
	b.touch(labels, "Video call")
	b.looks("service-edit")
	b.press("Save")
	b.shows("10 of 12")
	b.looks("")
}

// toggle switches one adviser's video calls off, sees it, and on again.
func (s *scene) toggle(b *tab) {
	b.menu("Settings")
	b.follow("Integrations & API")
	b.follow("Video Calls")
	b.follow("Microsoft Teams")
	b.shows("Connected", "Matched", "Not matched", sandbox.Service)
	b.looks("connection")
	b.press("Video calls of Amelia Hart")
	b.shows("Amelia Hart takes no more video calls")
	b.looks("")
	b.press("Video calls of Amelia Hart")
	b.shows("Amelia Hart takes video calls now")
}
