package graph

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/internal/sandbox/stage"
)

// TestAResetForgetsWhatWasStillToBeTold resets while a notification is refused
// that would be repeated, and others wait behind it.
func TestAResetForgetsWhatWasStillToBeTold(t *testing.T) {
	n := newNotifier(stage.New(nil))
	defer n.close()
	asked := 0
	subscriber := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		n.reset()
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer subscriber.Close()
	s := &Subscription{Resource: "users", Address: subscriber.URL, Lifecycle: subscriber.URL, Expires: time.Now().Add(48 * time.Hour), busy: true} // busy: only this test tells
	n.add(s)
	n.mu.Lock()
	for _, what := range []notice{{lifecycle: "missed"}, {change: "updated", user: "amelia"}} {
		n.put(s, what)
	}
	n.mu.Unlock()
	n.deliver(s)
	if asked != 1 || len(s.waiting) != 0 || len(n.all()) != 0 {
		t.Errorf("the subscriber was asked %d times, %d wait, %d subscriptions are left", asked, len(s.waiting), len(n.all()))
	}
}
