package graph

import (
	"context"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// The sentences of a consent that an account gave once and is not there any more:
// with the permission that is missing, and where Microsoft does not tell which.
const (
	consentWithdrawn = "teams.again.withdrawn"
	consentEnded     = "teams.again.consent"
)

// notConsented is the number that says that a permission which was asked for by
// name was not given, or not any more (Microsoft Entra, authentication and
// authorization error codes).
const notConsented = "AADSTS65001"

// forbids reports whether a permission is missing for what was asked.
func forbids(err error) bool {
	f := fault.As(err)
	return f != nil && f.Key == consentMissing
}

// withdrawn reports whether that permission was there once: only then is there
// something to renew. Other numbers say that an administrator has to allow it.
func withdrawn(err error) bool {
	e, _ := connector.EvidenceOf(err)
	return forbids(err) && e.Code == notConsented
}

// nameWithdrawn finds out which permissions are missing, by asking for each alone,
// and says it. None of those that everything needs is one that only administrators
// can give: the account signs in again. Answers may come with another refresh
// token; the account gets a new one anyway.
func (a authorizer) nameWithdrawn(ctx context.Context, r connector.Registration, settings map[string]string, refresh connector.Secret, refused error) error {
	ctx, cancel := context.WithTimeout(ctx, connector.Deadline)
	defer cancel()
	var lost []string
	for _, name := range basicScopes {
		got, err := a.refresh(ctx, r, settings, refresh, a.login.cfg.lastingly(name))
		switch {
		case withdrawn(err):
			lost = append(lost, name)
		case err == nil && !got.Refresh.Empty():
			refresh = got.Refresh
		}
	}
	f := fault.As(refused)
	if len(lost) == 0 {
		return keyed(f, fault.SignIn, consentEnded)
	}
	return keyed(f, fault.SignIn, consentWithdrawn, "Scope", strings.Join(lost, ", "))
}
