package graph

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// policyName is what the application access policy is called at Microsoft.
const policyName = "Parley"

// grantsMax is how many people are named one by one. More are better served by
// the policy for everybody, or by a list of the administrator's own.
const grantsMax = 100

// Wait is what a Teams administrator types, in Teams PowerShell, to let our
// application act for staff (Microsoft Graph, allow applications to access
// online meetings on behalf of a user).
func (setup) Wait(r connector.Registration, answers map[string]string, hosts []string) []connector.Help {
	if !application(answers) {
		return nil
	}
	all := []connector.Help{
		{Title: "teams.policy.connect", Text: "teams.policy.connect.text", Copy: "Install-Module MicrosoftTeams -Scope CurrentUser\nConnect-MicrosoftTeams"},
		{Title: "teams.policy.new", Text: "teams.policy.new.text", Copy: fmt.Sprintf("New-CsApplicationAccessPolicy -Identity %s -AppIds %s", policyName, word(r.ClientID))},
		{Title: "teams.policy.global", Text: "teams.policy.global.text", Copy: "Grant-CsApplicationAccessPolicy -PolicyName " + policyName + " -Global"},
	}
	if len(hosts) == 0 {
		return all
	}
	var lines []string
	for _, id := range hosts[:min(len(hosts), grantsMax)] {
		lines = append(lines, fmt.Sprintf("Grant-CsApplicationAccessPolicy -PolicyName %s -Identity %s", policyName, word(id)))
	}
	return append(all, connector.Help{Title: "teams.policy.some", Text: "teams.policy.some.text", Copy: strings.Join(lines, "\n")})
}

var bareWord = regexp.MustCompile(`^[0-9A-Za-z-]+$`)

// word is one argument of PowerShell: quoted unless it is as plain as an id.
func word(text string) string {
	if bareWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// health is how the vault sees that a connection is well.
func health(cfg Config) connector.Health {
	return connector.Health{
		Waits: func(settings map[string]string) string {
			if application(settings) {
				return "teams.policy.waiting"
			}
			return ""
		},
		Ready: func(ctx context.Context, c *http.Client, settings map[string]string, probe string) error {
			return ready(ctx, cfg, c, settings, probe)
		},
		Pulse: func(ctx context.Context, c *http.Client, settings map[string]string) error {
			return pulse(ctx, cfg, c, settings)
		},
		Lacking: missing,
	}
}

// ready makes a meeting of the probe and ends it: nothing less proves that the
// policy has arrived. The key is the hour's, so that what one check could not
// end the next one does.
func ready(ctx context.Context, cfg Config, c *http.Client, settings map[string]string, probe string) error {
	if !application(settings) {
		return nil
	}
	if probe == "" {
		return fault.New(fault.Denied, "teams.policy.probe")
	}
	now, err := cfg.Clock(ctx)
	if err != nil {
		return err
	}
	conf := conferenceOf(cfg, settings)
	w := connector.Wish{Key: "check." + now.UTC().Format("2006010215"), Subject: "Parley", Starts: now, Ends: now.Add(probeLife), Hosts: []string{probe}}
	made, err := conf.Make(ctx, c, w)
	if err != nil {
		return err
	}
	return conf.End(ctx, c, made.VendorID)
}

// pulse reads one thing that every connection may read (Microsoft Graph
// permissions reference: User.ReadBasic.All).
func pulse(ctx context.Context, cfg Config, c *http.Client, settings map[string]string) error {
	address := cfg.GraphURL + "/v1.0/me?$select=id"
	if application(settings) {
		address = cfg.GraphURL + "/v1.0/users?$select=id&$top=1"
	}
	_, err := connector.Call(ctx, c, pulseSentences.call(connector.Request{Method: http.MethodGet, URL: address}))
	return pulseSentences.named(err)
}

// missing names what was asked for and not granted.
func missing(settings map[string]string, scopes []string) (need, want []string) {
	if len(scopes) == 0 {
		return nil, nil
	}
	return lacking(scopes, needed(settings)), lacking(scopes, wanted(settings))
}
