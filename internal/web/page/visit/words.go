package visit

import (
	"time"

	"parley/internal/appointment"
	"parley/internal/web/page"
	"parley/internal/words"
)

var methodIcons = map[appointment.Method]string{appointment.InPerson: "place", appointment.Phone: "phone", appointment.Video: "video"}

func clientName(r words.Reader, a appointment.View) string { return page.ClientName(r, a) }

// stamp is an instant for machines.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
