package desk

import (
	"net/http"
	"strconv"
	"strings"
	"time"

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
			Label: r.T("desk.delay.say", "Time", r.Duration(late)), Icon: "clock", Href: "/desk/appointments/" + b.ID + "/delay", Post: true,
			Hidden: append(web.Seen(b.Version), appointment.LateMinutes, minutes, "back", v.here()),
		})
	}
	return items
}

// delay tells the client that the staff run late, and shows the day again.
func (p *Pages) delay(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	minutes, _ := strconv.Atoi(form.Get(appointment.LateMinutes)) // what is no number is no length either
	_, err = p.Appointments.RunBehind(r.Context(), web.ActorOf(r), appointment.Seen{ID: id, Version: form.Version()}, time.Duration(minutes)*time.Minute)
	return p.pressed(w, r, form, web.Flash{Tone: "success", Key: "desk.delay.done"}, err)
}
