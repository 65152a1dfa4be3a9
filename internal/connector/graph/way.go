package graph

import (
	"cmp"
	"slices"
	"strings"

	"parley/internal/connector"
)

// Answers that say how a connection is made. A connection without them was made
// the usual way: by a service account, at the basic level.
const (
	// AnswerWay is WayAccount or WayApplication.
	AnswerWay = "way"
	// AnswerConsent is the level of consent that is asked for.
	AnswerConsent = "consent"
)

// The two ways to connect.
const (
	// WayAccount: a service account signs in and organizes every meeting.
	WayAccount = "account"
	// WayApplication: nobody stays signed in, and staff organize their own meetings.
	WayApplication = "application"
)

// wayOf and levelOf read the answers of a set-up.
func wayOf(settings map[string]string) string { return cmp.Or(settings[AnswerWay], WayAccount) }

func application(settings map[string]string) bool { return wayOf(settings) == WayApplication }

func levelOf(settings map[string]string) connector.Level {
	return cmp.Or(connector.Level(settings[AnswerConsent]), connector.Basic)
}

// The permissions of Microsoft Graph that are asked for, and no others; a test
// holds them to the word. Those of a way are needed, those of the full level
// show whole profiles (Microsoft Graph permissions reference).
var (
	basicScopes = []string{"OnlineMeetings.ReadWrite", "User.ReadBasic.All"}
	ownScopes   = []string{"OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"}
	fullScopes  = []string{"User.Read.All", "LicenseAssignment.Read.All"}
)

// signInScopes prove who signs in, and lasting lets us work when nobody is.
var signInScopes = []string{"openid", "profile"}

const lasting = "offline_access"

// needed are the permissions without which nothing works, for a way.
func needed(settings map[string]string) []string {
	if application(settings) {
		return ownScopes
	}
	return basicScopes
}

// wanted are the permissions that the chosen level asks for beside the needed.
func wanted(settings map[string]string) []string {
	if levelOf(settings) == connector.Full {
		return fullScopes
	}
	return nil
}

// delegated is what the sign-in of a service account asks for.
func (c Config) delegated(l connector.Level) string {
	if l == connector.Full {
		return c.lastingly(slices.Concat(basicScopes, fullScopes)...)
	}
	return c.lastingly(basicScopes...)
}

// lastingly asks for permissions of an account, also for when nobody is there.
func (c Config) lastingly(names ...string) string {
	all := append(append([]string{}, signInScopes...), lasting)
	for _, name := range names {
		all = append(all, c.resource()+"/"+name)
	}
	return strings.Join(all, " ")
}

// everything is how a client asks for all that an administrator consented to
// (Microsoft identity platform, scopes and permissions).
func (c Config) everything() string { return c.resource() + "/.default" }

// lacking are those of the wanted permissions that were not granted. Microsoft
// writes them with or without the service they belong to.
func lacking(granted, wanted []string) (missing []string) {
	have := map[string]bool{}
	for _, s := range granted {
		have[strings.ToLower(s[strings.LastIndexByte(s, '/')+1:])] = true
	}
	for _, s := range wanted {
		if !have[strings.ToLower(s)] {
			missing = append(missing, s)
		}
	}
	return missing
}

// reasons tells what each permission is for, as the consent page of a way and a
// level shows them.
func reasons(settings map[string]string) (all []connector.Scope) {
	if application(settings) {
		all = []connector.Scope{
			{Name: "OnlineMeetings.ReadWrite.All", Why: "teams.scope.meetings.all", Admin: true},
			{Name: "User.ReadBasic.All", Why: "teams.scope.people", Admin: true},
		}
	} else {
		all = []connector.Scope{
			{Name: "OnlineMeetings.ReadWrite", Why: "teams.scope.meetings"},
			{Name: "User.ReadBasic.All", Why: "teams.scope.people"},
		}
	}
	if levelOf(settings) == connector.Full {
		all = append(all, connector.Scope{Name: "User.Read.All", Why: "teams.scope.profiles", Admin: true},
			connector.Scope{Name: "LicenseAssignment.Read.All", Why: "teams.scope.licences", Admin: application(settings)})
	}
	all = append(all, connector.Scope{Name: "openid", Why: "teams.scope.openid"}, connector.Scope{Name: "profile", Why: "teams.scope.profile"})
	if !application(settings) {
		all = append(all, connector.Scope{Name: lasting, Why: "teams.scope.offline"})
	}
	return all
}
