package notify

import (
	"time"

	"parley/internal/db"
	"parley/internal/words"
)

// A State is what became of a delivery. Queued and Sending are on their way;
// each of the others is final.
type State string

// The states of a delivery.
const (
	Queued  State = "queued"
	Sending State = "sending"
	// Delivered means that the vendor took it: of an e-mail, that the mail server
	// accepted it, which is all that can be known.
	Delivered State = "delivered"
	// Mailed means that the person could not be reached here and an e-mail was
	// queued in its place.
	Mailed State = "mailed"
	// Skipped means that it was not sent, on purpose; Reason says why.
	Skipped State = "skipped"
	// Failed means that it was refused for good; Reason says why.
	Failed State = "failed"
	// Unconfirmed means that the channel fell silent after we sent.
	Unconfirmed State = "unconfirmed"
)

// States lists every state, in the order in which pages show them.
var States = []State{Queued, Sending, Delivered, Mailed, Skipped, Failed, Unconfirmed}

// Label is the state in the reader's language.
func (s State) Label(r words.Reader) string { return r.T("notify.state." + string(s)) }

// Email is the name of the channel that every organization has.
const Email = "email"

// A Reason says why a delivery was not sent, as a text of the catalogue.
type Reason struct {
	Key  string   `json:"key,omitempty"`
	Args []string `json:"args,omitempty"` // names and values
}

// Text is the reason in the reader's language; empty when there is none.
func (w Reason) Text(r words.Reader) string {
	if w.Key == "" {
		return ""
	}
	args := make([]any, len(w.Args))
	for i, a := range w.Args {
		args[i] = a
	}
	return r.T(w.Key, args...)
}

func why(key string, args ...string) Reason { return Reason{Key: "notify.reason." + key, Args: args} }

// A Delivery is one notice on its way to one person over one channel: a row of
// the ledger.
type Delivery struct {
	OrgID, ID, NoticeID, PersonID, Channel string
	// LaneID is the queue it stands in.
	LaneID string
	// Kind and About are those of its notice.
	Kind, About string
	Urgency     Urgency
	// Due is when it may be sent at the earliest.
	Due   time.Time
	State State
	// Epoch is the lane's when it was last begun.
	Epoch int64
	// Attempt counts refusals that concerned this delivery alone.
	Attempt int64
	// Doubts counts how often the channel fell silent after we sent.
	Doubts int64
	// Wanted is the version of the card that was to be sent; Sent is the one that was.
	Wanted, Sent int64
	// Ref is the vendor's own name of what it took.
	Ref    string
	Reason Reason
	// Doubled means that the person may have it twice.
	Doubled          bool
	Created, Changed time.Time
}

// Columns maps the delivery to its table.
func (d *Delivery) Columns(c *db.Columns) {
	c.Col("org_id", &d.OrgID)
	c.Col("id", &d.ID)
	c.Col("notice_id", &d.NoticeID)
	c.Col("person_id", &d.PersonID)
	c.Col("channel", &d.Channel)
	c.Col("lane_id", &d.LaneID)
	c.Col("kind", &d.Kind)
	c.Col("about", &d.About)
	c.Col("urgency", &d.Urgency)
	c.Col("due_at", (*db.Time)(&d.Due))
	c.Col("state", &d.State)
	c.Col("epoch", &d.Epoch)
	c.Col("attempt", &d.Attempt)
	c.Col("doubts", &d.Doubts)
	c.Col("wanted", &d.Wanted)
	c.Col("sent", &d.Sent)
	c.Col("ref", &d.Ref)
	c.Col("reason", db.JSON[Reason]{To: &d.Reason})
	c.Col("doubled", &d.Doubled)
	c.Col("created_at", (*db.Time)(&d.Created))
	c.Col("changed_at", (*db.Time)(&d.Changed))
}
