package page

import (
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/words"
)

// justNow is how long something was done "a moment ago".
const justNow = 10 * time.Minute

// RivalText tells a member who took the time that they wanted, and for whom.
func RivalText(r words.Reader, v appointment.Rival, me string, now time.Time) string {
	who, when := "by", "since"
	switch v.ByID {
	case me:
		who = "you"
	case v.ClientID:
		who = "client"
	case "":
		who = "program"
	}
	if now.Sub(v.At) < justNow {
		when = "just"
	}
	said := r.T("page.rival."+when+"."+who, "Who", v.By, "Client", ClientName(r, v.View), "Staff", v.Staff.Name, "When", r.DateTime(v.At))
	return said + " " + r.T("page.rival.choose")
}

// Taken reports whether somebody was refused because a time is not free any more.
func Taken(cause error) bool {
	return fault.Is(cause, fault.Conflict) && fault.As(cause).Key == "appointment.taken"
}
