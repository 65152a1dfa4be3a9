package connector

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// A Level is how much of a directory we were allowed to read.
type Level string

// The two levels of consent. Each is complete in itself: what a level does not
// show is unknown, and never guessed.
const (
	// Basic shows sign-in names, mail addresses and names. No administrator of
	// the customer has to consent.
	Basic Level = "basic"
	// Full shows other addresses, guests, disabled accounts and licences too, and
	// tells what changes.
	Full Level = "full"
)

// A Known is a fact about a person that the level of consent may not show. The
// zero value is unknown.
type Known string

// What is known of a fact.
const (
	Unknown Known = ""
	Yes     Known = "yes"
	No      Known = "no"
)

// KnownAs is what a vendor that shows the fact says.
func KnownAs(is bool) Known {
	if is {
		return Yes
	}
	return No
}

// An Entry is one person in a vendor's directory.
type Entry struct {
	// ID is the vendor's immutable id.
	ID         string
	SignInName string
	Mail       string
	Name       string
	// Aliases are further addresses at which the person gets mail.
	Aliases []string
	// Guest says that the person belongs to another organization.
	Guest Known
	// Disabled says that the account cannot sign in.
	Disabled Known
	// Licensed says that the person may hold meetings.
	Licensed Known
}

// A DirectoryPage is some of a directory's people, and where the next page begins.
type DirectoryPage struct {
	Entries []Entry
	// Next continues the reading after this page, in this run or a later one;
	// empty after the last page. It is opaque, and no secret.
	Next string
}

// A Directory lists the people of the connected tenant. Only identity calls it.
// A cursor that the vendor does not take any more is a Conflict: read from the
// start.
type Directory interface {
	// Level is what the permissions that were granted let us read.
	Level(scopes []string) Level
	// Pages lists everybody from a cursor on; the empty one is the start. The
	// sequence ends at the first error.
	Pages(ctx context.Context, c *http.Client, l Level, cursor string) iter.Seq2[DirectoryPage, error]
	// Find looks for people by values that are their sign-in name or mail
	// address (at Full: or another address of theirs), many at once.
	Find(ctx context.Context, c *http.Client, l Level, values []string) ([]Entry, error)
	// Reread reads people by their ids. Who is not in the answer is gone.
	Reread(ctx context.Context, c *http.Client, l Level, ids []string) ([]Entry, error)
	// Search looks for people whose name or address begins with a text, for
	// somebody who chooses one by hand; at most 25.
	Search(ctx context.Context, c *http.Client, l Level, text string) ([]Entry, error)
}

// A Change is what happened to one person of a directory.
type Change struct {
	ID string
	// Gone says that the person is not in the directory any more.
	Gone bool
}

// A ChangePage is some changes and where the next ones begin.
type ChangePage struct {
	Changes []Change
	// Cursor is where to go on: after this page, and after the last one later.
	Cursor string
}

// A Subscription is the vendor's promise to tell us of changes at an address.
type Subscription struct {
	// ID is the vendor's.
	ID      string
	Expires time.Time
}

// Changes follows what happens in a directory. Only identity calls it, and only
// at a level that shows changes.
type Changes interface {
	// Now is the cursor that means "from now on".
	Now(ctx context.Context, c *http.Client) (cursor string, err error)
	// Since lists who changed after a cursor. Repeats and disorder happen: who is
	// named is read again. A cursor that is too old is a Conflict: read everybody.
	Since(ctx context.Context, c *http.Client, cursor string) iter.Seq2[ChangePage, error]
	// Subscribe asks to be told at an address of ours; secret comes back with
	// every notification.
	Subscribe(ctx context.Context, c *http.Client, address string, secret Secret, until time.Time) (Subscription, error)
	// Renew prolongs a subscription. One that the vendor does not know is NotFound.
	Renew(ctx context.Context, c *http.Client, id string, until time.Time) (Subscription, error)
	// Unsubscribe ends one; being gone already is success.
	Unsubscribe(ctx context.Context, c *http.Client, id string) error
	// Longest is how long a subscription lives at most.
	Longest() time.Duration
}
