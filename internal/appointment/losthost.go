package appointment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/meeting"
	"parley/internal/notify"
)

// KindHostLost tells a member, and the administrators, that the member is not
// known any more at a connection over which they hold video calls. The calls that
// are agreed keep their links.
const KindHostLost = "host.lost"

const kindHosts = "appointment.hosts"

const (
	lostHosts   = `SELECT {columns} FROM lost_hosts WHERE org_id = $1 AND connection_id = $2 ORDER BY person_id`
	dropLost    = `DELETE FROM lost_hosts WHERE org_id = $1 AND connection_id = $2 AND person_id = $3`
	lostNames   = 10  // how many are named in one mail to the administrators
	lostTold    = 100 // how many administrators get it
	hostsSettle = time.Minute
)

// lostHost is somebody who was told.
type lostHost struct {
	orgID, connectionID, personID string
	since                         time.Time
}

// Columns maps the row to its table.
func (l *lostHost) Columns(c *db.Columns) {
	c.Col("org_id", &l.orgID)
	c.Col("connection_id", &l.connectionID)
	c.Col("person_id", &l.personID)
	c.Col("since", (*db.Time)(&l.since))
}

// MatchesChanged has those looked for who are lost at a connection with video
// calls ahead, and other ways for calls whose hosts are known now. It belongs into
// identity.OnMatch. What follows waits a moment, so that one run of matching makes
// one mail.
func (a *Appointments) MatchesChanged(ctx context.Context, tx *db.Tx, orgID, connectionID string, _ []string) error {
	if err := a.RingRescues(ctx, tx, orgID); err != nil {
		return err
	}
	return job.Add(ctx, tx, job.Job{
		Key: "hosts:" + connectionID, OrgID: orgID, Kind: kindHosts, Args: []byte(connectionID), Due: tx.Now().Add(hostsSettle),
	})
}

// hostsJob compares who is lost with who was told of it.
func (a *Appointments) hostsJob(ctx context.Context, j job.Job) error {
	if a.cfg.LostAt == nil {
		return nil
	}
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		connectionID := string(j.Args)
		told, err := db.All[lostHost](ctx, tx, lostHosts, j.OrgID, connectionID)
		if err != nil {
			return err
		}
		ahead, err := meeting.HostsAhead(ctx, tx, j.OrgID, connectionID, tx.Now())
		if err != nil {
			return err
		}
		lost, err := a.cfg.LostAt(ctx, tx, j.OrgID, connectionID, concerned(ahead, told))
		if err != nil {
			return err
		}
		for _, l := range told {
			if slices.Contains(lost, l.personID) {
				continue
			}
			if _, err := tx.Exec(ctx, dropLost, l.orgID, l.connectionID, l.personID); err != nil {
				return err
			}
		}
		fresh := slices.DeleteFunc(lost, func(id string) bool {
			return ahead[id] == 0 || slices.ContainsFunc(told, func(l lostHost) bool { return l.personID == id })
		})
		return a.loseHosts(ctx, tx, j.OrgID, connectionID, fresh, ahead)
	})
}

// concerned are all who hold calls to come and all who were told, in order.
func concerned(ahead map[string]int, told []lostHost) (ids []string) {
	for id := range ahead {
		ids = append(ids, id)
	}
	for _, l := range told {
		ids = append(ids, l.personID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// loseHosts writes down who is lost now and tells them, and the administrators in
// one notice of all.
func (a *Appointments) loseHosts(ctx context.Context, tx *db.Tx, orgID, connectionID string, lost []string, ahead map[string]int) error {
	if len(lost) == 0 {
		return nil
	}
	people, err := a.orgs.PeopleByID(ctx, tx, orgID, lost)
	if err != nil {
		return err
	}
	name, err := a.videoName(ctx, tx, orgID, connectionID)
	if err != nil {
		return unlessErased(err)
	}
	var notices []notify.Notice
	var names []string
	calls := 0
	for _, id := range lost {
		row := lostHost{orgID: orgID, connectionID: connectionID, personID: id, since: tx.Now()}
		if err := db.Insert(ctx, tx, "lost_hosts", &row); err != nil {
			return err
		}
		names, calls = append(names, people[id].Name), calls+ahead[id]
		notices = append(notices, row.notice([]string{id}, id, lostForMember(name, ahead[id])))
	}
	administrators, err := a.orgs.Administrators(ctx, tx, orgID, lostTold)
	if err != nil {
		return err
	}
	var owners []string
	for _, p := range administrators {
		owners = append(owners, p.ID)
	}
	first := lostHost{orgID: orgID, connectionID: connectionID, since: tx.Now()}
	notices = append(notices, first.notice(owners, "all", lostForAdministrator(name, connectionID, names, calls)))
	return a.cfg.Notify.Tell(ctx, tx, notices...)
}

func (l lostHost) notice(to []string, mark string, c card.Card) notify.Notice {
	return notify.Notice{
		OrgID: l.orgID, Key: fmt.Sprintf("%s:%s:%s:%d", KindHostLost, l.connectionID, mark, l.since.UnixMicro()), Kind: KindHostLost,
		Urgency: notify.Action, To: to, About: l.connectionID, Card: c,
	}
}

// lostForMember tells a member that they are not known any more.
func lostForMember(connection string, calls int) card.Card {
	return card.Card{
		Kind:    KindHostLost,
		Title:   card.Say("appointment.card.lost.title", card.String("Connection", connection)),
		Lead:    []card.Text{card.Say("appointment.card.lost.lead", card.Number("Count", calls)), card.Say("appointment.card.lost.next")},
		Actions: []card.Action{{Label: card.Say("appointment.card.schedule"), Path: "/schedule", Style: card.Primary}},
	}
}

// lostForAdministrator tells those who can put it right who is not known any more.
func lostForAdministrator(connection, connectionID string, names []string, calls int) card.Card {
	c := card.Card{
		Kind:  KindHostLost,
		Title: card.Say("appointment.card.lost.admin.title", card.Number("Count", len(names)), card.String("Connection", connection)),
		Lead:  []card.Text{card.Say("appointment.card.lost.admin.lead", card.Number("Count", calls)), card.Say("appointment.card.lost.admin.next")},
	}
	for _, name := range names[:min(len(names), lostNames)] {
		c.Facts = append(c.Facts, card.Fact{Label: card.Say("appointment.fact.member"), Value: card.Value(card.String("", name))})
	}
	if more := len(names) - lostNames; more > 0 {
		c.Lead = append(c.Lead, card.Say("appointment.card.lost.admin.more", card.Number("Count", more)))
	}
	c.Actions = []card.Action{{Label: card.Say("appointment.card.lost.admin.open"), Path: "/settings/video/" + connectionID, Style: card.Primary}}
	return c
}
