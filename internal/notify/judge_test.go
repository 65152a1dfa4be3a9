package notify

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/fault"
)

func TestJudge(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	type row struct {
		State           State
		After           time.Duration
		Attempt, Doubts int64
		Doubled         bool
		Reason          string
		Pauses          bool
	}
	personal := Delivery{Urgency: Personal, Created: now.Add(-time.Minute)}
	with := func(change func(*Delivery)) Delivery {
		d := personal
		change(&d)
		return d
	}
	gone := errors.New("cause")
	for _, c := range []struct {
		name     string
		delivery Delivery
		err      error
		opening  bool
		want     row
	}{
		{name: "accepted", delivery: personal, want: row{State: Delivered}},
		{name: "limited", delivery: personal, err: fault.New(fault.Limited, ""), want: row{State: Queued, Reason: "notify.reason.later", Pauses: true}},
		{name: "no connection", delivery: personal, err: fault.New(fault.Away, ""), opening: true, want: row{State: Queued, Reason: "notify.reason.later", Pauses: true}},
		{name: "unknown fault of the connection", delivery: personal, err: gone, opening: true, want: row{State: Queued, Reason: "notify.reason.internal", Pauses: true}},
		{name: "password refused", delivery: personal, err: fault.New(fault.SignIn, ""), want: row{State: Queued, Reason: "notify.reason.later", Pauses: true}},
		{name: "put off", delivery: personal, err: fault.New(fault.Away, ""), want: row{State: Queued, After: time.Minute, Attempt: 1, Reason: "notify.reason.later"}},
		{name: "put off again", delivery: with(func(d *Delivery) { d.Attempt = 3 }), err: fault.New(fault.Away, ""),
			want: row{State: Queued, After: 8 * time.Minute, Attempt: 4, Reason: "notify.reason.later"}},
		{name: "put off for long", delivery: with(func(d *Delivery) { d.Attempt = 90 }), err: fault.New(fault.Away, ""),
			want: row{State: Queued, After: time.Hour, Attempt: 91, Reason: "notify.reason.later"}},
		{name: "put off for four days", delivery: with(func(d *Delivery) { d.Created = now.Add(-97 * time.Hour) }), err: fault.New(fault.Away, ""),
			want: row{State: Failed, After: time.Minute, Attempt: 1, Reason: "notify.reason.gave-up"}},
		{name: "refused", delivery: personal, err: fault.New(fault.Invalid, ""), want: row{State: Failed, Reason: "notify.reason.refused"}},
		{name: "refused in the channel's words", delivery: personal, err: fault.New(fault.Invalid, "smtp.refused", "Said", "550"),
			want: row{State: Failed, Reason: "smtp.refused"}},
		{name: "denied", delivery: personal, err: fault.New(fault.Denied, ""), want: row{State: Failed, Reason: "notify.reason.denied"}},
		{name: "defect", delivery: personal, err: gone, want: row{State: Failed, Reason: "notify.reason.internal"}},
		{name: "silence", delivery: personal, err: fault.New(fault.Unsure, ""),
			want: row{State: Queued, After: doubtPause, Doubts: 1, Doubled: true, Reason: "notify.reason.doubt"}},
		{name: "silence twice", delivery: with(func(d *Delivery) { d.Doubts, d.Doubled = 1, true }), err: fault.New(fault.Unsure, ""),
			want: row{State: Unconfirmed, Doubts: 2, Doubled: true, Reason: "notify.reason.unconfirmed"}},
		{name: "silence to a broadcast", delivery: with(func(d *Delivery) { d.Urgency = Broadcast }), err: fault.New(fault.Unsure, ""),
			want: row{State: Unconfirmed, Doubts: 1, Reason: "notify.reason.unconfirmed"}},
	} {
		r := &result{parcel: &parcel{Delivery: c.delivery}, err: c.err, opening: c.opening}
		v := judge(r, now)
		got := row{v.State, v.Due.Sub(now), v.Attempt, v.Doubts, v.Doubled, v.Reason.Key, pauses(r)}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
