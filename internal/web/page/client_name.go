package page

import (
	"cmp"

	"parley/internal/appointment"
	"parley/internal/words"
)

// ClientName is the name of an appointment's client on pages for members. It is
// never empty, since it stands in links.
func ClientName(r words.Reader, v appointment.View) string {
	return cmp.Or(v.Client.Name, r.T("schedule.client.gone"))
}
