package app

import (
	"strings"
	"testing"

	"parley/internal/appointment"
	"parley/internal/org"
)

// TestTheSameLinkEverywhere looks for the link of a video call wherever the client,
// the staff and the Contact Center see it, and opens it: each leads to the one
// meeting that Microsoft holds. Who runs the call gets the way in, others a link to
// pass on.
func TestTheSameLinkEverywhere(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		g.connect()
		v := g.book(g.service("Everyday banking"), appointment.Video, "Nadia Brunner")
		g.work()
		v, err := g.appointments.Get(t.Context(), g.db, v.OrgID, v.ID)
		g.ok(err)
		link, day := "/j/"+v.Meeting.Code, v.Starts.Format("2006-01-02")
		host, ruth := g.signIn(v.Staff), g.signIn(g.people["Ruth Adeyemi"])
		enter := `href="` + link + `/go"`
		for where, path := range map[string]string{"the day": "/schedule?view=day&day=" + day, "the week": "/schedule?view=week&day=" + day, "the list": "/schedule?view=list&day=" + day, "its page": "/schedule/" + v.ID} {
			w := g.ask("GET", path, host)
			contains(t, w, 200)
			if !strings.Contains(w.Body.String(), enter) {
				t.Errorf("%s of the host does not lead into the call", where)
			}
		}
		desk := g.ask("GET", "/desk?day="+day, ruth)
		contains(t, desk, 200, "Link ready", "Copy link", g.site.URL(link), `href="`+link+`"`)
		if strings.Contains(desk.Body.String(), enter) {
			t.Error("an agent who does not run the call is led into it as its host")
		}
		g.ok(g.orgs.Grant(t.Context(), g.admin, v.StaffID, org.Scheduler, ""))
		contains(t, g.ask("GET", "/desk?day="+day, g.signIn(v.Staff)), 200, enter)
		contains(t, g.ask("GET", "/manage/"+g.manageToken(v), nil), 200, link)
		mails := g.vendors.Messages(v.Client.Email)
		if len(mails) == 0 || !strings.Contains(mails[0].Text, g.site.URL(link)) || mails[0].Calendar == nil || !strings.Contains(mails[0].Calendar.Location+mails[0].Calendar.Description, link) {
			t.Errorf("the mail and its calendar entry do not both have %s: %+v", link, mails)
		}
		contains(t, g.ask("GET", link, nil), 200, enter)
		var held []string
		for _, m := range g.vendors.Meetings() {
			if m.Deleted == nil {
				held = append(held, m.JoinWebURL)
			}
		}
		if got := g.ask("GET", link+"/go", nil).Header().Get("Location"); len(held) != 1 || got != held[0] {
			t.Errorf("the link leads to %s, Microsoft holds %v", got, held)
		}
	})
}
