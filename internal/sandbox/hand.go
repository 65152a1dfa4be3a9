package sandbox

import (
	"crypto/x509"
	"time"

	"parley/internal/sandbox/directory"
)

// Now is the time as the sandbox tells it.
func (s *Server) Now() time.Time { return s.stage.Now() }

// Offset is how far the sandbox's clock is ahead of the real one.
func (s *Server) Offset() time.Duration { return s.stage.Clock.Offset() }

// AdvanceClock moves the clock by d.
func (s *Server) AdvanceClock(d time.Duration) { s.stage.Clock.Advance(d) }

// SetClock moves the clock to an instant; it goes on from there.
func (s *Server) SetClock(at time.Time) { s.stage.Clock.Set(at) }

// Reset returns to the seed: people, meetings, mail, tokens, faults, log and clock.
func (s *Server) Reset() {
	s.stage.Reset()
	s.world.Reset()
	s.login.Reset()
	s.graph.Reset()
	s.mail.Reset()
}

// AddFault makes a vendor misbehave and returns the fault's id.
func (s *Server) AddFault(f Fault) (string, error) { return s.stage.Faults.Add(f) }

// Faults lists the faults in force.
func (s *Server) Faults() []Fault { return s.stage.Faults.List() }

// ClearFaults makes the vendors behave again.
func (s *Server) ClearFaults() { s.stage.Faults.Clear() }

// Log returns the requests that arrived, oldest first.
func (s *Server) Log(q Query) []Entry { return s.stage.Log.Find(q) }

// Messages lists the mail of a recipient, oldest first; an empty name lists all.
func (s *Server) Messages(to string) []Message { return s.mail.Messages(to) }

// Meetings lists every Teams meeting as Microsoft holds it, deleted ones too.
func (s *Server) Meetings() []Meeting { return s.graph.Meetings() }

// Users lists the people of a tenant; an empty one lists everyone.
func (s *Server) Users(tenant string) []User { return s.world.Users(tenant) }

// User finds an account by its sign-in name or object id.
func (s *Server) User(upn string) (User, bool) { return s.world.Account(upn) }

// AllowRedirect registers an address the application may be sent back to.
func (s *Server) AllowRedirect(uri string) { s.world.AllowRedirect(uri) }

// RevokeTokens ends the sessions of an account: its refresh tokens are refused from now on.
func (s *Server) RevokeTokens(upn string) bool { return s.world.Revoke(upn) }

// ExpireAccessTokens makes the access tokens of an account ones that have run out.
func (s *Server) ExpireAccessTokens(upn string) bool { return s.world.ExpireAccess(upn) }

// Rename gives an account another sign-in name; its object id stays.
func (s *Server) Rename(upn, to string) bool {
	return s.world.ChangeUser(upn, func(u *directory.User) { u.UPN = to })
}

// Disable blocks an account from signing in, or lets it again.
func (s *Server) Disable(upn string, disabled bool) bool {
	return s.world.ChangeUser(upn, func(u *directory.User) { u.Disabled = disabled })
}

// ChangeUser changes an account as its administrator would.
func (s *Server) ChangeUser(upn string, change func(*User)) bool {
	return s.world.ChangeUser(upn, change)
}

// ExpireSecret makes the application's client secret one that has run out, or brings it back.
func (s *Server) ExpireSecret(expired bool) { s.world.ExpireSecret(expired) }

// RequireAdminApproval makes a tenant let only administrators consent, or no longer.
func (s *Server) RequireAdminApproval(tenant string, required bool) bool {
	return s.world.ChangeTenant(tenant, func(t *directory.Tenant) { t.AdminApproval = required })
}

// HideUsers forbids ordinary users of a tenant to read others, or no longer.
func (s *Server) HideUsers(tenant string, hidden bool) bool {
	return s.world.ChangeTenant(tenant, func(t *directory.Tenant) { t.UsersHidden = hidden })
}

// WithdrawConsent takes back what was consented to in a tenant, as removing the enterprise application does.
func (s *Server) WithdrawConsent(tenant string) { s.world.Withdraw(tenant) }

// Certify uploads a certificate (DER) to the application's registration.
func (s *Server) Certify(der []byte) error {
	c, err := x509.ParseCertificate(der)
	if err == nil {
		s.world.Certify(c)
	}
	return err
}
