package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/org"
)

// Urgency is what goes first when a channel is busy.
type Urgency int

// The three urgencies. A notice that names none is Personal.
const (
	// Action is what somebody waits for: a sign-in link, an answer.
	Action Urgency = iota + 1
	// Personal concerns this one person: a booking, a reminder.
	Personal
	// Broadcast goes to many.
	Broadcast
)

// urgencies lists them in the order in which a lane serves them.
var urgencies = [...]Urgency{Action, Personal, Broadcast}

// A Notice is one thing to tell some people.
type Notice struct {
	OrgID string
	// Key is the feature's own name of the notice, unique in the organization.
	// Telling a key again does nothing: a verb may be run again.
	Key string
	// Kind is the name of such notices, such as "appointment.reminder".
	Kind    string
	Urgency Urgency
	// To are person ids. Audience, instead of To, is a SELECT of person ids, read
	// when the notice is due.
	To       []string
	Audience db.Part
	// Outside, instead of both, is somebody whom the organization knows by address
	// alone, such as its support desk.
	Outside Outside
	// ReplyTo is who gets the answer to the mail, if not the organization.
	ReplyTo connector.Address
	// Card is what is told, as data.
	Card card.Card
	// At is when to tell; the zero time is now.
	At time.Time
	// Until is when telling it is of no use any more: what has not been sent by
	// then is skipped. The zero time is never, however late it gets.
	Until time.Time
	// About is the id of the object it is about, for the ledger of that object.
	About string
	// Always sends the e-mail whatever the person prefers: the one with the .ics.
	Always bool
	// Secret empties the card as soon as nobody waits for it: one that carries a
	// link that signs in.
	Secret bool
}

// check reports a mistake of the calling feature.
func (t Notice) check() error {
	switch {
	case t.OrgID == "" || t.Key == "" || t.Kind == "":
		return fmt.Errorf("notice %q of kind %q: organization, key and kind are needed", t.Key, t.Kind)
	case t.recipients() == 0:
		return fmt.Errorf("notice %q is for nobody", t.Key)
	case t.recipients() > 1:
		return fmt.Errorf("notice %q is for several of people, an audience and an address", t.Key)
	}
	return nil
}

// recipients counts the ways in which the notice says who it is for.
func (t Notice) recipients() (ways int) {
	for _, said := range []bool{len(t.To) > 0, t.Audience.SQL != "", t.Outside.Mailbox != ""} {
		if said {
			ways++
		}
	}
	return ways
}

// An Outside is an e-mail address that is nobody's the organization knows, with
// how whoever reads there reads; what is empty is as the organization reads. Its
// deliveries are in the ledger like any other, under no person.
type Outside struct {
	Name    string `json:"name,omitempty"`
	Mailbox string `json:"mailbox"`
	Lang    string `json:"lang,omitempty"`
	Zone    string `json:"zone,omitempty"`
}

// nobody is the person id of a delivery to an outside address.
const nobody = ""

// person is the address as the lanes know recipients.
func (o Outside) person() org.Person {
	return org.Person{ID: "outside", Kind: org.KindClient, Name: o.Name, Email: o.Mailbox, Lang: o.Lang, Zone: o.Zone, Active: true}
}

// The states of a notice.
const (
	waiting   = "waiting"   // some of its deliveries are still to be written
	told      = "told"      // all deliveries are written
	withdrawn = "withdrawn" // nothing more is sent
)

// notice is a Notice as it is kept.
type notice struct {
	OrgID, ID, Key, Kind, About string
	Urgency                     Urgency
	Card                        card.Card
	Wanted                      int64
	Always, Secret              bool
	State                       string
	At, Until                   time.Time
	Audience                    audience
	Outside                     Outside
	ReplyTo                     connector.Address
	Reached                     string
	Created                     time.Time
}

// Columns maps the notice to its table.
func (n *notice) Columns(c *db.Columns) {
	c.Col("org_id", &n.OrgID)
	c.Col("id", &n.ID)
	c.Col("key", &n.Key)
	c.Col("kind", &n.Kind)
	c.Col("urgency", &n.Urgency)
	c.Col("about", &n.About)
	c.Col("card", db.JSON[card.Card]{To: &n.Card})
	c.Col("wanted", &n.Wanted)
	c.Col("always", &n.Always)
	c.Col("secret", &n.Secret)
	c.Col("state", &n.State)
	c.Col("at", (*db.Time)(&n.At))
	c.Col("until_at", (*db.Time)(&n.Until))
	c.Col("audience", db.JSON[audience]{To: &n.Audience})
	c.Col("outside", db.JSON[Outside]{To: &n.Outside})
	c.Col("reply_to", db.JSON[connector.Address]{To: &n.ReplyTo})
	c.Col("reached", &n.Reached)
	c.Col("created_at", (*db.Time)(&n.Created))
}

func newNotice(t Notice, now time.Time) notice {
	if t.Urgency == 0 {
		t.Urgency = Personal
	}
	if t.At.Before(now) {
		t.At = now
	}
	return notice{
		OrgID: t.OrgID, ID: db.NewID(), Key: t.Key, Kind: t.Kind, About: t.About, Urgency: t.Urgency,
		Card: t.Card, Wanted: 1, Always: t.Always, Secret: t.Secret, State: waiting, At: t.At, Until: t.Until, Created: now,
		Audience: newAudience(t), Outside: t.Outside, ReplyTo: t.ReplyTo,
	}
}

// audience is who a notice is for, kept until it is due.
type audience struct {
	People []string `json:"people,omitempty"` // sorted, each once
	SQL    string   `json:"sql,omitempty"`
	Args   []arg    `json:"args,omitempty"`
}

func newAudience(t Notice) audience {
	a := audience{SQL: t.Audience.SQL, People: slices.Clone(t.To)}
	if t.Outside.Mailbox != "" {
		a.People = []string{nobody}
	}
	slices.Sort(a.People)
	a.People = slices.Compact(a.People)
	for _, v := range t.Audience.Args {
		a.Args = append(a.Args, arg{v})
	}
	return a
}

// after returns the people of a list that come after one, at most limit.
func (a audience) after(id string, limit int) []string {
	at, found := slices.BinarySearch(a.People, id)
	if found {
		at++
	}
	rest := a.People[at:]
	return rest[:min(limit, len(rest))]
}

// arg keeps an argument of an audience's SELECT as JSON without turning whole
// numbers into floating ones.
type arg struct{ v any }

// MarshalJSON writes the argument; instants are kept as the database keeps them.
func (a arg) MarshalJSON() ([]byte, error) {
	switch v := a.v.(type) {
	case time.Time:
		return json.Marshal(v.UnixMicro())
	case db.Time:
		return json.Marshal(time.Time(v).UnixMicro())
	}
	return json.Marshal(a.v)
}

// UnmarshalJSON reads the argument.
func (a *arg) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&a.v); err != nil {
		return err
	}
	number, ok := a.v.(json.Number)
	if !ok {
		return nil
	}
	whole, err := number.Int64()
	if err == nil {
		a.v = whole
		return nil
	}
	a.v, err = number.Float64()
	return err
}
