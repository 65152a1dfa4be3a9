package appointment

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// A GuestRole is why a guest comes along.
type GuestRole string

// The roles of guests.
const (
	// Companion is somebody the client wants beside them.
	Companion GuestRole = "companion"
	// Interpreter speaks for the client.
	Interpreter GuestRole = "interpreter"
)

// GuestRoles lists them in the order in which pages show them.
func GuestRoles() []GuestRole { return []GuestRole{Companion, Interpreter} }

// Key names the role in the catalogue, as it stands within a sentence.
func (r GuestRole) Key() string { return "appointment.guest.role." + string(r) }

// Label names the role in the catalogue, as it stands alone.
func (r GuestRole) Label() string { return "appointment.guest.as." + string(r) }

// A GuestState is what became of an invitation.
type GuestState string

// The states of an invitation. The last two are for good: who is asked again
// gets another invitation.
const (
	Invited  GuestState = "invited"
	Declined GuestState = "declined"
	Removed  GuestState = "removed"
)

// Key names the state in the catalogue, as it stands within a sentence.
func (s GuestState) Key() string { return "appointment.guest.state." + string(s) }

// Label names the state in the catalogue, as it stands alone.
func (s GuestState) Label() string { return "appointment.guest.is." + string(s) }

// A Guest is somebody whom a client asked to come along, or one invitation of
// them: its id is the entry in their calendar.
type Guest struct {
	OrgID, ID, AppointmentID, PersonID string
	Role                               GuestRole
	State                              GuestState
	Invited, Changed                   time.Time

	// Person is who they are. It is not kept here: what is known of people is
	// org's, and erased there.
	Person org.Person
}

// Columns maps the guest to its table.
func (g *Guest) Columns(c *db.Columns) {
	c.Col("org_id", &g.OrgID)
	c.Col("id", &g.ID)
	c.Col("appointment_id", &g.AppointmentID)
	c.Col("person_id", &g.PersonID)
	c.Col("role", &g.Role)
	c.Col("state", &g.State)
	c.Col("invited_at", (*db.Time)(&g.Invited))
	c.Col("changed_at", (*db.Time)(&g.Changed))
}

// A GuestWish is somebody to be invited, as the client says.
type GuestWish struct {
	Name, Email string
	Role        GuestRole
	// Lang is the language of what is sent to them; empty means the organization's.
	Lang string
}

const (
	// GuestsMost is how many may come along.
	GuestsMost = 3
	// guestsEver is how many invitations one appointment sends, removed and
	// declined ones among them: our mail is not for spamming strangers.
	guestsEver = 8
	// guestsADay is how many invitations one address is sent a day at most, and on
	// how many waiting lists it is put: whatever names are typed with it.
	guestsADay = 5
	// guestNameMax is as long as what a client may put into a stranger's mail.
	guestNameMax = 60
)

// tidyGuests trims what was typed and drops the lines that were left empty.
func tidyGuests(wishes []GuestWish) (kept []GuestWish) {
	for _, w := range wishes {
		w.Name, w.Email = strings.TrimSpace(w.Name), strings.TrimSpace(w.Email)
		if w.Name != "" || w.Email != "" {
			kept = append(kept, w)
		}
	}
	return kept
}

// checkGuests returns every fault, at guest.<n>.<field>.
func checkGuests(wishes []GuestWish) (f fault.Fields) {
	if len(wishes) > GuestsMost {
		f.Say("guest.0.name", "appointment.guest.many", "Max", GuestsMost)
	}
	for i, w := range wishes {
		at := func(field string) string { return fmt.Sprintf("guest.%d.%s", i, field) }
		f.Add(at("name"), checkGuestName(w.Name))
		f.Add(at("email"), checkGuestEmail(w.Email))
		if !slices.Contains(GuestRoles(), w.Role) {
			f.Say(at("role"), "appointment.guest.role.unknown")
		}
		if w.Lang != "" && !words.IsLang(w.Lang) {
			f.Say(at("lang"), "appointment.lang.unknown")
		}
	}
	return f
}

// checkGuestName wants what a name looks like and an advertisement does not: it
// is sent to a stranger in the organization's name.
func checkGuestName(name string) *fault.Error {
	if err := checkLine(name, guestNameMax, "appointment.guest.name.missing"); err != nil {
		return err
	}
	if !isName(name) {
		return fault.New(fault.Invalid, "appointment.guest.name.shape")
	}
	return nil
}

// isName reports whether a text holds nothing but what names hold, and nothing
// that a mail program makes a link of.
func isName(text string) bool {
	if utf8.RuneCountInString(text) > guestNameMax {
		return false
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" .,'’-·()", r) {
			return false
		}
	}
	for _, after := range strings.Split(text, ".")[1:] {
		if first, size := utf8.DecodeRuneInString(after); unicode.IsLetter(first) && startsLetter(after[size:]) {
			return false // "example.com", while "J.R." is a name
		}
	}
	return true
}

func startsLetter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r)
}

func checkGuestEmail(email string) *fault.Error {
	switch {
	case email == "":
		return fault.New(fault.Invalid, "appointment.guest.email.missing")
	case !org.IsEmail(email):
		return fault.New(fault.Invalid, "appointment.email.shape")
	}
	return nil
}

// Coming are the guests who were invited and have not declined.
func (v View) Coming() (list []Guest) {
	for _, g := range v.Guests {
		if g.State == Invited {
			list = append(list, g)
		}
	}
	return list
}
