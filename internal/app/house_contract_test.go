package app

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"parley/internal/contract"
)

// TestTheStoryIsSpokenAsMicrosoftDescribes holds every exchange of the whole
// program with Microsoft, while the tour is walked, against Microsoft's own
// descriptions.
func TestTheStoryIsSpokenAsMicrosoftDescribes(t *testing.T) {
	contract.Require(t)
	real := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = real })
	checked := contract.Graph(t).Transport(real)
	http.DefaultTransport = machines{real: real, checked: checked}
	before := len(contract.Validated())
	var out bytes.Buffer
	err := Demo(t.Context(), DemoOptions{Tour: true, Data: t.TempDir(), Listen: "127.0.0.1:0", SandboxListen: "127.0.0.1:0", Out: &out})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	// Discovery, keys, token; users; createOrGet, PATCH and DELETE of a meeting.
	if n := len(contract.Validated()) - before; n < 6 {
		t.Errorf("%d distinct operations were validated, want at least 6: %v", n, contract.Validated())
	}
}

// machines checks what the program says to Microsoft; what the tour's browsers
// open are pages for people, which no description covers.
type machines struct{ real, checked http.RoundTripper }

// RoundTrip tells the two apart by what is asked for.
func (p machines) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
		return p.real.RoundTrip(r)
	}
	return p.checked.RoundTrip(r)
}
