package connector

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Severity is how bad a finding is.
type Severity string

// The severities.
const (
	// Wrong: meetings get no link, or will not soon.
	Wrong Severity = "wrong"
	// Risky: it works, and something will break it or does so for some people.
	Risky Severity = "risky"
	// Fine: looked at, and as it should be.
	Fine Severity = "fine"
	// Unseen: could not be looked at, because of what another finding says.
	Unseen Severity = "unseen"
)

// Who has to act on a finding.
const (
	// ActOperator runs this installation.
	ActOperator = "operator"
	// ActAdministrator administers the organization in Parley.
	ActAdministrator = "administrator"
	// ActVendorAdmin administers the customer's tenant at the vendor.
	ActVendorAdmin = "vendor-admin"
	// ActVendor is the vendor itself: wait.
	ActVendor = "vendor"
	// ActNobody: nothing is to do.
	ActNobody = "nobody"
)

// A Finding is one thing that a doctor looked at. Texts are catalogue keys with
// name and value pairs.
type Finding struct {
	// Name is the stable name of what was looked at, such as "consent".
	Name string
	// Fault names what is wrong, such as "consent.withdrawn"; empty when it is Fine.
	Fault    string
	Severity Severity
	// Act is who has to act.
	Act string
	// Title says what was found, Text what it means, Fix what to do.
	Title, Text, Fix string
	Args             []any
	// Copy is a literal to copy, such as a command or an address to forward.
	Copy string
	// Evidence is the vendor's own answer, one for each call that told it.
	Evidence []Evidence
	// Alone says that it concerns the test person, and nobody else that is known of.
	Alone bool
}

// LookMeeting is the name under which a doctor says whether a meeting can be made.
const LookMeeting = "meeting"

// A Patient is a connection as a doctor gets it.
type Patient struct {
	// Client calls the vendor in the name of the connection; nil when the vault
	// cannot lend one, and Refused is then why.
	Client  *http.Client
	Refused error
	// Registration is our application, and Secret when its proof ends; zero when
	// nobody said.
	Registration Registration
	SecretEnds   time.Time
	Settings     map[string]string
	Scopes       []string
	Account      Account
	// Probe is the vendor id of a matched person on whom calls can be tried;
	// empty when nobody is matched.
	Probe string
	// Trial is the meeting that is made to see whether meetings can be made.
	Trial *Trial
	// MadeThisMonth is how many meetings were made for the account this month.
	MadeThisMonth int
	// RedirectURL and NotifyURL are our public addresses.
	RedirectURL, NotifyURL string
	// Now is the database's time, Clock this machine's.
	Now, Clock time.Time
	// Moved is how far both were set ahead on purpose, as a demo does that plays
	// next Monday.
	Moved time.Duration
}

// A Trial is the one meeting that a doctor makes. Its key was written down before,
// and is the same as last time while that meeting may still be at the vendor: so
// it is found and deleted, whatever happened to the process.
type Trial struct {
	Key string
	// Asked is set before the vendor is asked for the meeting, Ended once it is
	// surely not there.
	Asked, Ended bool
}

// A Doctor examines a connection by making the real calls, on a test person and
// a meeting that it deletes again. It names every fault it sees: one must not
// hide another. Only vault calls it.
type Doctor interface {
	Examine(ctx context.Context, p Patient) iter.Seq[Finding]
}
