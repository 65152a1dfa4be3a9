package help

import (
	"strconv"
	"strings"
	"testing"

	"parley/internal/words"
)

func TestAPageHasTheGuideNearestToIt(t *testing.T) {
	for pattern, want := range map[string]string{
		"GET /schedule": "schedule", "GET /schedule/{id}": "visit", "POST /schedule/{id}/reschedule": "visit", "GET /schedule/new": "desk",
		"GET /staff/{id}/hours": "hours", "GET /staff/{id}": "staff", "GET /staff-import/{import}": "staffimport", "GET /staffing": "start",
		"GET /settings/video/{id}/preview": "wizard", "GET /settings/video/{id}/rematch": "connection", "GET /settings/video/{id}/staff/{person}/match": "matching", "GET /settings/video/{id}/wait": "wizard", "GET /settings/video": "video",
		"GET /settings/anything/else": "settings", "GET /installation/apps/{vendor}": "apps", "": "start", "nonsense": "start",
	} {
		if got := topicOf(pattern).name; got != want {
			t.Errorf("%s has the guide %s, want %s", pattern, got, want)
		}
	}
}

// TestGuidesAreWhole: every text that a guide names is there, in every language,
// and none is left in the catalogue that no guide names.
func TestGuidesAreWhole(t *testing.T) {
	for _, l := range words.Langs() {
		r := words.Reader{Lang: l.Tag}
		for _, top := range append(topics, start) {
			g := top.guide(r)
			for _, s := range g.Steps {
				whole(t, top.name+" "+l.Tag, s.Title, s.How)
			}
			for _, f := range g.Fixes {
				whole(t, top.name+" "+l.Tag, f.Symptom, f.Why, f.Do)
			}
			whole(t, top.name, g.Title, g.What)
			if r.Has("help."+top.name+".do"+strconv.Itoa(top.dos+1)) || r.Has("help."+top.name+".fix"+strconv.Itoa(top.fixes+1)) {
				t.Errorf("%s has more texts than it shows", top.name)
			}
			if len(g.Steps) == 0 || len(g.Fixes) == 0 {
				t.Errorf("%s says too little", top.name)
			}
		}
	}
}

func whole(t *testing.T, where string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if text == "" || strings.Contains(text, "⟦") {
			t.Errorf("%s misses %q", where, text)
		}
	}
}

func TestASearchKnowsNoAccents(t *testing.T) {
	g := topics[0].guide(words.Reader{Lang: "fr"})
	for query, want := range map[string]bool{"IMPRIMER journee": true, "journée": true, "": true, "certificat": false} {
		if g.says(strings.Fields(fold(query))) != want {
			t.Errorf("%q: %v", query, !want)
		}
	}
}
