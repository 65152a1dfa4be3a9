package app

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/org"
)

// lateLink is what a link of the reminder is for.
const lateLink = "do " + appointment.LateVerb

// token signs a link as a mail has it.
func (g *lodging) token(purpose, orgID, object, person string) string {
	return g.links.Sign(notify.Claim{Purpose: purpose, OrgID: orgID, Object: object, PersonID: person, Expires: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)})
}

// around is what clients add to an appointment: somebody who comes along, a place
// on the waiting list, and what they said of it afterwards. The tokens of the
// links to all that are by the beginning of their addresses.
func (g *lodging) around(v appointment.View) (guest appointment.Guest, tokens map[string]string) {
	g.t.Helper()
	ctx, client := g.t.Context(), org.Client(v.Client)
	guest, err := g.appointments.InviteGuest(ctx, client, appointment.Seen{ID: v.ID}, appointment.GuestWish{Name: "Marta Keller", Email: "marta.keller@mail.example", Role: appointment.Interpreter})
	g.ok(err)
	w, err := g.appointments.AwaitEarlier(ctx, client, v.ID, time.Time{}, time.Time{})
	g.ok(err)
	g.found(v, 4, "She explained it twice.")
	return guest, map[string]string{
		appointment.GuestPath:    g.token(appointment.GuestPath, v.OrgID, guest.ID, guest.PersonID),
		appointment.WaitingPath:  g.token(appointment.WaitingPath, v.OrgID, w.ID, v.ClientID),
		appointment.FeedbackPath: g.token(appointment.FeedbackPath, v.OrgID, v.ID, v.ClientID),
		"/do":                    g.token(lateLink, v.OrgID, v.ID, v.ClientID),
	}
}

// sheet examines a connection and shares the report.
func (g *lodging) sheet(connection string) (token string) {
	g.t.Helper()
	g.ok(g.vault.AskExamination(g.t.Context(), g.admin, connection))
	g.work()
	reports, err := g.vault.Reports(g.t.Context(), g.db, g.org.ID, connection, 1)
	g.ok(err)
	share, err := g.vault.ShareReport(g.t.Context(), g.admin, connection, reports[0].ID)
	g.ok(err)
	return g.token("/report", share.OrgID, share.ID, "")
}

// found writes what a client said of an appointment, as though it were over.
func (g *lodging) found(v appointment.View, score int64, comment string) {
	g.t.Helper()
	g.ok(g.db.Tx(g.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		now := tx.Now()
		f := appointment.Feedback{OrgID: v.OrgID, AppointmentID: v.ID, ServiceID: v.ServiceID, StaffID: v.StaffID, ClientID: v.ClientID,
			Ended: now.Add(-time.Hour), Asked: now, Score: score, Comment: comment, Given: now, Version: 1}
		return db.Insert(ctx, tx, "feedback", &f)
	}))
}

// awaiting puts somebody without an appointment on a service's waiting list, and
// returns the token of their link.
func (g *lodging) awaiting(s appointment.Service, name string) string {
	g.t.Helper()
	w, err := g.appointments.Await(g.t.Context(), appointment.WaitWish{
		Ask:    appointment.Ask{OrgID: g.org.ID, ServiceID: s.ID, Method: appointment.Phone},
		Client: appointment.Client{Name: name, Email: "waits@mail.example", Phone: "+44 117 496 0199", Lang: "en", Zone: "Europe/London"},
	})
	g.ok(err)
	return g.token(appointment.WaitingPath, g.org.ID, w.ID, w.ClientID)
}

// TestALinkOpensItsOwnPageAlone puts the token of every link where every other
// belongs.
func TestALinkOpensItsOwnPageAlone(t *testing.T) {
	g := lodge(t, "", quiet)
	s := g.scene()
	s.links["/manage"] = s.manage
	for page := range s.links {
		for of, token := range s.links {
			w := g.ask(http.MethodGet, page+"/"+token, nil)
			if want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[page == of]; w.Code != want {
				t.Errorf("%s opened with the link of %s answers %d", page, of, w.Code)
			}
		}
	}
}

// others crawls what other people than the client are sent, and says everything
// wrong that can be said there.
func (e *exhibition) others(c *crawler) {
	e.t.Helper()
	ready := "/manage/" + e.manageToken(e.visits["ready"])
	for page, token := range e.links {
		c.crawl(page + "/" + token)
	}
	for _, waiting := range e.waiting {
		c.crawl("/waiting/" + waiting)
		c.post("/waiting/"+waiting+"/take", url.Values{})
	}
	for path, form := range map[string]url.Values{
		ready + "/guest":                    {"guest.0.name": {"see evil.example"}, "guest.0.email": {"x"}, "guest.0.role": {"chief"}},
		ready + "/earlier":                  {"earliest": {"soon"}},
		ready + "/late":                     {},
		"/do/" + e.links["/do"]:             {"minutes": {"5"}, "key": {"k"}},
		"/feedback/" + e.links["/feedback"]: {"score": {"9"}},
		"/guest/" + e.gone[0] + "/decline":  {},
		"/waiting/" + e.gone[1] + "/leave":  {},
		"/book/" + demoSlug + "/mortgage-advice/waiting?method=phone&staff=any": {"email": {"x"}},
	} {
		c.post(path, form)
	}
	c.crawl("/guest/"+e.gone[0], "/waiting/"+e.gone[1], "/embed/"+demoSlug, "/embed/"+demoSlug+"/mortgage-advice?method=phone&staff=any")
}

// besides makes what others than the client are shown: offers with and without an
// appointment, somebody who declined and somebody who left the list, and
// appointments to which one side or both come late.
func (e *exhibition) besides() {
	e.t.Helper()
	e.waiting = append(e.waiting, e.awaiting(e.lodging.service("Mortgage advice"), "Kit Lowe"), e.awaiting(e.lodging.service("Everyday banking"), "Lena Lowe"))
	_, links := e.around(e.visits["in person"])
	e.gone = []string{links[appointment.GuestPath], e.awaiting(e.lodging.service("Savings and pensions"), "Milo Lowe")}
	e.ok(e.db.Tx(e.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, state := range []string{"ready", "by phone", "in person"} {
			_, err := tx.Exec(ctx, "UPDATE appointments SET late_minutes = 15, late_at = $3, staff_late_minutes = 10, staff_late_at = $3 WHERE org_id = $1 AND id = $2", e.lodging.org.ID, e.visits[state].ID, db.Time(tx.Now()))
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
