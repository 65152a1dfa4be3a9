package visit

import (
	"time"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

var methodIcons = map[appointment.Method]string{appointment.InPerson: "place", appointment.Phone: "phone", appointment.Video: "video"}

var linkTones = map[meeting.LinkState]ui.Tone{
	meeting.NoLink: ui.Neutral, meeting.Pending: ui.Info, meeting.Ready: ui.Success, meeting.AtRisk: ui.Warning,
}

func clientName(r words.Reader, a appointment.View) string { return page.ClientName(r, a) }

// stamp is an instant for machines.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
