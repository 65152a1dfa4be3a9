package member

import (
	"net/http"
	"strings"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

func (p pages) sessions(w http.ResponseWriter, r *http.Request) error {
	list, err := p.orgs.Sessions(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	now, err := p.orgs.Now(r.Context())
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	var rows []ui.Row
	for _, s := range list {
		here := s.ID == web.ActorOf(r).Session
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: device(reader, s.Agent), Sub: hereText(reader, here)},
			{Text: reader.DateTime(s.Created)},
			{Text: reader.Relative(s.Seen, now)},
			{Body: endButton(reader, s, here)},
		}})
	}
	shell := page.Frame(w, r, reader.T("member.sessions"), "")
	return page.Render(w, r, http.StatusOK, sessionsPage(reader, shell, rows))
}

func hereText(r words.Reader, here bool) string {
	if here {
		return r.T("member.sessions.here")
	}
	return ""
}

func (p pages) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := p.orgs.EndSession(r.Context(), web.ActorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "member.sessions.ended"})
	return web.Redirect(w, r, "/profile/sessions")
}

func (p pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	if err := p.orgs.EndOtherSessions(r.Context(), web.ActorOf(r)); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "member.sessions.others_ended"})
	return web.Redirect(w, r, "/profile/sessions")
}

// browsers and systems are looked for in this order: each of the later ones
// calls itself by the earlier names too.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"}}
)

// device names what somebody is signed in with, as they would: "Firefox, Windows".
func device(r words.Reader, agent string) string {
	var known []string
	for _, names := range [][][2]string{browsers, systems} {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				known = append(known, n[1])
				break
			}
		}
	}
	if len(known) == 0 {
		return r.T("member.device.unknown")
	}
	return strings.Join(known, ", ")
}

// endPath is where the button of a session posts.
func endPath(s org.Session) string { return "/profile/sessions/" + s.ID + "/end" }
