package appointment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// A Client is who books, as they say.
type Client struct {
	Name, Email, Phone string
	// Lang and Zone are how the client reads.
	Lang, Zone string
}

// An Ask is what a client is looking for, before a time is chosen.
type Ask struct {
	OrgID, ServiceID string
	Method           Method
	// LocationID is the branch, which only an appointment in person has.
	LocationID string
	// StaffID is who is asked for; empty means anyone who is free.
	StaffID string
	// Lang is the language in which the client wants to be served; empty means any.
	Lang string
	// By is the member who asks for the client; nobody when the client does. The
	// notice a service asks for binds clients only.
	By org.Actor
}

// A Request asks for an appointment.
type Request struct {
	Ask
	Start time.Time
	// ClientID names a client who is known already, when a member books; of
	// Client only the telephone number counts then.
	ClientID string
	// Local may be given instead of Start: what a clock in the client's zone
	// shows, as 2027-03-28T09:30.
	Local  string
	Client Client
	// Answers are what was said to the service's questions, by their ids.
	Answers map[string]string
	Notes   string
	// Guests are those who come along.
	Guests []GuestWish
	// Key is the form's own key. The same form sent twice books once.
	Key string

	// chosen is the branch as it was asked for, before the only one was filled in.
	chosen string
}

// tidy trims what was typed.
func (r Request) tidy() Request {
	for _, text := range []*string{&r.Client.Name, &r.Client.Email, &r.Client.Phone, &r.Notes, &r.Local} {
		*text = strings.TrimSpace(*text)
	}
	r.Guests = tidyGuests(r.Guests)
	r.chosen = r.LocationID
	return r
}

// formKey is what makes two submissions the same: the form's key and what was
// asked for. Who goes back in the browser and chooses another time books again.
func (r Request) formKey() string {
	if r.Key == "" {
		return ""
	}
	h := sha256.New()
	for _, part := range []string{r.Key, r.ServiceID, r.ClientID, string(r.Method), r.chosen, r.StaffID, r.Start.UTC().Format(time.RFC3339), strings.ToLower(r.Client.Email), r.Client.Name} {
		h.Write([]byte(part + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readStart turns Local into Start.
func (r *Request) readStart() *fault.Error {
	if !r.Start.IsZero() {
		r.Start = r.Start.UTC().Truncate(time.Microsecond)
		return nil
	}
	start, err := startIn(r.Local, r.Client.Zone)
	r.Start = start
	return err
}

// startIn reads a local time such as 2027-03-28T09:30 in a zone. A time that
// the clocks skip that day does not exist and is refused with its own sentence.
func startIn(local, zone string) (time.Time, *fault.Error) {
	t, err := time.Parse("2006-01-02T15:04", local)
	if err != nil {
		return time.Time{}, fault.Wrap(fault.Invalid, err, "appointment.start.missing")
	}
	loc, err := calendar.Zone(zone)
	if err != nil {
		return time.Time{}, fault.As(err)
	}
	at, exists := calendar.Local(calendar.DateOf(t), t.Hour()*60+t.Minute(), loc)
	if !exists {
		return time.Time{}, fault.New(fault.Invalid, "appointment.start.gap", "Time", t.Format("15:04"), "Next", at.In(loc).Format("15:04"))
	}
	return at, nil
}

// check returns every fault of the form, each at its field.
func (r *Request) check(s Service, now time.Time, nowhere *fault.Error) error {
	var f fault.Fields
	f.Add("start", r.checkStart(s, now))
	if !s.Offers(r.Method) {
		f.Say("method", "appointment.method.unavailable")
	}
	f.Add("location", nowhere)
	if r.Lang != "" && !words.IsSpoken(r.Lang) {
		f.Say("lang", "appointment.lang.unknown")
	}
	if r.StaffID != "" && !slices.Contains(s.Staff, r.StaffID) {
		f.Say("staff", "appointment.staff.unavailable")
	}
	f = append(f, r.Client.check(r.Method, !r.By.SignedIn())...)
	f.Add("notes", checkText(r.Notes, textMax))
	f = append(f, checkAnswers(s, r.Answers)...)
	f = append(f, checkGuests(r.Guests)...)
	return f.Err()
}

func (r *Request) checkStart(s Service, now time.Time) *fault.Error {
	err := r.readStart()
	if _, unknown := calendar.Zone(r.Client.Zone); err != nil && unknown != nil && r.Local != "" {
		return nil // what is wrong is the zone, and is said there
	}
	if err != nil {
		return err
	}
	return checkStart(r.Start, s, now, !r.By.SignedIn())
}

// checkStart tells why a start cannot be, as far as the clock alone knows.
// Notice and how far ahead bind clients, not the staff who book for them.
func checkStart(start time.Time, s Service, now time.Time, client bool) *fault.Error {
	switch {
	case start.Before(now):
		return fault.New(fault.Invalid, "appointment.start.past")
	case client && start.Before(now.Add(s.Notice)):
		return fault.New(fault.Invalid, "appointment.start.notice", "Notice", s.Notice)
	case start.After(now.Add(s.Ahead)):
		return fault.New(fault.Invalid, "appointment.start.ahead", "Count", int(s.Ahead/(24*time.Hour)))
	}
	return nil
}
