package sandbox

import (
	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/entra"
)

// Users lists the people of a tenant; an empty one lists everyone.
func (s *Server) Users(tenant string) []User { return s.world.Users(tenant) }

// User finds an account by its sign-in name or object id.
func (s *Server) User(upn string) (User, bool) { return s.world.Account(upn) }

// FilledPerson is the person with a number whom Fill makes in a domain.
func FilledPerson(n int, domain string) User { return directory.Person(n, domain) }

// Fill makes people of a tenant with the numbers 1 to count, the same every time: name.surname.number@domain. Who is
// there already stays. It tells how many came.
func (s *Server) Fill(tenant string, count int, domain string) int {
	added, _ := s.world.Fill(tenant, count, domain)
	return added
}

// AddUser makes an account in a tenant.
func (s *Server) AddUser(u User) (User, error) { return s.world.Add(u) }

// Rename gives an account another sign-in name; its object id stays.
func (s *Server) Rename(upn, to string) bool { return s.world.Rename(upn, to) }

// ChangeMail gives an account another mail address; the old one stays an alias.
func (s *Server) ChangeMail(upn, to string) bool { return s.world.ChangeMail(upn, to) }

// Alias adds an address to an account, or takes it away.
func (s *Server) Alias(upn, address string, there bool) bool {
	return s.world.Alias(upn, address, there)
}

// DeleteUser deletes an account so that it can be restored; PurgeUser for good.
func (s *Server) DeleteUser(upn string) bool { return s.world.Delete(upn, false) }

// PurgeUser deletes an account for good.
func (s *Server) PurgeUser(upn string) bool { return s.world.Delete(upn, true) }

// RestoreUser brings a deleted account back with the object id it had.
func (s *Server) RestoreUser(upn string) bool { return s.world.Restore(upn) }

// MoveUser makes an account one of another tenant: the old object id is gone, the new account has another.
func (s *Server) MoveUser(upn, tenant string) (User, bool) { return s.world.Move(upn, tenant) }

// License gives an account a licence with Teams, or takes it away; SwitchTeams switches Teams inside the licence.
func (s *Server) License(upn string, licensed bool) bool {
	return s.world.ChangeUser(upn, func(u *User) { u.Licensed = licensed })
}

// SwitchTeams switches the service plan of Teams on or off inside the licence of an account.
func (s *Server) SwitchTeams(upn string, on bool) bool {
	return s.world.ChangeUser(upn, func(u *User) { u.TeamsOff = !on })
}

// The ways of ResetPassword. Only the first ends sessions of the application.
const (
	ResetInEntra     = directory.ResetInEntra
	ResetInPortal    = directory.ResetInPortal
	ResetByOneself   = directory.ResetByOneself
	ChangedByOneself = directory.ChangedByOneself
	PasswordExpired  = directory.PasswordExpired
)

// ResetPassword changes the password of an account in one of the ways there are.
func (s *Server) ResetPassword(upn, how string) bool { return s.world.ResetPassword(upn, how) }

// Demand puts a rule of the tenant between an account and its next token, named by its AADSTS number, such as 50076
// for a second factor. Some are met by signing in again, some bar that too; zero lifts it.
func (s *Server) Demand(upn string, code int) bool {
	return entra.Demandable(code) && s.world.SetDemand(upn, code)
}

// RevokeTokens ends the sessions of an account: its refresh tokens are refused from now on.
func (s *Server) RevokeTokens(upn string) bool { return s.world.Revoke(upn) }

// ExpireAccessTokens makes the access tokens of an account ones that have run out.
func (s *Server) ExpireAccessTokens(upn string) bool { return s.world.ExpireAccess(upn) }

// Disable blocks an account from signing in, or lets it again.
func (s *Server) Disable(upn string, disabled bool) bool {
	return s.world.ChangeUser(upn, func(u *directory.User) { u.Disabled = disabled })
}

// ChangeUser changes an account as its administrator would.
func (s *Server) ChangeUser(upn string, change func(*User)) bool {
	return s.world.ChangeUser(upn, change)
}
