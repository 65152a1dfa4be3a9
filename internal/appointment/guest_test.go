package appointment_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func bringing(wishes ...appointment.GuestWish) func(*appointment.Request) {
	return func(r *appointment.Request) { r.Guests = wishes }
}

func guest(n int) appointment.GuestWish {
	names := []string{"Ana Costa", "Bo Lind", "Chloé Petit", "Dan Ek"}
	return appointment.GuestWish{Name: names[n], Email: fmt.Sprintf("guest%d@example.org", n), Role: appointment.Companion, Lang: "fr"}
}

func (h *house) view(id string) appointment.View {
	h.t.Helper()
	v, err := h.a.Get(ctx, h.d, h.org.ID, id)
	h.ok(err)
	return v
}

// told are the notices of a kind about an object that stand, as their cards.
func (h *house) told(kind, about string) (cards []card.Card) {
	h.t.Helper()
	texts, err := db.Values[string](ctx, h.d, `SELECT card FROM notices WHERE org_id = $1 AND kind = $2 AND about = $3 AND state <> 'withdrawn' ORDER BY id`, h.org.ID, kind, about)
	h.ok(err)
	for _, text := range texts {
		var c card.Card
		j := db.JSON[card.Card]{To: &c}
		h.ok(j.Scan(text))
		cards = append(cards, c)
	}
	return cards
}

// TestGuestsHaveAnEntryOfTheirOwn books with a guest, moves and cancels: the
// guest's entry follows under one name, and never leads to the client's page.
func TestGuestsHaveAnEntryOfTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0), bringing(guest(0)))
		g := h.view(a.ID).Guests[0]
		_, err := h.a.Reschedule(ctx, h.client(a), appointment.Seen{ID: a.ID}, at(11, 0))
		h.ok(err)
		_, err = h.a.Cancel(ctx, h.client(a), appointment.Seen{ID: a.ID}, "")
		h.ok(err)
		cards := h.told(appointment.KindGuest, a.ID)
		if len(cards) != 3 {
			t.Fatalf("%d cards for the guest, want three", len(cards))
		}
		for i, c := range cards {
			if c.Event.UID != g.ID+"@parley.example" || c.Event.Sequence != i || len(c.Event.Attendees) != 0 {
				t.Errorf("card %d: entry %s, sequence %d, attendees %v", i, c.Event.UID, c.Event.Sequence, c.Event.Attendees)
			}
			for _, act := range c.Actions {
				if strings.Contains(act.Path, appointment.ManagePath) {
					t.Errorf("card %d leads to the client's own page", i)
				}
			}
		}
		if cards[2].Event.Method != card.Cancel || cards[0].Event.Method != card.Request {
			t.Errorf("the entries say %s and %s", cards[0].Event.Method, cards[2].Event.Method)
		}
		for _, c := range h.told(appointment.KindConfirmed, a.ID) {
			if len(c.Event.Attendees) != 1 || c.Event.Attendees[0].Address != "guest0@example.org" {
				t.Errorf("the entry of client or staff lists %v", c.Event.Attendees)
			}
		}
	})
}

func TestGuestsComeAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		client, seen := h.client(a), appointment.Seen{ID: a.ID}
		for i := range 3 {
			_, err := h.a.InviteGuest(ctx, client, seen, guest(i))
			h.ok(err)
			_, err = h.a.InviteGuest(ctx, client, seen, guest(i)) // pressed twice
			h.ok(err)
		}
		_, err := h.a.InviteGuest(ctx, client, seen, guest(3))
		refused(t, "a fourth", err, fault.Invalid, "appointment.guest.many")
		guests := h.view(a.ID).Guests
		if len(guests) != 3 {
			t.Fatalf("%d guests", len(guests))
		}
		for range 2 {
			h.ok(h.a.RemoveGuest(ctx, client, seen, guests[0].ID))
			h.ok(h.a.DeclineGuest(ctx, h.org.ID, guests[1].PersonID, guests[1].ID))
		}
		v := h.view(a.ID)
		if len(v.Guests) != 2 || len(v.Coming()) != 1 {
			t.Errorf("%d guests, %d coming", len(v.Guests), len(v.Coming()))
		}
		// Three invitations, two ends; one was removed and one declined.
		cards := h.told(appointment.KindGuest, a.ID)
		ends := 0
		for _, c := range cards {
			if c.Event.Method == card.Cancel {
				ends++
				if c.Event.Sequence != 1 {
					t.Errorf("the end has sequence %d", c.Event.Sequence)
				}
			}
		}
		if ends != 2 {
			t.Errorf("%d entries were ended", ends)
		}
		if n := len(h.told(appointment.KindGuests, a.ID)); n != 6 { // staff: 3 in, 2 out; client: 1 declined
			t.Errorf("%d notices of guests", n)
		}
	})
}

func TestNobodySpamsWithOurMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		client, seen := h.client(a), appointment.Seen{ID: a.ID}
		for _, name := range []string{"Win at example.com", "www.example.com", "see http://x", "call 0800 123", "a@b.c", strings.Repeat("Ana ", 20), "line\nbreak", ""} {
			w := guest(0)
			w.Name = name
			if _, err := h.a.InviteGuest(ctx, client, seen, w); !fault.Is(err, fault.Invalid) {
				t.Errorf("the name %q: %v", name, err)
			}
		}
		for _, name := range []string{"J.R. O’Neill", "Zoé Martin-Lévy", "Dr. Anna Li", "李 小龙"} {
			w := guest(0)
			w.Name = name
			g, err := h.a.InviteGuest(ctx, client, seen, w)
			h.ok(err)
			h.ok(h.a.RemoveGuest(ctx, client, seen, g.ID))
		}
		for range 4 {
			g, err := h.a.InviteGuest(ctx, client, seen, guest(1))
			h.ok(err)
			h.ok(h.a.RemoveGuest(ctx, client, seen, g.ID))
		}
		_, err := h.a.InviteGuest(ctx, client, seen, guest(2))
		refused(t, "the ninth", err, fault.Invalid, "appointment.guest.ever")
		b := h.book(2, at(11, 0), bringing(guest(1)))
		other := guest(1)
		other.Name = "Bo Nilsson"
		_, err = h.a.Book(ctx, h.request(3, at(12, 0), bringing(other)))
		refused(t, "the sixth in a day by another name", err, fault.Invalid, "appointment.guest.often")
		_, err = h.a.Book(ctx, h.request(3, at(12, 0), bringing(guest(1))))
		refused(t, "the sixth in a day", err, fault.Invalid, "appointment.guest.often")
		_, err = h.a.Book(ctx, h.request(4, at(12, 0), bringing(appointment.GuestWish{Name: "Client 4", Email: "c4@example.org", Role: appointment.Companion})))
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("a name with a figure: %v", err)
		}
		if v := h.view(b.ID); len(v.Guests) != 1 {
			t.Errorf("%d guests", len(v.Guests))
		}
	})
}

func TestGuestsAreNoClients(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 1), settle(t, d, 1)
		a, b := h.book(1, at(10, 0), bringing(guest(0))), h.book(2, at(11, 0))
		g := h.view(a.ID).Guests[0]
		person, err := h.orgs.Person(ctx, d, h.org.ID, g.PersonID)
		h.ok(err)
		_, err = h.a.ForClient(ctx, d, h.org.ID, g.PersonID, a.ID)
		refused(t, "the client's page", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.Cancel(ctx, org.Client(person), appointment.Seen{ID: a.ID}, "")
		refused(t, "cancel", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.InviteGuest(ctx, org.Client(person), appointment.Seen{ID: a.ID}, guest(1))
		refused(t, "invite", err, fault.NotFound, "appointment.unknown")
		_, _, err = h.a.ForGuest(ctx, d, h.org.ID, b.ClientID, g.ID)
		refused(t, "another's invitation", err, fault.NotFound, "appointment.guest.unknown")
		_, _, err = h.a.ForGuest(ctx, d, other.org.ID, g.PersonID, g.ID)
		refused(t, "another organization", err, fault.NotFound, "appointment.guest.unknown")
		refused(t, "another declines", h.a.DeclineGuest(ctx, h.org.ID, b.ClientID, g.ID), fault.NotFound, "appointment.guest.unknown")
		err = h.a.RemoveGuest(ctx, h.client(b), appointment.Seen{ID: b.ID}, g.ID)
		refused(t, "removed from elsewhere", err, fault.NotFound, "appointment.guest.unknown")
		_, v, err := h.a.ForGuest(ctx, d, h.org.ID, g.PersonID, g.ID)
		h.ok(err)
		if v.Client.Email != "" || v.Notes != "" || v.Guests != nil {
			t.Errorf("a guest sees %+v", v)
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.a.Erase(ctx, tx, h.org.ID, g.PersonID) })
		if n := h.count("SELECT COUNT(*) FROM appointment_guests WHERE org_id = $1"); n != 0 {
			t.Errorf("%d invitations of somebody who was erased", n)
		}
	})
}

// TestInvitingAtOnce has fifty ask for the three places.
func TestInvitingAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		client := h.client(a)
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				w := guest(i % 4)
				w.Name += strings.Repeat("a", i/4)
				_, _ = h.a.InviteGuest(ctx, client, appointment.Seen{ID: a.ID}, w)
			})
		}
		all.Wait()
		if n := len(h.view(a.ID).Coming()); n != appointment.GuestsMost {
			t.Errorf("%d come along", n)
		}
	})
}

func TestNobodyIsInvitedAfterTheStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		dbtest.ClockOf(d).Set(at(10, 5))
		_, err := h.a.InviteGuest(ctx, h.client(a), appointment.Seen{ID: a.ID}, guest(0))
		refused(t, "after the start", err, fault.Conflict, "appointment.begun")
	})
}
