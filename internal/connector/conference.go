package connector

import (
	"context"
	"net/http"
	"time"
)

// Lobby says who waits until somebody lets them in.
type Lobby string

// The three lobbies, in our words.
const (
	// StaffAdmits: everyone but the hosts waits until a host lets them in.
	StaffAdmits Lobby = "staff-admits"
	// OrganizationEnters: people of the host's organization enter, all others wait.
	OrganizationEnters Lobby = "organization"
	// EveryoneEnters: nobody waits once the meeting has begun.
	EveryoneEnters Lobby = "everyone"
)

// Presenters says who may show something in a meeting.
type Presenters string

// The three circles of presenters, in our words.
const (
	// HostsPresent: only those who run the meeting.
	HostsPresent Presenters = "hosts"
	// OrganizationPresents: people of the host's organization.
	OrganizationPresents Presenters = "organization"
	// EveryonePresents: everybody, a client too.
	EveryonePresents Presenters = "everyone"
)

// A Wish is how a conference should be.
type Wish struct {
	// Key is ours, at most 64 printable ASCII characters; making the same key
	// twice gives the same conference where the vendor can do that.
	Key          string
	Subject      string
	Starts, Ends time.Time
	// Hosts are vendor ids of staff, who run the meeting. The list is whole:
	// who is not in it is no host (any longer).
	Hosts []string
	// HostsStay says that the vendor keeps the hosts that it has and is not sent
	// any: it would refuse those whom it does not know any more.
	HostsStay  bool
	Lobby      Lobby
	Presenters Presenters
	// Lang is the language of what the vendor writes about the meeting.
	Lang string
	// Record allows recording. It is never asked for unless a service says so.
	Record bool
}

// NextMonth, as the wait of a Limited fault, says that a vendor's count of a
// calendar month is full: asking again is of no use before the next one in UTC.
const NextMonth time.Duration = -1

// Made is what the vendor gave for a wish.
type Made struct {
	VendorID string
	// JoinURL lets people in: treat it like a secret, never log it.
	JoinURL string
}

// A Conference makes and keeps meetings at a vendor. Only meeting calls it.
// All of it may be repeated. A fault of kind NotFound from Fit and Check means
// that the conference is gone; of kind Unsure that the vendor may have acted.
type Conference interface {
	// OfHost reports whether a conference belongs to its first host, so that it
	// cannot be kept when another host takes over.
	OfHost() bool
	// Make creates the conference of the key, or finds it. It promises no more
	// than that it exists: Fit makes it as wished.
	Make(ctx context.Context, c *http.Client, w Wish) (Made, error)
	// Fit changes the conference so that it is as wished.
	Fit(ctx context.Context, c *http.Client, vendorID string, w Wish) error
	// End makes sure that nobody gets in any more. Being gone already is success.
	End(ctx context.Context, c *http.Client, vendorID string) error
	// Check asks whether the conference is there.
	Check(ctx context.Context, c *http.Client, vendorID string) error
}
