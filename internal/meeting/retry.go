package meeting

import (
	"time"

	"parley/internal/fault"
	"parley/internal/job"
)

const (
	// pauseStep and pauseMax space the tries after a refusal that only a person
	// can lift, such as a missing licence: nobody tells us when it is lifted.
	pauseStep = 10 * time.Minute
	pauseMax  = time.Hour
)

// again says when the job has to come back by itself after a run in which
// nothing more can be done. What passes by itself goes back to the queue with
// its own pace; else the next check of the link is due at its time. A meeting
// that is still to come is never given up.
func (r *run) again(v view, s step) error {
	for _, err := range r.failures {
		if passes(fault.As(err).Kind) {
			return err
		}
	}
	if !v.wants() {
		return nil // what is left to end is rung by the sweep and by its connection
	}
	if s.task == wait && s.conf.rests(v.now) {
		return job.Later(s.conf.RetryAt.Sub(v.now))
	}
	if s.task == wait && len(r.failures) > 0 {
		return job.Later(min(pauseStep*time.Duration(max(s.conf.Attempt, 1)), pauseMax))
	}
	if live, has := v.live(); has && s.task == rest {
		if due, more := v.checkAt(live); more && due.After(v.now) {
			return job.Later(due.Sub(v.now))
		}
	}
	return nil
}
