package hours

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// An overlap is a change that would leave booked appointments outside working
// time, with the form that asked for it.
type overlap struct {
	list []stranded
	form web.Form
	// action is where the form goes once more, when the reader is sure.
	action string
	// away says that it came from the page of being away, to which it goes back.
	away bool
}

// A stranded appointment is one that would not be kept, with those who could take
// it over.
type stranded struct {
	appointment.View
	free []org.Person
	// chosen is the remedy that is proposed, or was chosen.
	chosen string
	// fault is why what was chosen could not be done.
	fault string
}

const (
	// takersMost bounds for how many appointments colleagues are looked for
	// beforehand, and how many of these are named.
	takersMost, namedMost = 60, 12
)

// asks reports that the change must be asked about first, and puts the question.
// First is what is proposed where it can be done.
func (e *Editor) asks(r *http.Request, v *view, form web.Form, by plan, action string, first appointment.Remedy) (bool, error) {
	list := v.plan.left(by)
	if form.On("sure") || len(list) == 0 {
		return false, nil
	}
	all, err := e.stranded(r.Context(), web.ActorOf(r), list, first)
	v.over = &overlap{list: all, form: form, action: action}
	return err == nil, err
}

// stranded looks for who could take each appointment over.
func (e *Editor) stranded(ctx context.Context, by org.Actor, list []appointment.View, first appointment.Remedy) (all []stranded, err error) {
	for i, a := range list {
		s := stranded{View: a, chosen: string(appointment.Keep)}
		if i < takersMost {
			takers, _, err := e.Appointments.Takers(ctx, by, a.ID)
			if err != nil {
				return nil, err
			}
			for _, t := range takers {
				if t.Free() && len(s.free) < namedMost {
					s.free = append(s.free, t.Person)
				}
			}
		}
		s.chosen = s.propose(first, i < takersMost)
		all = append(all, s)
	}
	return all, nil
}

// propose is what is done unless the reader chooses otherwise.
func (s stranded) propose(first appointment.Remedy, looked bool) string {
	switch {
	case first != appointment.HandOver:
		return string(first)
	case len(s.free) > 0 || !looked:
		return string(appointment.HandOver)
	case s.State == appointment.Confirmed:
		return string(appointment.AskClient)
	}
	return string(appointment.Keep)
}

// options are the remedies for one appointment.
func (s stranded) options(r words.Reader) []ui.Option {
	list := []ui.Option{{Value: string(appointment.Keep), Label: r.T("hours.settle.keep")}}
	if len(s.free) > 0 || s.chosen == string(appointment.HandOver) {
		list = append(list, ui.Option{Value: string(appointment.HandOver), Label: r.T("hours.settle.reassign")})
	}
	for _, p := range s.free {
		list = append(list, ui.Option{Value: string(appointment.HandOver) + ":" + p.ID, Label: r.T("hours.settle.to", "Name", p.Name)})
	}
	if s.State == appointment.Confirmed {
		list = append(list, ui.Option{Value: string(appointment.AskClient), Label: r.T("hours.settle.ask")})
	}
	return list
}

// plansIn are the remedies that a form chose, in the order of the list.
func plansIn(form web.Form) (plans []appointment.Plan) {
	for _, id := range form.Values["stranded"] {
		chosen := form.Get("remedy-" + id)
		if all := form.Get("all"); all != "" && all != "each" {
			chosen = all
		}
		remedy, staff, _ := strings.Cut(chosen, ":")
		seen := appointment.Seen{ID: id, Version: form.VersionIn("version-" + id)}
		plans = append(plans, appointment.Plan{Seen: seen, Remedy: appointment.Remedy(remedy), StaffID: staff})
	}
	return plans
}

// hidden is all of the form, to be sent once more.
func (o overlap) hidden() (pairs []string) {
	for name, values := range o.form.Values {
		for _, value := range values {
			if name != "do" && name != "sure" && name != "stranded" && name != "all" {
				pairs = append(pairs, name, value)
			}
		}
	}
	for _, s := range o.list {
		pairs = append(pairs, "stranded", s.ID, "version-"+s.ID, strconv.FormatInt(s.Version, 10))
	}
	return pairs
}

// A result is what became of one appointment.
type result struct {
	stranded
	remedy appointment.Remedy
	// to is who has it now.
	to string
}

// resultView is what the page of results shows.
type resultView struct {
	desk  Desk
	shell ui.ShellProps
	saved string
	// done are settled, left are to be chosen again.
	done []result
	left []stranded
}

// saved does what was chosen for the appointments, once the change itself is
// saved, and tells what became of each.
func (e *Editor) saved(w http.ResponseWriter, r *http.Request, v view, form web.Form, key string) error {
	plans := plansIn(form)
	for _, p := range plans {
		if p.Remedy != appointment.Keep && p.Remedy != "" {
			return e.settle(w, r, v.desk, plans, key)
		}
	}
	return back(w, r, v.desk, key)
}

func back(w http.ResponseWriter, r *http.Request, desk Desk, key string) error {
	web.Tell(w, r, web.Flash{Tone: "success", Key: desk.says(key), Args: []string{"Name", desk.Person.Name}})
	return web.Redirect(w, r, desk.Week)
}

// Settle does what was chosen for appointments that an earlier choice left over.
func (e *Editor) Settle(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	desk, err := e.Desk(r)
	if err != nil {
		return err
	}
	return e.settle(w, r, desk, plansIn(form), "")
}

func (e *Editor) settle(w http.ResponseWriter, r *http.Request, desk Desk, plans []appointment.Plan, key string) error {
	ctx, actor, reader := r.Context(), web.ActorOf(r), web.ReaderOf(r)
	before, err := e.before(ctx, actor, plans)
	if err != nil {
		return err
	}
	v := resultView{desk: desk, saved: desk.says(key), shell: page.Frame(w, r, reader.T("hours.result"), desk.Menu)}
	var again []appointment.View
	faults := map[string]string{}
	for _, out := range e.Appointments.Settle(ctx, actor, plans) {
		a, known := before[out.ID]
		if !known {
			continue // it is not theirs any more: what was asked for was done before
		}
		if out.Err == nil {
			v.done = append(v.done, result{stranded: stranded{View: a}, remedy: out.Remedy, to: out.After.StaffID})
			continue
		}
		f := fault.As(out.Err)
		if f == nil || f.Kind != fault.Conflict && f.Kind != fault.Invalid && f.Kind != fault.NotFound {
			return out.Err
		}
		again, faults[a.ID] = append(again, a), words.Fault(reader, f)
	}
	if v.left, err = e.stranded(ctx, actor, again, appointment.HandOver); err != nil {
		return err
	}
	for i := range v.left {
		v.left[i].fault = faults[v.left[i].ID]
	}
	if err := e.nameTakers(ctx, &v); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, resultPage(reader, v))
}

// before reads the appointments as they are before anything is done about them.
// One that the reader may not see any more is left out.
func (e *Editor) before(ctx context.Context, by org.Actor, plans []appointment.Plan) (map[string]appointment.View, error) {
	found := map[string]appointment.View{}
	for _, p := range plans {
		v, err := e.Appointments.Open(ctx, e.Orgs.Read(), by, p.ID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[p.ID] = v
	}
	return found, nil
}

// nameTakers replaces the ids of those who took over by their names.
func (e *Editor) nameTakers(ctx context.Context, v *resultView) error {
	var ids []string
	for _, d := range v.done {
		ids = append(ids, d.to)
	}
	if len(ids) == 0 {
		return nil
	}
	people, err := e.Orgs.PeopleByID(ctx, e.Orgs.Read(), v.desk.Person.OrgID, ids)
	for i := range v.done {
		v.done[i].to = people[v.done[i].to].Name
	}
	return err
}
