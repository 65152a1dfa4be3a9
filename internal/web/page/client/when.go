package client

import (
	"net/http"
	"time"

	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// A when is the page's question for a day and a time, in a zone that the client
// can change.
type when struct {
	times page.Times
	zone  zoneChoice
}

// A zoneChoice is the form that changes the zone; keep holds the rest of the
// address, name and value in turn.
type zoneChoice struct {
	action  string
	keep    []string
	zone    string
	options []ui.Option
}

// changeZone keeps the zone that was chosen on the page and says whether the
// request was just that.
func changeZone(w http.ResponseWriter, r *http.Request, back string) (bool, error) {
	zone := r.URL.Query().Get("zone")
	if zone == "" {
		return false, nil
	}
	if err := web.SetZone(w, r, zone); err != nil {
		return true, err
	}
	return true, web.Redirect(w, r, back)
}

// zonesOf is the choice of zones for the reader, their own among them. The day
// or month that was chosen stays so: it is a date, whatever the zone.
func zonesOf(r *http.Request, now time.Time, action string, keep ...string) zoneChoice {
	reader, q := web.ReaderOf(r), r.URL.Query()
	for _, name := range []string{"day", "month"} {
		if value := q.Get(name); value != "" {
			keep = append(keep, name, value)
		}
	}
	zone := reader.Zone.String()
	return zoneChoice{action: action, keep: keep, zone: zone, options: page.ZoneOptions(reader, now, zone)}
}
