package sandbox

import (
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/graph"
)

// RequireAdminApproval makes a tenant let only administrators consent, or no longer.
func (s *Server) RequireAdminApproval(tenant string, required bool) bool {
	return s.world.ChangeTenant(tenant, func(t *directory.Tenant) { t.AdminApproval = required })
}

// HideUsers forbids ordinary users of a tenant to read others, or no longer.
func (s *Server) HideUsers(tenant string, hidden bool) bool {
	return s.world.ChangeTenant(tenant, func(t *directory.Tenant) { t.UsersHidden = hidden })
}

// CloseTenant makes a tenant one that does not exist any more, or brings it back.
func (s *Server) CloseTenant(tenant string, gone bool) bool {
	return s.world.ChangeTenant(tenant, func(t *directory.Tenant) { t.Gone = gone })
}

// MoveTenant makes a tenant one of another national cloud, or brings it back.
func (s *Server) MoveTenant(tenant string, elsewhere bool) bool {
	return s.world.ChangeTenant(tenant, func(t *directory.Tenant) { t.Elsewhere = elsewhere })
}

// WithdrawConsent takes back all that was consented to in a tenant, as removing the permissions of the enterprise
// application does; its refresh tokens die.
func (s *Server) WithdrawConsent(tenant string) { s.world.Withdraw(tenant) }

// WithdrawScope takes back one delegated scope in a tenant, whoever granted it.
func (s *Server) WithdrawScope(tenant, scope string) bool {
	return s.world.WithdrawScope(tenant, "", scope)
}

// WithdrawPermission takes back one application permission in a tenant.
func (s *Server) WithdrawPermission(tenant, permission string) bool {
	return s.world.WithdrawRole(tenant, permission)
}

// Consent grants delegated scopes for everyone in a tenant, as its administrator.
func (s *Server) Consent(tenant string, scopes ...string) {
	s.world.Consent(tenant, directory.Everyone, scopes)
}

// GrantPermissions grants application permissions in a tenant, as its administrator; without any, all that the
// application's registration names.
func (s *Server) GrantPermissions(tenant string, permissions ...string) {
	if len(permissions) == 0 {
		permissions = s.world.App().Application
	}
	s.world.GrantRoles(tenant, permissions)
}

// The states of AppState.
const (
	AppPresent  = directory.Present
	AppDisabled = directory.Switched
	AppRemoved  = directory.Absent
)

// SetAppState disables the application in a tenant, deletes it there, or brings it back.
func (s *Server) SetAppState(tenant, state string) bool { return s.world.SetAppState(tenant, state) }

// RemoveRegistration deletes the application's registration, or brings it back.
func (s *Server) RemoveRegistration(removed bool) {
	s.world.ChangeApp(func(a *directory.App) { a.Removed = removed })
}

// SetSecret makes the registration have another client secret than the application knows.
func (s *Server) SetSecret(secret string) {
	s.world.ChangeApp(func(a *directory.App) { a.Secret = secret })
}

// RemoveRedirect takes an address out of the registration.
func (s *Server) RemoveRedirect(uri string) bool { return s.world.RemoveRedirect(uri) }

// Policy is an application access policy that was granted.
type Policy = graph.Policy

// PolicyDelay is the longest that Teams takes to apply a policy.
const PolicyDelay = graph.PolicyDelay

// GrantPolicy lets the application hold meetings in the name of users (object ids), of everyone without any, once the
// sandbox's clock has moved on by delay.
func (s *Server) GrantPolicy(tenant string, delay time.Duration, users ...string) {
	s.graph.GrantPolicy(tenant, s.options.ClientID, users, delay)
}

// RemovePolicy takes the policies of a tenant back once the sandbox's clock has moved on by delay: those of one user,
// or all for an empty name. It tells how many.
func (s *Server) RemovePolicy(tenant, user string, delay time.Duration) int {
	return s.graph.RemovePolicy(tenant, user, delay)
}

// Policies lists the policies that have not ended.
func (s *Server) Policies() []Policy { return s.graph.Policies() }

// UseUpMeetings counts meetings as made by an organizer this month; it tells how many there are now.
func (s *Server) UseUpMeetings(upn string, meetings int) int {
	u, _ := s.world.Account(upn)
	return s.graph.UseUp(u.ID, meetings)
}

// ThrottleDirectory makes the directory of a tenant refuse calls until the sandbox's clock has moved on by d.
func (s *Server) ThrottleDirectory(tenant string, d time.Duration) { s.graph.Throttle(tenant, d) }

// DeleteMeeting deletes a meeting by its id or externalId, as its organizer would by hand in Teams.
func (s *Server) DeleteMeeting(id string) bool { return s.graph.Remove(id) }

// ExpirePageTokens and ExpireDeltaTokens make the cursors given out so far too old.
func (s *Server) ExpirePageTokens() { s.graph.ExpireCursors(true, false) }

// ExpireDeltaTokens makes the delta tokens given out so far too old.
func (s *Server) ExpireDeltaTokens() { s.graph.ExpireCursors(false, true) }

// Subscription is a promise of Microsoft's to tell of changes.
type Subscription = graph.Subscription

// Subscriptions lists those that have not run out.
func (s *Server) Subscriptions() []Subscription { return s.graph.Subscriptions() }

// Lifecycle tells a subscriber about the subscription itself: reauthorizationRequired, missed, or subscriptionRemoved,
// which removes it.
func (s *Server) Lifecycle(id, event string) bool { return s.graph.Lifecycle(id, event) }

// SetLatency makes a vendor ("entra", "graph") take so long for every call.
func (s *Server) SetLatency(vendor string, d time.Duration) error {
	return s.stage.Latency.Set(vendor, d)
}

// SkewClock sets the vendors' clocks apart from the caller's: in the Date of answers and the times of tokens, without
// letting time pass.
func (s *Server) SkewClock(d time.Duration) { s.stage.Clock.SetSkew(d) }
