package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
)

// How notifications are told ("Receive change notifications through webhooks"). Microsoft repeats for four hours; the
// sandbox, where nobody waits so long, for some seconds.
const (
	handshakeTime = 10 * time.Second
	tellTime      = 10 * time.Second
	tries         = 6
	firstPause    = 100 * time.Millisecond
	mostWaiting   = 10000
	mostAtOnce    = 100
)

// put queues a notice and sets out to tell it. It wants the lock held.
func (n *notifier) put(s *Subscription, what notice) {
	if len(s.waiting) >= mostWaiting {
		s.Lost++
		return
	}
	s.waiting = append(s.waiting, what)
	if !s.busy && n.ctx.Err() == nil {
		s.busy = true
		n.work.Go(func() { n.deliver(s) })
	}
}

// deliver tells a subscriber everything that waits, in order.
func (n *notifier) deliver(s *Subscription) {
	for {
		batch, about, to := n.batch(s)
		if len(batch) == 0 {
			return
		}
		answer, err := n.insist(s, to, write(about, batch))
		n.mu.Lock()
		s.LastAnswer = answer
		if err == nil {
			s.Delivered += len(batch)
		} else {
			s.Lost += len(batch)
		}
		n.mu.Unlock()
	}
}

// batch takes the next notices for one address, with the subscription as it is now; none ends the telling.
func (n *notifier) batch(s *Subscription) (batch []notice, about Subscription, to string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(s.waiting) == 0 || n.ctx.Err() != nil {
		s.busy, s.waiting = false, nil
		return nil, Subscription{}, ""
	}
	size, to := 1, s.Lifecycle
	if s.waiting[0].lifecycle == "" {
		to = s.Address
		for size < len(s.waiting) && size < mostAtOnce && s.waiting[size].lifecycle == "" {
			size++
		}
	}
	batch = slices.Clone(s.waiting[:size])
	s.waiting = slices.Delete(s.waiting, 0, size)
	return batch, *s, to
}

// write is the body of some notices.
func write(s Subscription, batch []notice) []byte {
	value := []any{}
	for _, what := range batch {
		one := map[string]any{"subscriptionId": s.ID, "subscriptionExpirationDateTime": stamp(s.Expires), "clientState": orNull(s.State), "tenantId": s.Tenant}
		if what.lifecycle != "" {
			one["lifecycleEvent"] = what.lifecycle
		} else {
			one["id"], one["changeType"], one["resource"] = uuid.NewString(), what.change, "users/"+what.user
			one["resourceData"] = map[string]any{"@odata.type": "#microsoft.graph.user", "@odata.id": "users/" + what.user, "id": what.user}
		}
		value = append(value, one)
	}
	body, _ := json.Marshal(map[string]any{"value": value})
	return body
}

// insist posts a body until the subscriber takes it, or has refused it, or was asked often enough, or is forgotten.
func (n *notifier) insist(s *Subscription, to string, body []byte) (answer string, err error) {
	for i, pause := 0, firstPause; i < tries; i, pause = i+1, 2*pause {
		if i > 0 && !n.rest(pause) {
			return answer, n.ctx.Err()
		}
		if n.forgot(s) {
			return answer, errors.New("forgotten")
		}
		var status int
		status, err = n.post(n.ctx, to, "application/json", body, nil)
		answer = fmt.Sprintf("%d %s", status, http.StatusText(status))
		switch {
		case err != nil:
			answer = "no answer"
		case status >= 200 && status < 300:
			return answer, nil
		case status < 500 && status != http.StatusTooManyRequests:
			return answer, errors.New("refused")
		}
		err = errors.Join(err, errors.New("not taken"))
	}
	return answer, err
}

func (n *notifier) forgot(s *Subscription) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return s.forgotten
}

func (n *notifier) rest(pause time.Duration) bool {
	select {
	case <-n.ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// post sends a body; check looks at the answer.
func (n *notifier) post(ctx context.Context, to, kind string, body []byte, check func(*http.Response, []byte) error) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", kind)
	answer, err := n.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err == nil && check != nil {
		err = check(answer, text)
	}
	return answer.StatusCode, err
}

// handshake proves that who asks for notifications rules the address: it must echo a token as plain text within ten
// seconds ("Notification endpoint validation").
func (n *notifier) handshake(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	token := "Validation: Testing client application reachability for subscription Request-Id: " + uuid.NewString() + " <&>"
	query := u.Query()
	query.Set("validationToken", token)
	u.RawQuery = query.Encode()
	_, err = n.post(ctx, u.String(), "text/plain; charset=utf-8", nil, func(answer *http.Response, text []byte) error {
		kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
		if answer.StatusCode != http.StatusOK || kind != "text/plain" || string(text) != token {
			return fmt.Errorf("Notification endpoint must respond with 200 OK, text/plain and the token to validation request; it said %d, %s", answer.StatusCode, kind)
		}
		return nil
	})
	if ctx.Err() != nil {
		return errors.New("Subscription validation request timed out.")
	}
	return err
}
