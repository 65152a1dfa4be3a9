package notify

import (
	"fmt"
	"time"

	"parley/internal/fault"
)

const (
	// doubtPause is how long to wait before what may have arrived is sent again.
	doubtPause = 30 * time.Second
	// laterFirst and laterMost bound the wait after a refusal "for now" of one
	// delivery; mail servers that greylist let the second try in after minutes.
	laterFirst = time.Minute
	laterMost  = time.Hour
	// giveUpAfter is when a delivery that is refused "for now" each time has
	// failed (RFC 5321, 4.5.4.1 advises four to five days).
	giveUpAfter = 4 * 24 * time.Hour
)

// A verdict is what becomes of a delivery that was begun.
type verdict struct {
	Delivery
	secret bool // the card is to be emptied once it is final
}

// judge decides it from the channel's answer.
func judge(r *result, now time.Time) verdict {
	v := verdict{Delivery: r.parcel.Delivery, secret: r.parcel.notice.Secret}
	v.State, v.Due, v.Reason = Queued, now, Reason{}
	v.Wanted = r.parcel.notice.Wanted
	if r.err == nil {
		v.State, v.Ref, v.Sent = Delivered, r.ref, v.Wanted
		return v
	}
	v.Reason = refusal(r.err)
	if pauses(r) {
		return v // the channel's affair: it waits, and it does not count
	}
	switch fault.As(r.err).Kind {
	case fault.Away:
		v.later(now)
	case fault.Unsure:
		v.doubt(now)
	default:
		v.State = Failed
	}
	return v
}

// pauses reports whether the answer is about the channel and not about this
// delivery.
func pauses(r *result) bool {
	return r.err != nil && (r.opening || fault.Is(r.err, fault.Limited) || fault.Is(r.err, fault.SignIn))
}

// troubled reports whether the lane has to rest, and how long the vendor asked for.
func troubled(batch []*result) (pause bool, asked time.Duration) {
	for _, r := range batch {
		if pauses(r) {
			pause, asked = true, max(asked, fault.As(r.err).After)
		}
	}
	return pause, asked
}

// later puts a delivery off that was certainly not sent.
func (v *verdict) later(now time.Time) {
	v.Attempt++
	v.Due = now.Add(min(laterFirst<<min(v.Attempt-1, 10), laterMost))
	if now.Sub(v.Created) > giveUpAfter {
		v.State, v.Reason = Failed, why("gave-up")
	}
}

// doubt settles a delivery that may have arrived: once more and marked, if it
// concerns one person; never a second time, and never for a broadcast.
func (v *verdict) doubt(now time.Time) {
	v.Doubts++
	if v.Urgency == Broadcast || v.Doubts > 1 {
		v.State, v.Reason = Unconfirmed, why("unconfirmed")
		return
	}
	v.Doubled, v.Due, v.Reason = true, now.Add(doubtPause), why("doubt")
}

// refusal is what the channel said: its own sentence, or the general one of the
// kind.
func refusal(err error) Reason {
	f := fault.As(err)
	if f.Key == "" {
		switch f.Kind {
		case fault.Internal:
			return why("internal")
		case fault.Denied:
			return why("denied")
		case fault.Away, fault.Limited, fault.SignIn:
			return why("later")
		}
		return why("refused")
	}
	w := Reason{Key: f.Key}
	for _, a := range f.Args {
		w.Args = append(w.Args, fmt.Sprint(a))
	}
	return w
}
