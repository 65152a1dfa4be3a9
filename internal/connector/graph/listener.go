package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

const (
	// handshakeMax bounds the text that Microsoft wants to see again.
	handshakeMax = 2048
	// noticesMax bounds how many things one request may tell.
	noticesMax = 1000
)

// listener reads Microsoft's change notifications.
type listener struct{ cfg Config }

// Path is the last part of the address.
func (listener) Path() string { return "graph" }

// Read answers the test of the address with the text as it came, which is no
// more than that to us, and reads notifications. What it does not know it leaves
// out: Microsoft repeats what it sees refused, not what we have no use for.
func (l listener) Read(ctx context.Context, r *http.Request, body []byte) ([]connector.Inbound, string, error) {
	query := r.URL.Query()
	if query.Has("validationToken") {
		token := query.Get("validationToken")
		if token == "" || len(token) > handshakeMax {
			return nil, "", fault.New(fault.Invalid, "teams.changes.handshake")
		}
		return nil, token, nil
	}
	var told struct {
		Value []json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(body, &told); err != nil || len(told.Value) > noticesMax {
		return nil, "", fault.Wrap(fault.Invalid, errors.New("no collection of change notifications"), "teams.changes.odd")
	}
	now, err := l.cfg.Clock(ctx)
	if err != nil {
		return nil, "", err
	}
	var events []connector.Inbound
	for _, raw := range told.Value {
		if e, ok := inbound(raw, now); ok {
			events = append(events, e)
		}
	}
	return events, "", nil
}

// notice is the part of a notification that is used (Microsoft Graph,
// changeNotification).
type notice struct {
	ID           string `json:"id"`
	Subscription string `json:"subscriptionId"`
	State        string `json:"clientState"`
	Change       string `json:"changeType"`
	Lifecycle    string `json:"lifecycleEvent"`
	Resource     string `json:"resource"`
	Data         struct {
		Sequence json.Number `json:"sequenceNumber"`
		ETag     string      `json:"@odata.etag"`
	} `json:"resourceData"`
}

// inbound is the event of a notification, without the secret that came with it.
func inbound(raw json.RawMessage, now time.Time) (connector.Inbound, bool) {
	var n notice
	if json.Unmarshal(raw, &n) != nil || n.Subscription == "" || n.kind() == "" {
		return connector.Inbound{}, false
	}
	data, err := bare(raw)
	if err != nil {
		return connector.Inbound{}, false
	}
	return connector.Inbound{ID: n.identity(data, now), Kind: n.kind(), Subject: n.Subscription,
		Secret: connector.NewSecret(n.State), Data: data}, true
}

// kind is what the notification is about. One that was missed, and one that was
// removed, mean that changes may have gone by (Microsoft Graph, lifecycle
// notifications).
func (n notice) kind() string {
	switch {
	case n.Lifecycle == "missed":
		return connector.DirectoryChanged
	case n.Lifecycle == "reauthorizationRequired", n.Lifecycle == "subscriptionRemoved":
		return connector.SubscriptionEnds
	case n.Lifecycle == "" && n.Change != "" && strings.HasPrefix(strings.ToLower(strings.TrimPrefix(n.Resource, "/")), "users"):
		return connector.DirectoryChanged
	}
	return ""
}

// identity names the event, so that a redelivery is the same one. Where Microsoft
// says nothing by which two changes of one person differ, the moment does: to
// look twice costs little, to miss a change costs a day.
func (n notice) identity(data []byte, now time.Time) string {
	h := sha256.New()
	h.Write(data)
	if n.ID == "" && n.Data.Sequence == "" && n.Data.ETag == "" {
		h.Write([]byte(now.UTC().Format(time.RFC3339Nano)))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// bare is the notification without the secret, its properties in one order.
func bare(raw json.RawMessage) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var all map[string]any
	if err := d.Decode(&all); err != nil {
		return nil, err
	}
	for name := range all {
		if strings.EqualFold(name, "clientState") {
			delete(all, name)
		}
	}
	return json.Marshal(all)
}
