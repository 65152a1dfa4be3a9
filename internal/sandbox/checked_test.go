package sandbox_test

import (
	"net/http"
	"os"
	"testing"

	"parley/internal/contract"
)

func TestMain(m *testing.M) {
	code := m.Run()
	contract.Print(os.Stdout)
	os.Exit(code)
}

// checked is a client whose traffic is held against the vendors' own descriptions.
func checked(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{Transport: contract.Graph(t).Transport(http.DefaultTransport)}
}
