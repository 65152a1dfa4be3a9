package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/app"
	"parley/internal/sandbox"
)

// late is how long anything may take before the story has failed.
const late = 20 * time.Second

// A house is a running demo and the sandbox it talks to.
type house struct {
	t    testing.TB
	base string
	// vendors is the sandbox's address. What arrived there is asked over its
	// control API, as anybody could.
	vendors string
}

// settle runs the demo on free ports until the test ends. On a weekend its
// clock is moved to Monday morning, so that the week shown is a working one.
func settle(t testing.TB) *house {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	out, ended := &said{}, make(chan struct{})
	var failed error
	go func() {
		defer close(ended)
		failed = app.Demo(ctx, app.DemoOptions{Data: t.TempDir(), Listen: "127.0.0.1:0", SandboxListen: "127.0.0.1:0", Out: out})
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		if failed != nil {
			t.Errorf("the demo ended with %v", failed)
		}
	})
	h := &house{t: t}
	h.until("the demo runs", func() error {
		select {
		case <-ended:
			t.Fatalf("the demo did not start: %v", failed)
		default:
		}
		return h.introduced(out.String())
	})
	h.toWork()
	return h
}

// introduced reads the addresses from what the demo prints.
var introduction = regexp.MustCompile(`(?s)Booking page +(http://[^/]+)/book/harbour-bank.*The sandbox itself +(http://\S+)`)

func (h *house) introduced(text string) error {
	found := introduction.FindStringSubmatch(text)
	if found == nil {
		return fmt.Errorf("it has printed %q", text)
	}
	h.base, h.vendors = found[1], found[2]
	return nil
}

func (h *house) toWork() {
	h.t.Helper()
	var clock struct{ Now time.Time }
	h.ask("GET", "/_sandbox/clock", "", &clock)
	days := map[time.Weekday]int{time.Saturday: 2, time.Sunday: 1}[clock.Now.Weekday()]
	if days == 0 {
		return
	}
	monday := clock.Now.AddDate(0, 0, days)
	at := time.Date(monday.Year(), monday.Month(), monday.Day(), 9, 30, 0, 0, time.UTC)
	h.ask("POST", "/_sandbox/clock", fmt.Sprintf(`{"at":%q}`, at.Format(time.RFC3339)), &clock)
}

// ask asks the sandbox's control API.
func (h *house) ask(method, path, body string, into any) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.vendors+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 && !strings.HasPrefix(path, "/l/") {
		h.t.Fatalf("%s %s answered %s", method, path, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		h.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// now is the demo's time.
func (h *house) now() time.Time {
	h.t.Helper()
	var clock struct{ Now time.Time }
	h.ask("GET", "/_sandbox/clock", "", &clock)
	return clock.Now
}

// turnTo moves the demo's clock.
func (h *house) turnTo(at time.Time) {
	h.t.Helper()
	var clock struct{ Now time.Time }
	h.ask("POST", "/_sandbox/clock", fmt.Sprintf(`{"at":%q}`, at.UTC().Format(time.RFC3339)), &clock)
}

// live are the meetings that Microsoft holds.
func (h *house) live() []sandbox.Meeting {
	h.t.Helper()
	return slices.DeleteFunc(h.meetings(), func(m sandbox.Meeting) bool { return m.Deleted != nil })
}

func (h *house) meetings() (all []sandbox.Meeting) {
	h.t.Helper()
	h.ask("GET", "/_sandbox/meetings", "", &all)
	return all
}

// mail is what somebody was sent that mentions a text.
func (h *house) mail(to, about string) (all []sandbox.Message) {
	h.t.Helper()
	h.ask("GET", "/_sandbox/messages?to="+url.QueryEscape(to), "", &all)
	return slices.DeleteFunc(all, func(m sandbox.Message) bool {
		return !strings.Contains(m.Text, about) && !strings.Contains(m.Subject, about)
	})
}

// calls are the requests of a kind that arrived at a vendor.
func (h *house) calls(vendor, call string) (all []sandbox.Entry) {
	h.t.Helper()
	h.ask("GET", "/_sandbox/log?vendor="+vendor+"&call="+call, "", &all)
	return all
}

// door is what becomes of a stranger who follows Microsoft's own link.
func (h *house) door(link string) string {
	h.t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		h.t.Fatal(err)
	}
	q := u.Query()
	q.Set("as", "anonymous")
	var answer struct{ Outcome string }
	h.ask("GET", strings.TrimPrefix(u.Path+"?"+q.Encode(), h.vendors), "", &answer)
	return answer.Outcome
}

// until asks again until it is so. Work behind a page takes a moment, and
// nothing tells the outside when it is done.
func (h *house) until(what string, ask func() error) {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), late)
	defer stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			h.t.Fatalf("%s: not after %s: %v", what, late, err)
		case <-again.C:
		}
	}
}

// said collects what the demo prints.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// people are Microsoft's of the bank.
func (h *house) people() (all []sandbox.User) {
	h.t.Helper()
	h.ask("GET", "/_sandbox/users?tenant="+sandbox.TenantID, "", &all)
	return all
}

// act does at Microsoft what its administrators do.
func (h *house) act(path, body string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.vendors+"/_sandbox/"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		text, _ := io.ReadAll(answer.Body)
		h.t.Fatalf("%s %s: %s %s", path, body, answer.Status, text)
	}
}
