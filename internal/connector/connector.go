// Package connector is the seam: what Parley asks of vendors, in Parley's own
// words. It owns the nouns that cross the wall (a vendor, its set-up, its
// sign-in, its directory, its conferences, a mail server), the one way a call is
// made and read (Call), and the one way a vendor's answer becomes a fault.
//
// It knows no vendor and no database. A vendor is a folder below this one; who
// may call which part of a vendor is said at each interface.
package connector

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Video is the kind of a vendor that makes the links of video meetings.
const Video = "video"

// A Vendor is everything one vendor can do for us. A part that a vendor does
// not have is nil.
type Vendor struct {
	// Name is the vendor's short name in code and configuration, such as "teams".
	Name string
	// Kind says what a connection is for, such as Video.
	Kind string
	// Title is the catalogue key of the name that people know.
	Title string
	// Icon names the picture of the vendor in the design system.
	Icon string

	// App is our application there, for a vendor that has us registered.
	App *App

	Setup      Setup
	Authorizer Authorizer
	Directory  Directory
	// Conference makes the meetings of a connection with these answers of the
	// set-up: who owns a meeting may depend on how the vendor was connected.
	Conference func(settings map[string]string) Conference
	// Changes tells what happens in the directory after it was read.
	Changes Changes
	// Listener proves what the vendor sends us.
	Listener Listener
	// Doctor names what is wrong with a connection.
	Doctor Doctor
	// Health is how the vault sees that a connection is well.
	Health Health

	// Hosts are the only hosts (with port, if not the usual one) that a lent
	// client may call with the connection's token.
	Hosts []string
	// Limits is the vendor's pace.
	Limits Limits
}

// Limits is the pace that the vendor allows for one connection. The vendor
// names the source of its numbers.
type Limits struct {
	// Gap is the time between two calls of one account.
	Gap time.Duration
	// Body is the largest answer that is read, in bytes; zero means the usual cap.
	Body int64
	// Apart reports whether a refusal for too many calls is about something else
	// than the pace, such as a month's count of one account: other calls then need
	// not wait. It is nil where that cannot be.
	Apart func(answer *http.Response) bool
	// Meetings is how many meetings may be made in the name of one organizer in a
	// calendar month, in UTC; zero means that no such limit is known.
	Meetings int
}

// An Account is who signed in: the vendor's immutable ids and, for display
// only, a name that may change.
type Account struct {
	// TenantID is the vendor's id of the customer's organization.
	TenantID string
	// ID is the vendor's immutable id of the account in that tenant.
	ID string
	// Name is the sign-in name, for display.
	Name string
}

// OwnAccount is the ID of an account that is nobody's: our own application acts
// in the tenant, for everybody in it.
const OwnAccount = "application"

// Own reports whether our own application acts in the tenant, and nobody's
// account has to stay signed in.
func (a Account) Own() bool { return a.ID == OwnAccount }

// Tokens is what a vendor hands out for an account.
type Tokens struct {
	Access Secret
	// Refresh is empty when the vendor sent none: the old one stays.
	Refresh Secret
	// Lifetime is how long Access is good for, as the vendor said.
	Lifetime time.Duration
	// Scopes are the permissions that were really granted.
	Scopes []string
}

// An Ask is one request for an account's consent. The vault makes it, keeps it
// and gives it back unchanged for the exchange.
type Ask struct {
	// State comes back with the answer and proves that we asked.
	State Secret
	// Nonce ties the identity that comes back to this ask.
	Nonce string
	// Verifier is the secret of PKCE; only its hash leaves with the browser.
	Verifier Secret
	// RedirectURL is where the vendor sends the browser back to.
	RedirectURL string
	// Settings are the answers that were given in the set-up.
	Settings map[string]string
}

// An Authorizer gets and renews an account's consent. Only vault calls it.
//
// A fault of kind SignIn means that the account has to sign in again; of kind
// Internal with an Operator cause that our own registration is wrong, which no
// customer can put right (see OperatorFault).
type Authorizer interface {
	// AuthURL is where the administrator's browser goes to sign in and consent.
	AuthURL(ctx context.Context, r Registration, ask Ask) (string, error)
	// AdminConsentURL is a link for the customer's own administrator, who may
	// have to allow the application first.
	AdminConsentURL(ctx context.Context, r Registration, ask Ask) (string, error)
	// Exchange turns the answer at our redirect address into tokens and says,
	// proved by the vendor's signature, whose they are.
	Exchange(ctx context.Context, r Registration, ask Ask, answer url.Values) (Tokens, Account, error)
	// Renew gets new tokens with the refresh token.
	Renew(ctx context.Context, r Registration, settings map[string]string, refresh Secret) (Tokens, error)
}
