package help

import (
	"strconv"
	"strings"

	"parley/internal/web/ui"
	"parley/internal/words"
)

// A topic is the guide to one page or one part of the site. Its texts are in the
// catalogue under "help.<name>": "title", "what", "do1" with "do1.how", and "fix1"
// with "fix1.why" and "fix1.do".
type topic struct {
	name string
	// dos and fixes are how many there are of each.
	dos, fixes int
	// at are the paths it is the guide to, as routes write them; it is the guide to
	// what lies below them too, where no other topic is.
	at []string
	// icon stands in the list of all topics.
	icon string
}

// start is the topic of whatever has none.
var start = topic{name: "start", dos: 2, fixes: 2, at: []string{"/help"}, icon: "help"}

// topics are all others, in the order of the menu.
var topics = []topic{
	{"schedule", 4, 2, []string{"/schedule"}, "calendar"},
	{"visit", 6, 3, []string{"/schedule/{id}"}, "card"},
	{"hours", 3, 2, []string{"/hours", "/staff/{id}/hours"}, "clock"},
	{"busy", 3, 3, []string{"/busy", "/hours/busy", "/profile/busy", "/staff/{id}/busy", "/settings/busy"}, "link"},
	{"away", 2, 2, []string{"/away", "/hours/away", "/hours/off", "/staff/{id}/away"}, "moon"},
	{"desk", 3, 3, []string{"/desk", "/schedule/new"}, "headset"},
	{"clients", 3, 2, []string{"/desk/clients"}, "people"},
	{"staff", 4, 2, []string{"/staff"}, "person"},
	{"staffimport", 3, 3, []string{"/staff-import"}, "upload"},
	{"services", 4, 2, []string{"/services"}, "services"},
	{"locations", 3, 2, []string{"/locations", "/settings/locations"}, "place"},
	{"settings", 3, 1, []string{"/settings"}, "settings"},
	{"organization", 2, 2, []string{"/settings/organization"}, "building"},
	{"booking", 2, 1, []string{"/settings/booking", "/services/feedback"}, "calendar"},
	{"branding", 3, 3, []string{"/settings/branding"}, "eye"},
	{"support", 2, 2, []string{"/settings/support", "/installation/support"}, "chat"},
	{"integrations", 2, 2, []string{"/settings/integrations"}, "plug"},
	{"video", 3, 2, []string{"/settings/video"}, "video"},
	{"connection", 4, 4, []string{"/settings/video/{id}"}, "shield"},
	{"doctor", 3, 2, []string{"/settings/video/{id}/doctor"}, "shield"},
	{"matching", 2, 2, []string{"/settings/video/{id}/staff", "/settings/video/{id}/field"}, "people"},
	{"wizard", 3, 4, []string{"/settings/connect", "/settings/video/new", "/settings/video/{id}/preview", "/settings/video/{id}/wait"}, "flag"},
	{"audit", 2, 2, []string{"/settings/audit"}, "list"},
	{"apps", 4, 3, []string{"/installation"}, "key"},
	{"profile", 1, 1, []string{"/profile"}, "person"},
	{"sessions", 2, 2, []string{"/profile/sessions"}, "shield"},
	{"reads", 1, 1, []string{"/profile/reads"}, "eye"},
}

// topicOf is the guide to the page of a route, such as "GET /staff/{id}": that of
// the longest path it lies at or below.
func topicOf(pattern string) topic {
	path := pattern
	if _, rest, found := strings.Cut(pattern, " "); found {
		path = rest
	}
	best, length := start, 0
	for _, t := range topics {
		for _, at := range t.at {
			if len(at) > length && (path == at || strings.HasPrefix(path, at+"/")) {
				best, length = t, len(at)
			}
		}
	}
	return best
}

// A step is how to do something.
type step struct{ Title, How string }

// A fix is what to do when something goes wrong.
type fix struct{ Symptom, Why, Do string }

// A guide is a topic in the reader's words.
type guide struct {
	name, Title, What string
	Steps             []step
	Fixes             []fix
}

func (t topic) guide(r words.Reader) guide {
	key := "help." + t.name
	g := guide{name: t.name, Title: r.T(key + ".title"), What: r.T(key + ".what")}
	for i := range t.dos {
		do := key + ".do" + strconv.Itoa(i+1)
		g.Steps = append(g.Steps, step{r.T(do), r.T(do + ".how")})
	}
	for i := range t.fixes {
		bad := key + ".fix" + strconv.Itoa(i+1)
		g.Fixes = append(g.Fixes, fix{r.T(bad), r.T(bad + ".why"), r.T(bad + ".do")})
	}
	return g
}

// says reports whether every word is somewhere in the guide.
func (g guide) says(wanted []string) bool {
	var all strings.Builder
	all.WriteString(g.Title + " " + g.What)
	for _, s := range g.Steps {
		all.WriteString(" " + s.Title + " " + s.How)
	}
	for _, f := range g.Fixes {
		all.WriteString(" " + f.Symptom + " " + f.Why + " " + f.Do)
	}
	text := fold(all.String())
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// card leads to the guide.
func (t topic) card(g guide) ui.LinkCardProps {
	return ui.LinkCardProps{Href: "/help?topic=" + t.name, Icon: t.icon, Title: g.Title, Text: g.What}
}

// HasGuide reports whether the page of a route has a guide, of its own or of the
// part of the site it lies in.
func HasGuide(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	return topicOf(pattern).name != start.name || strings.HasPrefix(path, "/help")
}
