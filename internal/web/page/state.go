package page

import (
	"github.com/a-h/templ"

	"parley/internal/appointment"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// A Look is how a state of an appointment shows itself: no two states share
// both colour and shape.
type Look struct {
	Tone ui.Tone
	Icon string
}

var looks = map[appointment.State]Look{
	appointment.Confirmed:  {ui.Info, "calendar"},
	appointment.Arrived:    {ui.Waiting, "person"},
	appointment.InProgress: {ui.Live, "chat"},
	appointment.Served:     {ui.Success, "check"},
	appointment.NoShow:     {ui.Danger, "alert"},
	appointment.Cancelled:  {ui.Neutral, "close"},
}

// LookOf is how a state shows itself everywhere.
func LookOf(s appointment.State) Look { return looks[s] }

// StateBadge is a state as colour, shape and word.
func StateBadge(r words.Reader, s appointment.State) templ.Component {
	l := LookOf(s)
	return ui.StateBadge(l.Tone, l.Icon, r.T(s.Key()))
}
