package app

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
)

// TestWhoLeavesHandsOver deactivates somebody with appointments ahead: the list
// stands first, one is handed over and one cancelled, and then nobody can book
// them or sign in as them, until they come back.
func TestWhoLeavesHandsOver(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		g.connect()
		s := g.service("Everyday banking")
		v := g.bookShared(s, appointment.Video)
		g.work()
		eleanor, leaver := g.signIn(g.people[demoAdministrator]), g.signIn(v.Staff)
		path := "/staff/" + v.Staff.ID + "/deactivate"
		contains(t, g.ask("GET", path, eleanor), 200, v.Client.Name, "/schedule/"+v.ID, "Hand over to a colleague who is free")
		form := url.Values{"all": {"each"}, "do." + v.ID: {"hand"}, "appointment": {v.ID}, "version." + v.ID: {strconv.FormatInt(v.Version, 10)}}
		contains(t, g.post(path, eleanor, form), 303)
		after, err := g.appointments.Get(t.Context(), g.db, v.OrgID, v.ID)
		g.ok(err)
		if after.StaffID == v.StaffID || after.State != appointment.Confirmed || after.Meeting.Code != v.Meeting.Code {
			t.Errorf("it is %s's and %s, by %s", after.Staff.Name, after.State, after.Meeting.Code)
		}
		if w := g.ask("GET", "/schedule", leaver); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/signin") {
			t.Errorf("who left is answered %d", w.Code)
		}
		if offers(g, s, v.StaffID) {
			t.Error("who left is offered")
		}
		contains(t, g.ask("GET", "/staff?show=inactive", eleanor), 200, v.Staff.Name)
		contains(t, g.post("/staff/"+v.StaffID+"/activate", eleanor, nil), 303)
		if !offers(g, s, v.StaffID) {
			t.Error("who came back is not offered")
		}
	})
}

// offers reports whether a member is offered in the coming days.
func offers(g *lodging, s appointment.Service, staffID string) bool {
	g.t.Helper()
	now, err := g.db.Now(g.t.Context())
	g.ok(err)
	slots, err := g.appointments.Slots(g.t.Context(), appointment.Ask{OrgID: s.OrgID, ServiceID: s.ID, Method: appointment.Phone, StaffID: staffID},
		calendar.Span{Start: now, End: now.AddDate(0, 0, 12)})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return false
	}
	g.ok(err)
	return len(slots) > 0
}

// crowdFile is a file of staff who offer something.
func crowdFile(n int, service string) []byte {
	var b strings.Builder
	b.WriteString("Name,E-mail,Employee ID,Languages,Services,Daily limit\n")
	for i := range n {
		fmt.Fprintf(&b, "Person %d,person%d@harbourbank.example,E%d,en; fr,%s,8\n", i, i, i, service)
	}
	return []byte(b.String())
}

// take imports a file as an administrator does, and says how long the preview
// and the job took.
func (g *lodging) take(file []byte) (preview, apply time.Duration, err error) {
	ctx := g.t.Context()
	im, err := g.orgs.Upload(ctx, g.admin, "staff.csv", file)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	plan, err := g.orgs.PreviewImport(ctx, g.db, g.admin, im, func(org.ImportLine) error { return nil })
	preview = time.Since(began)
	if err != nil {
		return preview, 0, err
	}
	if err := g.orgs.StartImport(ctx, g.admin, im.ID, plan.Digest, org.ImportAll); err != nil {
		return preview, 0, err
	}
	began = time.Now()
	if _, err := g.jobs.RunDue(ctx, 1); err != nil {
		return preview, 0, err
	}
	apply = time.Since(began)
	if im, err = g.orgs.Import(ctx, g.db, g.org.ID, im.ID); err == nil && im.State != org.ImportDone {
		err = fault.New(fault.Conflict, im.Fault)
	}
	return preview, apply, err
}

// TestBookingsGoOnBesideAnImport books while two thousand people come in.
func TestBookingsGoOnBesideAnImport(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		s := g.service("Everyday banking")
		g.work()
		done := make(chan error, 1)
		go func() {
			_, _, err := g.take(crowdFile(2000, s.Name))
			done <- err
		}()
		for i := range 5 {
			g.book(s, appointment.Phone, fmt.Sprint("Client ", 'A'+rune(i)))
		}
		g.ok(<-done)
		n, err := g.orgs.CountStaff(t.Context(), g.db, g.org.ID, (org.StaffFilter{State: "active"}).In(appointment.WhoOffers(g.org.ID, s.ID)))
		g.ok(err)
		if n < 2000 {
			t.Errorf("%d offer the service", n)
		}
	})
}
