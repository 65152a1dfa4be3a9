package diary

import (
	"cmp"
	"net/http"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// step says how far an appointment has come, by the one button that it has in a
// schedule, and goes back to where it was pressed.
func (d *Diary) step(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := d.Appointments.Open(r.Context(), d.Orgs.Read(), web.ActorOf(r), r.PathValue("id"))
	if err != nil {
		return unseen(err)
	}
	seen := v.Seen()
	if n := form.Version(); n != 0 {
		seen.Version = n
	}
	reader := web.ReaderOf(r)
	after, err := d.Appointments.SetState(r.Context(), web.ActorOf(r), seen, appointment.State(form.Get("state")))
	told := web.Flash{Tone: "success", Key: "schedule.stepped"}
	if err != nil {
		if told, err = d.unstepped(r, v.ID, err); err != nil {
			return err
		}
	} else {
		told.Args = []string{"Name", cmp.Or(v.Client.Name, reader.T("schedule.client.gone")), "State", reader.T(after.State.Key())}
	}
	web.Tell(w, r, told)
	return web.Redirect(w, r, back(form.Get("next")))
}

// unstepped says why the state is as it was.
func (d *Diary) unstepped(r *http.Request, id string, cause error) (web.Flash, error) {
	switch f := fault.As(cause); {
	case f.Kind != fault.Conflict:
		return web.Flash{}, cause
	case f.Key == "appointment.seen.stale":
		return page.Meanwhile(r, d.Orgs, id, cause)
	default:
		return web.Flash{Tone: "warning", Key: "schedule.unstepped", Args: []string{"Why", words.Fault(web.ReaderOf(r), f)}}, nil
	}
}

// back is the page of ours to go back to, by default the schedule.
func back(next string) string {
	if next = web.Local(next); next == "/" {
		return home
	}
	return next
}
