package graph

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var usersForm = regexp.MustCompile(`^/?users(?:/([^/]+))?$`)

// subscribeWish is the body of a subscription that is made or changed.
type subscribeWish struct {
	ChangeType   string     `json:"changeType"`
	Address      string     `json:"notificationUrl"`
	Lifecycle    string     `json:"lifecycleNotificationUrl"`
	Resource     string     `json:"resource"`
	Expires      *time.Time `json:"expirationDateTime"`
	ClientState  string     `json:"clientState"`
	IncludesData *bool      `json:"includeResourceData"`
}

func readSubscription(r *http.Request) (ask subscribeWish, wrong string) {
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		return ask, "Unable to read JSON request payload: a property is missing or of the wrong type."
	}
	return ask, ""
}

// check looks at what a new subscription asks for; it says what is wrong.
func (a subscribeWish) check() string {
	switch {
	case a.ChangeType == "" || a.Address == "" || a.Resource == "" || a.Expires == nil:
		return "changeType, notificationUrl, resource and expirationDateTime are required."
	case !usersForm.MatchString(a.Resource):
		return "The resource '" + a.Resource + "' is not one that can be subscribed to here."
	case a.IncludesData != nil && *a.IncludesData:
		return "Notifications of users do not include resource data."
	case len(a.ClientState) > maxClientState:
		return "clientState has more than 128 characters."
	case !addressable(a.Address):
		return "The notificationUrl must be an https address."
	case a.Lifecycle != "" && !addressable(a.Lifecycle):
		return "The lifecycleNotificationUrl must be an https address."
	}
	for _, kind := range strings.Split(a.ChangeType, ",") {
		if !slices.Contains([]string{"updated", "deleted"}, strings.TrimSpace(kind)) {
			return "The changeType '" + kind + "' is not supported for users; use updated or deleted."
		}
	}
	return ""
}

// checkExpiry refuses a time that is over, and one that is too far.
func (g *Graph) checkExpiry(a subscribeWish) string {
	switch now := g.Stage.Now(); {
	case a.Expires == nil || !a.Expires.After(now):
		return "Subscription expiration must be a time in the future."
	case a.Expires.After(now.Add(LongestSubscription + time.Minute)): // a minute for the clocks
		return "Subscription expiration can only be 41760 minutes in the future."
	}
	return ""
}

// clamp makes too short a life 45 minutes.
func (g *Graph) clamp(expires time.Time) time.Time {
	if soonest := g.Stage.Now().Add(shortestSubscription); expires.Before(soonest) {
		return soonest.UTC()
	}
	return expires.UTC()
}

// addressable takes https, and plain http on this machine: Microsoft reaches no loopback address, the sandbox does.
func addressable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
