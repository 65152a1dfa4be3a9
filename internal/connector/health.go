package connector

import (
	"context"
	"net/http"
)

// Health is how a connection is seen to be well. A part that a vendor does not
// need is nil. Only vault calls it.
type Health struct {
	// Waits is the catalogue key of what a connection with these answers of the
	// set-up waits for before it can be finished; empty when for nothing.
	Waits func(settings map[string]string) string
	// Ready proves that what is waited for has come, on a person of the directory
	// whose vendor id is the probe; the probe is empty while nobody is matched. A
	// fault of kind Denied means "not yet", and its sentence says what is missing.
	Ready func(ctx context.Context, c *http.Client, settings map[string]string, probe string) error
	// Pulse is one cheap call that fails when the vendor does not accept the
	// connection any more.
	Pulse func(ctx context.Context, c *http.Client, settings map[string]string) error
	// Lacking names the permissions that the answers asked for and that were not
	// granted: without the needed ones nothing works, without the wanted ones less
	// is known. Scopes that nobody told lack nothing.
	Lacking func(settings map[string]string, scopes []string) (needed, wanted []string)
}
