package appointment

import (
	"context"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

const bookedSince = `SELECT COUNT(*) FROM appointments WHERE org_id = $1 AND service_id = $2 AND client_id = $3 AND booked_at > $4 AND state <> 'cancelled'`

// Work registers the jobs of this room.
func (a *Appointments) Work(r *job.Runner) {
	r.Handle(kindServe, a.serveWaiting)
	r.Handle(kindAsk, a.askFeedback)
	r.Handle(kindPlace, a.relocate)
	r.Handle(kindRescue, a.rescueJob)
	r.Handle(kindRescues, a.rescuesJob)
	r.Handle(kindHosts, a.hostsJob)
}

// A round is one look at a waiting list.
type round struct {
	now     time.Time
	service Service
	taken   onOffer
	// next is when the first offer ends.
	next time.Time
	open int
}

// serveWaiting looks at the waiting list of a service: offers that ended are
// closed, and whoever waits longest is offered the first time that suits them.
func (a *Appointments) serveWaiting(ctx context.Context, j job.Job) error {
	line, err := db.All[Waiting](ctx, a.db, waitingLine, j.OrgID, string(j.Args))
	if err != nil || len(line) == 0 {
		return err
	}
	r := round{taken: onOffer{}}
	if r.now, err = a.db.Now(ctx); err != nil {
		return err
	}
	if r.service, _, err = a.service(ctx, a.db, j.OrgID, string(j.Args)); err != nil {
		return err
	}
	for i := range line {
		if err := a.settle(ctx, &r, &line[i]); err != nil {
			return err
		}
	}
	for _, w := range line {
		if w.State == Waits {
			if err := a.offer(ctx, &r, w); err != nil {
				return err
			}
		}
	}
	return r.later()
}

// later says when to look again, if anybody waits.
func (r *round) later() error {
	if r.open == 0 {
		return nil
	}
	wait := lookAgain
	if !r.next.IsZero() {
		wait = min(wait, max(r.next.Sub(r.now), time.Second))
	}
	return job.Later(wait)
}

// stands counts an offer that somebody has in their hands.
func (r *round) stands(staff string, start, until time.Time) {
	r.taken[offerKey(staff, start)] = true
	if r.next.IsZero() || until.Before(r.next) {
		r.next = until
	}
}

// settle finds out what became of one who waits, before anybody is offered more.
func (a *Appointments) settle(ctx context.Context, r *round, w *Waiting) error {
	end, err := a.waitsFor(ctx, *w)
	if err != nil {
		return err
	}
	if end != "" {
		w.State = end
		return a.endWaiting(ctx, *w, end)
	}
	r.open++
	if w.State != OnOffer {
		return nil
	}
	free, err := a.isFree(ctx, *w)
	if err != nil {
		return err
	}
	if free && w.Good(r.now) {
		r.stands(w.OfferStaff, w.Start, w.Until)
		return nil
	}
	return a.closeOffer(ctx, r, w, free)
}

// waitsFor tells why somebody waits no more, if so: they have what they waited
// for, or the appointment that was to move is over or called off.
func (a *Appointments) waitsFor(ctx context.Context, w Waiting) (WaitState, error) {
	now, err := a.db.Now(ctx)
	if err != nil {
		return "", err
	}
	if w.AppointmentID == "" {
		n, err := db.Value[int64](ctx, a.db, bookedSince, w.Ask.OrgID, w.Ask.ServiceID, w.ClientID, db.Time(w.Since))
		switch {
		case err != nil:
			return "", err
		case n > 0:
			return Took, nil
		case !w.Latest.IsZero() && !now.Before(w.Latest):
			return WaitEnded, nil
		}
		return "", nil
	}
	ap, err := a.appointment(ctx, a.db, w.Ask.OrgID, w.AppointmentID)
	switch {
	case err != nil && !fault.Is(err, fault.NotFound):
		return "", err
	case err != nil || !ap.Upcoming(now):
		return WaitEnded, nil
	case w.State == OnOffer && ap.Starts.Equal(w.Start):
		return Took, nil
	}
	return "", nil
}

// isFree reports whether the time on offer can still be had.
func (a *Appointments) isFree(ctx context.Context, w Waiting) (bool, error) {
	slots, err := a.slotsFor(ctx, w, moment(w.Start))
	for _, s := range slots {
		for _, staff := range s.Staff {
			if s.Start.Equal(w.Start) && staff == w.OfferStaff {
				return true, err
			}
		}
	}
	return false, err
}

// slotsFor are the times that one who waits could have within a window.
func (a *Appointments) slotsFor(ctx context.Context, w Waiting, window calendar.Span) ([]Slot, error) {
	if w.AppointmentID != "" {
		return a.SlotsToMove(ctx, org.Actor{OrgID: w.Ask.OrgID, PersonID: w.ClientID}, w.AppointmentID, window)
	}
	slots, err := a.Slots(ctx, w.Ask, window)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return nil, nil // not offered like this just now
	}
	return slots, err
}

// offer tells one who waits of the first time that suits them, if there is one.
func (a *Appointments) offer(ctx context.Context, r *round, w Waiting) error {
	window, err := a.wanted(ctx, r, w)
	if err != nil || !window.Valid() {
		return err
	}
	slots, err := a.slotsFor(ctx, w, window)
	if err != nil {
		return err
	}
	start, staff, until, ok := r.taken.choose(w, slots, r.now, r.service.Notice)
	if !ok {
		return nil
	}
	r.stands(staff, start, until)
	w.Start, w.OfferStaff, w.Until, w.past = start, staff, until, append(w.past, start)
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, saveOffer, w.Ask.OrgID, w.ID, w.Version, db.Time(w.Start), w.OfferStaff, db.Time(w.Until), db.JSON[[]time.Time]{To: &w.past})
		if err != nil || n == 0 {
			return err
		}
		return a.tellOffer(ctx, tx, w, r.service)
	})
}

// wanted is the time in which something earlier would suit.
func (a *Appointments) wanted(ctx context.Context, r *round, w Waiting) (calendar.Span, error) {
	window := calendar.Span{Start: r.now, End: r.now.Add(r.service.Ahead)}
	if w.Earliest.After(window.Start) {
		window.Start = w.Earliest
	}
	if !w.Latest.IsZero() && w.Latest.Before(window.End) {
		window.End = w.Latest
	}
	if w.AppointmentID == "" {
		return window, nil
	}
	ap, err := a.appointment(ctx, a.db, w.Ask.OrgID, w.AppointmentID)
	if ap.Starts.Before(window.End) {
		window.End = ap.Starts
	}
	return window, err
}

// closeOffer ends an offer that was not taken in time, or that somebody else
// took, and says so. The client waits on.
func (a *Appointments) closeOffer(ctx context.Context, r *round, w *Waiting, free bool) error {
	err := a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, endOffer, w.Ask.OrgID, w.ID, w.Version)
		if err != nil || n == 0 {
			return err
		}
		return a.tellGone(ctx, tx, *w, r.service, free)
	})
	w.State = Waits
	w.Version++
	return err
}
