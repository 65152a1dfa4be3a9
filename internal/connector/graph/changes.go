package graph

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// changes follows the directory by delta queries and subscriptions, which only
// the full level of consent allows (Microsoft Graph, user: delta; create
// subscription).
type changes struct {
	directory
	cfg Config
}

// deltaPage is some of the changes. The last page has the link to go on with
// later, all others the link to the next.
type deltaPage struct {
	Value []struct {
		ID      string `json:"id"`
		Removed *struct {
			Reason string `json:"reason"`
		} `json:"@removed"`
	} `json:"value"`
	Next  string `json:"@odata.nextLink"`
	Delta string `json:"@odata.deltaLink"`
}

// Now asks for a link that begins now, without anybody's data. Only changes of
// the properties that it names are told later.
func (d changes) Now(ctx context.Context, c *http.Client) (string, error) {
	address := d.base + "/v1.0/users/delta?$select=" + shown(connector.Full) + "&$deltatoken=latest"
	for range pagesMax {
		page, err := d.delta(ctx, c, address)
		if err != nil {
			return "", err
		}
		if page.Delta != "" {
			return d.follow("", page.Delta)
		}
		if address, err = d.follow(address, page.Next); err != nil {
			return "", err
		}
	}
	return "", endless()
}

// Since lists who changed after a link.
func (d changes) Since(ctx context.Context, c *http.Client, cursor string) iter.Seq2[connector.ChangePage, error] {
	return func(yield func(connector.ChangePage, error) bool) {
		address, err := d.start(cursor, "")
		if cursor == "" {
			err = fault.Wrap(fault.Conflict, errors.New("no cursor"), "teams.directory.restart")
		}
		for range pagesMax {
			var page deltaPage
			if err == nil {
				page, err = d.delta(ctx, c, address)
			}
			next := ""
			if err == nil {
				next, err = d.onwards(address, page)
			}
			if err != nil {
				yield(connector.ChangePage{}, err)
				return
			}
			if !yield(connector.ChangePage{Changes: page.changes(), Cursor: next}, nil) || page.Delta != "" {
				return
			}
			address = next
		}
		yield(connector.ChangePage{}, endless())
	}
}

// onwards is where to go on after a page. The last page may lead to itself: when
// nothing changed, what comes later begins at the same place.
func (d changes) onwards(from string, page deltaPage) (string, error) {
	if page.Delta != "" {
		return d.follow("", page.Delta)
	}
	return d.follow(from, page.Next)
}

func endless() error {
	return fault.Wrap(fault.Away, errors.New("the changes have no end"), "teams.directory.odd")
}

// delta reads a page. Only who changed matters, not all that they are: the answer
// is asked for in its short form (Microsoft Graph, user: delta).
func (d changes) delta(ctx context.Context, c *http.Client, address string) (deltaPage, error) {
	var page deltaPage
	_, err := connector.Call(ctx, c, changeSentences.call(connector.Request{Method: http.MethodGet, URL: address, Into: &page, Most: peopleMost,
		Header: header("x-ms-throttle-priority", "Low", "Prefer", "return=minimal"), Explain: explainDelta}))
	return page, changeSentences.named(err)
}

// explainDelta reads a refusal of changes. A link lives for seven days; after
// that it is answered with 410, or with a code that says the state is lost
// (Microsoft Graph, use delta query to track changes).
func explainDelta(r connector.Refusal) *fault.Error {
	f := changeSentences.explain(r)
	lost := r.Status == http.StatusGone
	for _, code := range readGraphError(r.Body).codes() {
		code = strings.ToLower(code)
		lost = lost || strings.Contains(code, "syncstate") || strings.Contains(code, "resync") || strings.HasSuffix(code, "pagetoken")
	}
	if lost {
		return keyed(f, fault.Conflict, "teams.directory.restart")
	}
	return f
}

// changes are those of a page. Whoever was removed is gone, whether it can be
// taken back or not: who comes back is told as a change.
func (p deltaPage) changes() (all []connector.Change) {
	for _, u := range p.Value {
		if u.ID != "" {
			all = append(all, connector.Change{ID: u.ID, Gone: u.Removed != nil})
		}
	}
	return all
}
