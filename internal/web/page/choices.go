package page

import (
	"time"

	"parley/internal/web/ui"
	"parley/internal/words"
)

// ZoneOptions are the zones to choose from, with the one somebody has already
// if the list does not hold it.
func ZoneOptions(r words.Reader, now time.Time, chosen string) (all []ui.Option) {
	listed := chosen == ""
	for _, region := range r.Zones(now) {
		for _, z := range region.Zones {
			all = append(all, ui.Option{Value: z.Name, Label: z.Label, Group: region.Name})
			listed = listed || z.Name == chosen
		}
	}
	if _, known := words.Zone(chosen); !listed && known {
		z := r.ZoneChoice(chosen, now)
		all = append([]ui.Option{{Value: z.Name, Label: z.Label}}, all...)
	}
	return all
}

// LangOptions are the languages to choose from.
func LangOptions() (all []ui.Option) {
	for _, l := range words.Langs() {
		all = append(all, ui.Option{Value: l.Tag, Label: l.Name})
	}
	return all
}

// VideoKind is the kind of connection that gives video calls their link.
const VideoKind = "video"
