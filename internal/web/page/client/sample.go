package client

import (
	"time"

	"github.com/a-h/templ"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// SampleJoin is the join page of an appointment that nobody has.
func SampleJoin(r words.Reader, shell ui.PublicShellProps, v appointment.View, now time.Time) templ.Component {
	return joinPage(r, joinView{
		shell: shell, service: v.Service.Name, host: v.Staff.Name, now: now, enter: "#", spell: spell(r, v.Meeting.Code),
		way: meeting.Way{State: meeting.WayEarly, Meeting: v.Meeting},
	})
}
