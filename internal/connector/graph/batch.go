package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

const (
	// partsMax is how many requests a batch may hold (Microsoft Graph, combine
	// requests with JSON batching).
	partsMax = 20
	// roundsMax is how often the parts that were throttled are asked again.
	roundsMax = 4
	// restMax is the longest that is waited for them here; who is to wait longer
	// comes back later with all of it.
	restMax = 10 * time.Second
)

// part is one request of a batch.
type part struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
}

// partAnswer is the answer to one. It has a status of its own: that of the batch
// says nothing about it.
type partAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// ask puts the questions, twenty at a time, and gives everybody who was found, once.
func (d directory) ask(ctx context.Context, c *http.Client, questions []part) (all []connector.Entry, err error) {
	seen := map[string]bool{}
	for some := range slices.Chunk(questions, partsMax) {
		pages, err := d.batch(ctx, c, some)
		if err != nil {
			return nil, err
		}
		for _, page := range pages {
			found, err := d.whole(ctx, c, page)
			if err != nil {
				return nil, err
			}
			for _, e := range found {
				if !seen[e.ID] {
					seen[e.ID] = true
					all = append(all, e)
				}
			}
		}
	}
	return all, nil
}

// whole reads what an answer has on further pages.
func (d directory) whole(ctx context.Context, c *http.Client, page usersPage) ([]connector.Entry, error) {
	all := page.entries()
	for n := 0; page.Next != ""; n++ {
		next, err := d.follow("", page.Next)
		if err == nil && n == pagesMax {
			err = fault.Wrap(fault.Away, errors.New("the answer has no end"), "teams.directory.odd")
		}
		if err != nil {
			return nil, err
		}
		if page, err = d.page(ctx, c, next); err != nil {
			return nil, err
		}
		all = append(all, page.entries()...)
	}
	return all, nil
}

// batch sends parts until each is answered. Those that are throttled are asked
// again after the rest they ask for; any other refusal ends it.
func (d directory) batch(ctx context.Context, c *http.Client, parts []part) (pages []usersPage, err error) {
	for round := range roundsMax {
		answers, err := d.send(ctx, c, parts)
		if err != nil {
			return nil, err
		}
		busy, found, limited, err := d.sort(parts, answers)
		pages = append(pages, found...)
		if err != nil || len(busy) == 0 {
			return pages, err
		}
		rest := limited.After
		if rest == 0 {
			rest = time.Second << round
		}
		if round == roundsMax-1 || rest > restMax {
			limited.After = rest
			return nil, limited
		}
		if err := pause(ctx, rest); err != nil {
			return nil, err
		}
		parts = busy
	}
	return pages, nil
}

// send makes the call. Its parts only ask, so that nothing is in doubt.
func (d directory) send(ctx context.Context, c *http.Client, parts []part) (map[string]partAnswer, error) {
	for i := range parts {
		parts[i].ID = strconv.Itoa(i + 1)
	}
	var answer struct {
		Responses []partAnswer `json:"responses"`
	}
	_, err := connector.Call(ctx, c, peopleSentences.call(connector.Request{Method: http.MethodPost, URL: d.base + "/v1.0/$batch",
		Body: map[string]any{"requests": parts}, Into: &answer, Most: peopleMost}))
	if f := fault.As(err); f != nil && f.Kind == fault.Unsure {
		return nil, keyed(f, fault.Away, "teams.graph.away")
	}
	byID := map[string]partAnswer{}
	for _, a := range answer.Responses {
		byID[a.ID] = a
	}
	return byID, peopleSentences.named(err)
}

// sort tells the parts that were answered from those that are to be asked again,
// with the longest rest that one of them asks for.
func (d directory) sort(parts []part, answers map[string]partAnswer) (busy []part, found []usersPage, limited *fault.Error, err error) {
	for _, p := range parts {
		a, ok := answers[p.ID]
		switch {
		case !ok:
			return nil, nil, nil, fault.Wrap(fault.Away, errors.New("a part of the batch was not answered"), "teams.graph.away")
		case a.Status >= 200 && a.Status <= 299:
			var page usersPage
			if json.Unmarshal(a.Body, &page) != nil {
				return nil, nil, nil, fault.Wrap(fault.Away, errors.New("a part of the batch is not the JSON that was promised"), "teams.graph.away")
			}
			found = append(found, page)
		case connector.Throttled(a.Status):
			busy = append(busy, p)
			if f := d.refused(p, a); limited == nil || f.After > limited.After {
				limited = f
			}
		default:
			return nil, nil, nil, d.refused(p, a)
		}
	}
	return busy, found, limited, nil
}

// refused is the fault of a part, with the evidence it would have had alone.
func (d directory) refused(p part, a partAnswer) *fault.Error {
	h := http.Header{}
	for name, value := range a.Headers {
		h.Set(name, value)
	}
	f := peopleSentences.explain(connector.Refusal{Status: a.Status, Header: h, Body: a.Body})
	at, _ := http.ParseTime(h.Get("Date"))
	f.Err = connector.WithEvidence(fmt.Errorf("a part of a batch: %w", f.Err), connector.Evidence{
		Call: p.Method + " " + d.base + "/v1.0/users", Status: a.Status, At: at})
	return f
}

// pause waits, or until the caller gives up.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return fault.Wrap(fault.Away, ctx.Err(), "teams.graph.away")
	case <-t.C:
		return nil
	}
}
