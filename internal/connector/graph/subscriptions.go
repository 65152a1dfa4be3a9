package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

const (
	// subscriptionMax is how long a subscription to users lives at most: 41,760
	// minutes, and subscriptionMin what shorter ones are raised to (Microsoft
	// Graph, change notifications, subscription lifetime).
	subscriptionMax = 41760 * time.Minute
	subscriptionMin = 45 * time.Minute
	// clientStateMax is the longest secret that comes back with a notification
	// (Microsoft Graph, subscription).
	clientStateMax = 128
	// slack keeps a time that is still legal here legal when it arrives.
	slack = time.Minute
)

// subscription is Microsoft's answer to one.
type subscription struct {
	ID      string    `json:"id"`
	Expires time.Time `json:"expirationDateTime"`
}

// Longest is how long a subscription lives at most.
func (changes) Longest() time.Duration { return subscriptionMax }

// Subscribe asks for the changes of all users. Creation and a deletion that can
// be taken back arrive as "updated". While it asks, Microsoft tests the address,
// so that it is refused where nobody answers there.
func (d changes) Subscribe(ctx context.Context, c *http.Client, address string, secret connector.Secret, until time.Time) (connector.Subscription, error) {
	if n := len(secret.Reveal()); n == 0 || n > clientStateMax {
		return connector.Subscription{}, fault.Wrap(fault.Internal, errors.New("the secret of a subscription has 1 to 128 characters"), "")
	}
	expires, err := d.expiry(ctx, until)
	if err != nil {
		return connector.Subscription{}, err
	}
	body := map[string]string{"changeType": "updated,deleted", "resource": "users", "notificationUrl": address,
		"lifecycleNotificationUrl": address, "expirationDateTime": expires, "clientState": secret.Reveal()}
	return d.subscription(ctx, c, http.MethodPost, "", body)
}

// Renew prolongs a subscription.
func (d changes) Renew(ctx context.Context, c *http.Client, id string, until time.Time) (connector.Subscription, error) {
	expires, err := d.expiry(ctx, until)
	if err != nil {
		return connector.Subscription{}, err
	}
	return d.subscription(ctx, c, http.MethodPatch, id, map[string]string{"expirationDateTime": expires})
}

// Unsubscribe ends one.
func (d changes) Unsubscribe(ctx context.Context, c *http.Client, id string) error {
	_, err := connector.Call(ctx, c, changeSentences.call(connector.Request{Method: http.MethodDelete, URL: d.base + "/v1.0/subscriptions/" + url.PathEscape(id)}))
	return gone(changeSentences.named(err))
}

func (d changes) subscription(ctx context.Context, c *http.Client, method, id string, body any) (connector.Subscription, error) {
	address := d.base + "/v1.0/subscriptions"
	if id != "" {
		address += "/" + url.PathEscape(id)
	}
	var got subscription
	_, err := connector.Call(ctx, c, changeSentences.call(connector.Request{Method: method, URL: address, Body: body, Into: &got, Explain: explainSubscription}))
	if err != nil {
		return connector.Subscription{}, changeSentences.named(err)
	}
	if got.ID == "" || got.Expires.IsZero() {
		return connector.Subscription{}, fault.Wrap(fault.Unsure, errors.New("the subscription came back without id or end"), "teams.graph.away")
	}
	return connector.Subscription{ID: got.ID, Expires: got.Expires}, nil
}

// expiry is the end that Microsoft takes for a wish.
func (d changes) expiry(ctx context.Context, until time.Time) (string, error) {
	now, err := d.cfg.Clock(ctx)
	if err != nil {
		return "", err
	}
	if longest := now.Add(subscriptionMax - slack); until.After(longest) {
		until = longest
	}
	if shortest := now.Add(subscriptionMin); until.Before(shortest) {
		until = shortest
	}
	return until.UTC().Format(time.RFC3339), nil
}

// explainSubscription reads a refusal of a subscription: an address of ours that
// Microsoft could not reach is told apart from everything else.
func explainSubscription(r connector.Refusal) *fault.Error {
	f := changeSentences.explain(r)
	for _, code := range readGraphError(r.Body).codes() {
		if code == "ValidationError" {
			return keyed(f, fault.Invalid, "teams.changes.unreached")
		}
	}
	return f
}
