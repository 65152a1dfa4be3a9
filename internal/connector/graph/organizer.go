package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// policyHint stands in Microsoft's message when our application was not allowed
// to act for an organizer. It is the one message that is read: the code beside it
// is that of any refusal (Microsoft Graph, application access policy).
const policyHint = "application access policy"

// monthWait tells the month's count of an account from the pace: no pace rests
// for that long.
const monthWait = time.Hour

// apart reports whether an answer is about the month's meetings of one account,
// for which no other call has to wait.
func apart(answer *http.Response) bool {
	return answer.Request != nil && strings.HasSuffix(answer.Request.URL.Path, "/createOrGet") &&
		connector.Throttled(answer.StatusCode) && connector.RetryAfter(answer.Header) >= monthWait
}

// explainMeeting reads a refusal about a meeting.
func explainMeeting(r connector.Refusal) *fault.Error {
	f := meetingSentences.explain(r)
	if r.Status == http.StatusForbidden && strings.Contains(strings.ToLower(readGraphError(r.Body).Message), policyHint) {
		return keyed(f, fault.Denied, "teams.policy.missing")
	}
	return f
}

// explainMake reads a refusal to make one. What is not there is the organizer,
// so it never means that a meeting is gone.
func (c conference) explainMake(r connector.Refusal) *fault.Error {
	f := explainMeeting(r)
	switch {
	case monthIsFull(r):
		full := keyed(f, fault.Limited, c.either("teams.month.account", "teams.month.host"))
		full.After = connector.NextMonth
		return full
	case f.Kind == fault.NotFound:
		return keyed(f, fault.Denied, c.either("teams.account.gone", "teams.host.gone"))
	case f.Kind == fault.Denied && f.Key != "teams.policy.missing":
		return keyed(f, fault.Denied, c.either("teams.graph.denied", "teams.host.denied"))
	}
	return f
}

// either is the sentence for the way of the conference.
func (c conference) either(account, host string) string {
	if c.own {
		return host
	}
	return account
}

// monthIsFull recognizes that an account has made as many meetings as a month
// allows (Microsoft Graph, service-specific throttling limits: 2,000). Microsoft
// names no code for it.
func monthIsFull(r connector.Refusal) bool {
	if connector.Throttled(r.Status) {
		return connector.RetryAfter(r.Header) >= monthWait
	}
	counted := slices.ContainsFunc(readGraphError(r.Body).codes(), func(code string) bool {
		return strings.Contains(strings.ToLower(code), "quota")
	})
	return r.Status == http.StatusInsufficientStorage || r.Status == http.StatusForbidden && counted
}

// unlicensed looks, after a refusal that does not say why, whether the organizer
// has a licence for Teams. Where the consent does not show that, or it cannot be
// seen just now, the refusal stays as it is: it is never guessed.
func (c conference) unlicensed(ctx context.Context, client *http.Client, who string, err error) error {
	f := fault.As(err)
	if f.Key != "teams.graph.denied" && f.Key != "teams.host.denied" {
		return err
	}
	var got struct {
		Value []struct {
			Plans []servicePlan `json:"servicePlans"`
		} `json:"value"`
	}
	_, asked := connector.Call(ctx, client, call(connector.Request{Method: http.MethodGet, URL: c.base + "/v1.0/" + who + "/licenseDetails", Into: &got}))
	if asked != nil {
		return err
	}
	for _, licence := range got.Value {
		if slices.ContainsFunc(licence.Plans, servicePlan.teams) {
			return err
		}
	}
	return keyed(f, fault.Denied, c.either("teams.account.licence", "teams.host.licence"))
}

// servicePlan is a part of a licence.
type servicePlan struct {
	ID    string `json:"servicePlanId"`
	Name  string `json:"servicePlanName"`
	State string `json:"provisioningStatus"`
}

// teams reports whether the plan is Teams, in whichever product, and not switched
// off (Microsoft Graph, licenseDetails).
func (p servicePlan) teams() bool {
	return (p.ID == teamsPlan || strings.HasPrefix(p.Name, "TEAMS")) && p.State != "Disabled"
}
