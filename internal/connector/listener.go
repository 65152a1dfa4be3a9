package connector

import (
	"context"
	"net/http"
)

// An Inbound is one thing that a vendor told us, before it is proved whose it is.
type Inbound struct {
	// ID is unique for the event, so that one told twice is kept once.
	ID string
	// Kind is what it is about, such as "directory.changed".
	Kind string
	// Subject is what the vendor names it by: a subscription's id.
	Subject string
	// Secret came with it; the one who asked to be told knows it.
	Secret Secret
	// Data is the event as it came.
	Data []byte
}

// Kinds of inbound event.
const (
	// DirectoryChanged: people of the directory changed.
	DirectoryChanged = "directory.changed"
	// SubscriptionEnds: the vendor wants the subscription renewed, or ended it.
	SubscriptionEnds = "subscription.ends"
)

// A Listener reads what a vendor sends to our address for it. Only web/hook
// calls it.
type Listener interface {
	// Path is the last part of the address, such as "graph" in /hook/graph.
	Path() string
	// Read reads a request whose body is at most a megabyte. A vendor that only
	// tests the address gets reply, as plain text; then there are no events. Only a
	// fault of kind Invalid says that the request is not the vendor's and never will
	// be; after any other the vendor is asked to send it again.
	Read(ctx context.Context, r *http.Request, body []byte) (events []Inbound, reply string, err error)
}
