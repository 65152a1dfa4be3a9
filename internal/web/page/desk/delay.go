package desk

import (
	"strconv"
	"strings"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// besideNames says who is there beside the staff.
func (v todayView) besideNames(r words.Reader, b appointment.Brief) string {
	var names []string
	for _, id := range b.Beside {
		names = append(names, v.staff[id].Name)
	}
	if names == nil {
		return ""
	}
	return r.T("desk.beside", "Names", strings.Join(names, ", "))
}

// delays are the presses that tell the client how late the staff will be.
func (v todayView) delays(r words.Reader, b appointment.Brief) (items []ui.MenuItem) {
	if !b.CanSayDelay(v.now) {
		return nil
	}
	for _, late := range appointment.Lateness() {
		minutes := strconv.Itoa(int(late.Minutes()))
		items = append(items, ui.MenuItem{
			Label: r.T("desk.delay.say", "Time", r.Duration(late)), Icon: "clock", Href: "/schedule/" + b.ID + "/delay", Post: true,
			Hidden: append(web.Seen(b.Version), appointment.LateMinutes, minutes, "next", v.here()),
		})
	}
	return items
}
