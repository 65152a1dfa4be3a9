package entra

import (
	"net/http"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
)

// applicationLife is how long a token of the application itself lives.
const applicationLife = 3599 * time.Second

// redeemApplication gives the application a token of its own ("OAuth 2.0 client credentials flow"). It carries the
// application permissions that an administrator of the tenant granted, which may be none, and no refresh token.
func (l *Login) redeemApplication(t directory.Tenant, r *http.Request) (map[string]any, *refusal) {
	if t.Name == "" {
		return nil, refuse(http.StatusBadRequest, "invalid_request", 50059, "No tenant-identifying information found in either the request or implied by any provided credentials.")
	}
	scope := r.PostForm.Get("scope")
	if scope == "" {
		return nil, missing("scope")
	}
	if !strings.HasSuffix(scope, "/.default") {
		return nil, refuse(http.StatusBadRequest, "invalid_scope", 1002012, "The provided value for scope "+scope+" is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.")
	}
	client := r.PostForm.Get("client_id")
	if l.World.AppState(t.ID) == directory.Absent {
		return nil, refuse(http.StatusUnauthorized, "invalid_client", 7000229, "The client application '"+client+"' is missing service principal in the tenant '"+t.ID+"'.")
	}
	l.World.NoteSignIn(directory.SignIn{Tenant: t.ID, Who: l.World.App().Name, What: "client_credentials"})
	grant := directory.Grant{Tenant: t.ID, Client: client, Application: true}
	if scope == directory.Resource+".default" {
		grant.Scopes = l.World.Roles(t.ID)
	}
	life := int(applicationLife.Seconds())
	return map[string]any{"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": l.World.NewAccess(grant, applicationLife)}, nil
}
