package entra

import (
	"crypto/rand"
	"net/http"
	"strings"

	"parley/internal/sandbox/directory"
)

// redeemNothing gives the application a token of its own ("OAuth 2.0 client credentials flow"). Nobody granted it an
// application permission here, so that it opens nothing; who asks proves their credential.
func (l *Login) redeemNothing(t directory.Tenant, r *http.Request) (map[string]any, *refusal) {
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
	if !l.World.HasApp(t.ID) {
		return nil, refuse(http.StatusUnauthorized, "invalid_client", 7000229, "The client application '"+r.PostForm.Get("client_id")+"' is missing service principal in the tenant '"+t.ID+"'.")
	}
	l.World.NoteSignIn(directory.SignIn{Tenant: t.ID, Who: l.World.App().Name, What: "client_credentials"})
	return map[string]any{"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "sandbox-app." + rand.Text() + rand.Text()}, nil
}
