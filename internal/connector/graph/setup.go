package graph

import (
	"context"
	"maps"

	"parley/internal/connector"
)

// Answers of the set-up, as they are kept with the connection.
const (
	// AnswerTenant is the Directory (tenant) ID.
	AnswerTenant = "tenant"
	// AnswerDomain is the domain that was given instead of the id, if one was.
	AnswerDomain = "domain"
)

// portal is where Microsoft shows the tenant id, in Microsoft's own words.
const portal = "Microsoft Entra admin center → Identity → Overview → Tenant ID"

type setup struct{ login *login }

// Steps describes the wizard.
func (setup) Steps(map[string]string) []connector.Step {
	return []connector.Step{
		{Name: "prepare", Kind: connector.StepInfo, Title: "teams.prepare.title", Lead: "teams.prepare.lead",
			Points: []string{"teams.prepare.parley", "teams.prepare.microsoft", "teams.prepare.service", "teams.prepare.policy"},
			Help:   []connector.Help{{Title: "teams.help.service.title", Text: "teams.help.service.text"}}},
		{Name: "field", Kind: connector.StepField, Title: "teams.field.title", Lead: "teams.field.lead",
			Help: []connector.Help{{Title: "teams.help.upn.title", Text: "teams.help.upn.text"}}},
		{Name: "tenant", Kind: connector.StepQuestions, Title: "teams.tenant.title", Lead: "teams.tenant.lead",
			Questions: []connector.Question{{Name: AnswerTenant, Kind: connector.QuestionText, Required: true,
				Label: "teams.tenant.label", Hint: "teams.tenant.hint"}},
			Help: []connector.Help{{Title: "teams.help.tenant.title", Text: "teams.help.tenant.text", Copy: portal, Link: "https://entra.microsoft.com"}}},
		{Name: "consent", Kind: connector.StepConsent, Title: "teams.consent.title", Lead: "teams.consent.lead",
			Points: []string{"teams.consent.account", "teams.consent.never"}, Scopes: reasons(),
			Help: []connector.Help{{Title: "teams.help.admin.title", Text: "teams.help.admin.text"}}},
		{Name: "preview", Kind: connector.StepPreview, Title: "teams.preview.title", Lead: "teams.preview.lead"},
		{Name: "finish", Kind: connector.StepFinish, Title: "teams.finish.title", Lead: "teams.finish.lead"},
	}
}

// Answer checks the tenant; the other steps ask nothing of Microsoft.
func (s setup) Answer(ctx context.Context, step string, given map[string]string) (map[string]string, error) {
	if step != "tenant" {
		return given, nil
	}
	id, domain, err := s.login.resolve(ctx, given[AnswerTenant])
	if err != nil {
		return nil, err
	}
	answers := maps.Clone(given)
	answers[AnswerTenant], answers[AnswerDomain] = id, domain
	return answers, nil
}

// Wait has nothing to wait for.
func (setup) Wait(connector.Registration, map[string]string, []string) []connector.Help { return nil }

// scopes is all that is ever asked for; a test holds it to the word.
var scopes = []string{
	"openid", "profile", "offline_access",
	"https://graph.microsoft.com/OnlineMeetings.ReadWrite",
	"https://graph.microsoft.com/User.ReadBasic.All",
}

// reasons tells the administrator what each permission is for.
func reasons() []connector.Scope {
	return []connector.Scope{
		{Name: "OnlineMeetings.ReadWrite", Why: "teams.scope.meetings"},
		{Name: "User.ReadBasic.All", Why: "teams.scope.people"},
		{Name: "openid", Why: "teams.scope.openid"},
		{Name: "profile", Why: "teams.scope.profile"},
		{Name: "offline_access", Why: "teams.scope.offline"},
	}
}
