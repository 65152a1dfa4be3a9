package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Fault is one misbehaviour someone asked a vendor for.
type Fault struct {
	ID string `json:"id"`
	// Vendor is "entra", "graph", "mail" or "calendar"; Call the name the log shows, or empty for every call of the vendor.
	Vendor string `json:"vendor"`
	Call   string `json:"call,omitempty"`
	// Who limits the fault to one sign-in name (for mail: one recipient); empty means everyone.
	Who string `json:"who,omitempty"`
	// Status is what to answer instead (for mail: the SMTP code); zero answers as usual, which with a delay is a slow vendor.
	Status  int               `json:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	// Code and Message are an error in the vendor's own shape, with its ids: a code of Graph's such as
	// "ServiceUnavailable", or an AADSTS number such as "50196". Error is the OAuth error that goes with a number.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
	// Times is how often it happens; zero means until it is cleared.
	Times int   `json:"times,omitempty"`
	Delay Delay `json:"delay,omitempty"`
	// After performs the call first and fails then: the time-out after the meeting was made.
	After bool `json:"after,omitempty"`
	// Hangup closes the connection instead of answering.
	Hangup bool `json:"hangup,omitempty"`
	// Used counts how often the fault happened.
	Used int `json:"used"`
}

// Replaces tells whether the fault answers in place of the vendor.
func (f *Fault) Replaces() bool { return f != nil && (f.Status != 0 || f.Hangup) }

// Wait lets the delay of the fault pass, in real time, or the context end.
func (f *Fault) Wait(ctx context.Context) {
	if f == nil || f.Delay == 0 {
		return
	}
	timer := time.NewTimer(time.Duration(f.Delay))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Delay is a duration written as "2s".
type Delay time.Duration

// MarshalJSON writes the delay as Go writes durations.
func (d Delay) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads a delay as "1m30s".
func (d *Delay) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return errors.New(`a delay is text such as "2s"`)
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed < 0 {
		return fmt.Errorf("%q is not a delay such as 2s", text)
	}
	*d = Delay(parsed)
	return nil
}

// Faults is the list of misbehaviours in force.
type Faults struct {
	mu   sync.Mutex
	next int
	list []*Fault
}

// Add puts a fault in force and returns its id.
func (f *Faults) Add(fault Fault) (string, error) {
	if err := fault.check(); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	fault.ID, fault.Used = "fault-"+strconv.Itoa(f.next), 0
	f.list = append(f.list, &fault)
	return fault.ID, nil
}

func (f *Fault) check() error {
	switch {
	case !slices.Contains([]string{"entra", "graph", "mail", "calendar"}, f.Vendor):
		return fmt.Errorf("no vendor is named %q: it is entra, graph, mail or calendar", f.Vendor)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("%d is not a status to answer with", f.Status)
	case f.Status == 0 && !f.Hangup && f.Delay == 0:
		return errors.New("a fault needs a status, a delay, or hangup")
	case f.Code != "" && (f.Body != "" || f.Status < 400 || f.Vendor != "entra" && f.Vendor != "graph"):
		return errors.New("a code is of entra or graph, and needs an error's status and no body")
	case f.Times < 0:
		return errors.New("times cannot be negative")
	}
	return nil
}

// Take returns the first fault that fits the call and counts it, or nil. Who may be several names of one caller.
func (f *Faults) Take(vendor, call string, who ...string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.list {
		if !fault.fits(vendor, call, who) {
			continue
		}
		fault.Used++
		taken := *fault
		if fault.Times > 0 && fault.Used >= fault.Times {
			f.list = slices.Delete(f.list, i, i+1)
		}
		return &taken
	}
	return nil
}

func (f *Fault) fits(vendor, call string, who []string) bool {
	return f.Vendor == vendor && (f.Call == "" || f.Call == call) && (f.Who == "" || slices.Contains(who, f.Who))
}

// List returns the faults in force.
func (f *Faults) List() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]Fault, len(f.list))
	for i, fault := range f.list {
		list[i] = *fault
	}
	return list
}

// Remove takes one fault out of force.
func (f *Faults) Remove(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = slices.DeleteFunc(f.list, func(x *Fault) bool { return x.ID == id })
}

// Clear takes every fault out of force.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}
