package sandbox_test

import (
	"net/http"
	"testing"
)

// checked is a client whose traffic is held against the vendors' own descriptions.
func checked(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{Transport: http.DefaultTransport}
}
