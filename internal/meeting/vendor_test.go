package meeting

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"parley/internal/connector"
	"parley/internal/fault"
)

// A scripted is a vendor that keeps its meetings in a map, as Microsoft does
// with createOrGet: one of a key and an account. It fails as it is told.
type scripted struct {
	mu   sync.Mutex
	base string
	// accounts says whose a token is.
	accounts map[string]string
	held     map[string]*holding
	ids      int
	// script is what happens to the next calls; empty means all goes well.
	script []trouble
	// inside counts the calls about a meeting that are going on.
	inside  map[string]int
	crowded []string
	calls   []string
	// ofHost says that a meeting belongs to its first host.
	ofHost bool
	// during is called inside each call, before the vendor acts.
	during func(call string)
}

// holding is a meeting at the vendor.
type holding struct {
	id, key, account, owner string
	wish                    connector.Wish
	fitted                  bool
	gone                    bool
}

// trouble is one thing that goes wrong with a call.
type trouble struct {
	// acts says that the vendor did what was asked before it failed.
	acts bool
	err  error
	// kill ends our process between the vendor's answer and our saving it.
	kill bool
}

type killed struct{}

// whoami is what the vendor's server answers: whose token it was shown.
func (s *scripted) whoami(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(w, `{"account": %q}`, s.accounts[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")])
}

// caller asks the server over the lent client, so that a connection that is
// off, or another account, is what it would be at a vendor.
func (s *scripted) caller(ctx context.Context, c *http.Client) (string, error) {
	var who struct{ Account string }
	_, err := connector.Call(ctx, c, connector.Request{Method: http.MethodGet, URL: s.base, Into: &who})
	return who.Account, err
}

func (s *scripted) url(h *holding) string { return "https://vendor.example/join/" + h.id }

func (s *scripted) call(name, meetingID string, act func() error) error {
	s.mu.Lock()
	s.calls = append(s.calls, name)
	s.inside[meetingID]++
	if s.inside[meetingID] > 1 {
		s.crowded = append(s.crowded, meetingID)
	}
	during := s.during
	s.mu.Unlock()
	if during != nil {
		during(name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inside[meetingID]--
	return s.play(act)
}

func (s *scripted) play(act func() error) error {
	if len(s.script) == 0 {
		return act()
	}
	t := s.script[0]
	s.script = s.script[1:]
	if t.err != nil && !t.acts {
		return t.err
	}
	err := act()
	if t.kill {
		panic(killed{})
	}
	if t.err != nil {
		return t.err
	}
	return err
}

func (s *scripted) Make(ctx context.Context, c *http.Client, w connector.Wish) (made connector.Made, err error) {
	who, err := s.caller(ctx, c)
	if err != nil {
		return made, err
	}
	err = s.call("make", meetingOf(w.Key), func() error {
		for _, h := range s.held {
			if h.key == w.Key && h.account == who && h.owner == s.owner(who, w) && !h.gone {
				made = connector.Made{VendorID: h.id, JoinURL: s.url(h)}
				return nil
			}
		}
		s.ids++
		h := &holding{id: fmt.Sprintf("v%d", s.ids), key: w.Key, account: who, owner: s.owner(who, w), wish: w}
		s.held[h.id] = h
		made = connector.Made{VendorID: h.id, JoinURL: s.url(h)}
		return nil
	})
	if err != nil {
		made = connector.Made{}
	}
	return made, err
}

func (s *scripted) Fit(ctx context.Context, c *http.Client, id string, w connector.Wish) error {
	return s.about(ctx, c, "fit", id, func(h *holding) { h.wish, h.fitted = w, true })
}

func (s *scripted) End(ctx context.Context, c *http.Client, id string) error {
	return s.about(ctx, c, "end", id, func(h *holding) { h.gone = true })
}

func (s *scripted) Check(ctx context.Context, c *http.Client, id string) error {
	return s.about(ctx, c, "check", id, func(*holding) {})
}

func (s *scripted) about(ctx context.Context, c *http.Client, name, id string, act func(*holding)) error {
	who, err := s.caller(ctx, c)
	if err != nil {
		return err
	}
	return s.call(name, meetingOf(s.keyOf(id)), func() error {
		h := s.held[id]
		if h == nil || h.gone || h.account != who {
			return fault.New(fault.NotFound, "")
		}
		act(h)
		return nil
	})
}

func (s *scripted) keyOf(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.held[id]; h != nil {
		return h.key
	}
	return ""
}

// of returns what the vendor holds for a meeting, in any account.
func (s *scripted) of(meetingID string) []*holding {
	s.mu.Lock()
	defer s.mu.Unlock()
	var there []*holding
	for _, h := range s.held {
		if meetingOf(h.key) == meetingID && !h.gone {
			there = append(there, h)
		}
	}
	return there
}

// lose makes the vendor forget all it holds for a meeting.
func (s *scripted) lose(meetingID string) {
	for _, h := range s.of(meetingID) {
		s.mu.Lock()
		h.gone = true
		s.mu.Unlock()
	}
}

func (s *scripted) next(t ...trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, t...)
}

func (s *scripted) calmDown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = nil
}

func (s *scripted) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := strings.Join(s.calls, " ")
	s.calls = nil
	return said
}

func meetingOf(key string) string {
	id, _, _ := strings.Cut(key, ".")
	return id
}

// OfHost is as the test wants it.
func (s *scripted) OfHost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ofHost
}

// owner is in whose name a meeting is made.
func (s *scripted) owner(account string, w connector.Wish) string {
	if s.ofHost {
		return account + "/" + strings.Join(w.Hosts[:1], "")
	}
	return account
}
