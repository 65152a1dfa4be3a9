package sandbox_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"testing"

	"parley/internal/contract"
)

func TestMain(m *testing.M) {
	code := m.Run()
	contract.Print(os.Stdout)
	if _, here := contract.Folder(); here && flag.Lookup("test.run").Value.String() == "" && len(contract.Validated()) < described {
		fmt.Printf("at least %d operations have to be validated\n", described)
		code = 1
	}
	os.Exit(code)
}

// described is how many of the operations that Microsoft describes the sandbox answers in its tests.
const described = 32

// checked is a client whose traffic is held against the vendors' own descriptions.
func checked(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{Transport: contract.Graph(t).Transport(http.DefaultTransport)}
}
