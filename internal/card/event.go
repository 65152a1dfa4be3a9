package card

import "time"

// Methods of a calendar entry (RFC 5546).
const (
	// Request makes or changes the entry.
	Request = "REQUEST"
	// Cancel takes it away.
	Cancel = "CANCEL"
)

// An Event is the entry of a meeting in its people's calendars.
type Event struct {
	// UID stays the same for the life of the meeting, so that a calendar moves
	// the entry it has instead of making a second.
	UID string `json:"uid"`
	// Sequence grows with every change that the meeting's people must see.
	Sequence int `json:"sequence"`
	// Method is Request or Cancel.
	Method string    `json:"method"`
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
	// Zone is the meeting's IANA zone.
	Zone    string `json:"zone"`
	Summary Text   `json:"summary"`
	// Description are the lines of the entry's body.
	Description []Text `json:"description,omitempty"`
	// Location is where it happens; when empty, it is the address of Path.
	Location *Text `json:"location,omitempty"`
	// Path is the join link: a path below the base URL, or a whole URL.
	Path string `json:"path,omitempty"`
	// Organizer is whose meeting it is; when empty, whoever sends the mail.
	Organizer Mailbox `json:"organizer,omitzero"`
	// Attendees are listed in the entry, and so seen by every recipient. A
	// recipient who is not listed is added to their own copy.
	Attendees []Mailbox `json:"attendees,omitempty"`
	// At is when this state of the meeting came about (DTSTAMP).
	At time.Time `json:"at,omitzero"`
}

// A Mailbox is an e-mail address and the name to show for it.
type Mailbox struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
}

// A DrawnEvent is an event in plain strings.
type DrawnEvent struct {
	UID         string
	Sequence    int
	Method      string
	Starts      time.Time
	Ends        time.Time
	Zone        string
	Lang        string
	Summary     string
	Description string
	Location    string
	URL         string
	Organizer   Mailbox
	Attendees   []Mailbox
	At          time.Time
}

func (p pen) event(e *Event) *DrawnEvent {
	if e == nil {
		return nil
	}
	d := &DrawnEvent{
		UID: e.UID, Sequence: e.Sequence, Method: e.Method, Zone: e.Zone, Lang: p.Language(),
		Starts: plain(e.Starts), Ends: plain(e.Ends), At: plain(e.At),
		Summary: p.text(e.Summary), Organizer: e.Organizer, Attendees: e.Attendees,
	}
	if e.Path != "" {
		d.URL = p.links(Action{Path: e.Path})
	}
	d.Location = d.URL
	if e.Location != nil {
		d.Location = p.text(*e.Location)
	}
	for i, line := range e.Description {
		if i > 0 {
			d.Description += "\n"
		}
		d.Description += p.text(line)
	}
	return d
}
