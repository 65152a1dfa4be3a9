package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"parley/internal/sandbox"
)

// Who the tour books for, and how long it waits for what happens behind a page.
const (
	tourClient = "Nadia Brunner"
	tourEmail  = "nadia.brunner@mail.example"
	tourLate   = 10 * time.Second
)

// A tour walks the main job over HTTP, as the administrator and as a client,
// and asks the sandbox what really arrived.
type tour struct {
	h       *house
	vendors *sandbox.Server
	out     io.Writer
	admin   *walker
	client  *walker

	// what earlier steps found, for later ones
	joinURL   string
	vendorURL string
	meetingID string
	starts    time.Time
	manage    string
	hostUPN   string
}

// A tourStep is one thing that has to happen, and the proof that it did.
type tourStep struct {
	name string
	do   func(*tour, context.Context) (proof string, err error)
}

var tourSteps = []tourStep{
	{"The administrator signs in", (*tour).signIn},
	{"+ New, Microsoft Teams: which field holds the sign-in name", (*tour).chooseField},
	{"The tenant, by its domain", (*tour).giveTenant},
	{"Microsoft: sign in with the service account, accept", (*tour).consent},
	{"Back in Parley: who would match", (*tour).preview},
	{"Finish", (*tour).finish},
	{"The service offers Video Call", (*tour).offerVideo},
	{"A client books a video appointment", (*tour).book},
	{"The Teams link arrives", (*tour).linkArrives},
	{"Microsoft holds one meeting, with the staff as co-organizer", (*tour).meetingHeld},
	{"One e-mail each, with the permanent link and a calendar entry", (*tour).mailed},
	{"The join link leads to the meeting", (*tour).joined},
	{"The staff member sees it in the Schedule", (*tour).scheduled},
	{"The client moves the appointment", (*tour).moved},
	{"The same link, the same meeting, another time", (*tour).movedAtVendor},
	{"The client cancels", (*tour).cancelled},
	{"The meeting is gone, and its old link lets no client in", (*tour).goneAtVendor},
}

// tour runs the steps and ends at the first that did not really happen.
func (h *house) tour(ctx context.Context, vendors *sandbox.Server, out io.Writer) error {
	t := &tour{h: h, vendors: vendors, out: out, admin: newWalker(), client: newWalker()}
	began := time.Now()
	for i, s := range tourSteps {
		proof, err := s.do(t, ctx)
		if err != nil {
			fmt.Fprintf(out, "%2d. %s\n    FAILED: %v\n", i+1, s.name, err)
			return fmt.Errorf("the tour ended at step %d of %d", i+1, len(tourSteps))
		}
		fmt.Fprintf(out, "%2d. %s\n    %s\n", i+1, s.name, proof)
	}
	fmt.Fprintf(out, "\nAll %d steps happened, in %s.\n", len(tourSteps), time.Since(began).Round(10*time.Millisecond))
	return nil
}

// until asks again until it is so, or too late: work behind a page takes a moment.
func until(ctx context.Context, ask func() error) error {
	ctx, stop := context.WithTimeout(ctx, tourLate)
	defer stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", tourLate, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
