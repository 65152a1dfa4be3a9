package stage

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kept is how many entries the log holds; older ones go.
const Kept = 20000

// Entry is one request as it arrived, and what was answered. It never holds a token or a secret.
type Entry struct {
	Seq    int       `json:"seq"`
	At     time.Time `json:"at"`
	Vendor string    `json:"vendor"`
	Call   string    `json:"call"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Status int       `json:"status"`
	// Who is the sign-in name of the account whose token was used, or the sender of a mail.
	Who string `json:"who,omitempty"`
	// Fault is the id of the fault that had its hand in the answer.
	Fault string          `json:"fault,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"`
}

// Log keeps what arrived, in order.
type Log struct {
	mu      sync.Mutex
	seq     int
	entries []Entry
}

// Add writes one entry and numbers it.
func (l *Log) Add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	l.entries = append(l.entries, e)
	if len(l.entries) > Kept {
		l.entries = slices.Clone(l.entries[len(l.entries)-Kept/2:])
	}
}

// Query picks entries; empty fields do not pick.
type Query struct {
	Vendor, Call string
	// Since leaves out entries up to this number.
	Since int
}

// Find returns the entries that fit, oldest first.
func (l *Log) Find(q Query) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := []Entry{}
	for _, e := range l.entries {
		if e.Seq > q.Since && (q.Vendor == "" || e.Vendor == q.Vendor) && (q.Call == "" || e.Call == q.Call) {
			found = append(found, e)
		}
	}
	return found
}

// Clear forgets the entries; numbers go on, so that "since" stays meaningful.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}

// secretFields are the form and JSON fields whose values never reach the log.
var secretFields = []string{"client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "access_token", "id_token", "authorization", "password", "passcode"}

// redact takes the values of secret fields out of a decoded JSON value.
func redact(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			if slices.Contains(secretFields, strings.ToLower(name)) {
				v[name] = "[redacted]"
				continue
			}
			v[name] = redact(field)
		}
	case []any:
		for i := range v {
			v[i] = redact(v[i])
		}
	}
	return value
}
