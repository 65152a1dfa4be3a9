package graph

import (
	"context"
	"maps"
	"slices"

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

// Steps describes the wizard: the way is chosen after what every way needs, and
// decides whether there is a policy to wait for.
func (setup) Steps(answers map[string]string) []connector.Step {
	steps := []connector.Step{prepareStep(), wayStep(), fieldStep(), tenantStep(answers), consentStep(answers),
		{Name: "preview", Kind: connector.StepPreview, Title: "teams.preview.title", Lead: "teams.preview.lead"}}
	if application(answers) {
		steps = append(steps, policyStep())
	}
	return append(steps, connector.Step{Name: "finish", Kind: connector.StepFinish, Title: "teams.finish.title", Lead: "teams.finish.lead"})
}

func prepareStep() connector.Step {
	return connector.Step{Name: "prepare", Kind: connector.StepInfo, Title: "teams.prepare.title", Lead: "teams.prepare.lead",
		Points: []string{"teams.prepare.parley", "teams.prepare.microsoft", "teams.prepare.service", "teams.prepare.policy", "teams.prepare.application"},
		Help:   []connector.Help{{Title: "teams.help.service.title", Text: "teams.help.service.text"}}}
}

func wayStep() connector.Step {
	return connector.Step{Name: "way", Kind: connector.StepQuestions, Title: "teams.way.title", Lead: "teams.way.lead",
		Questions: []connector.Question{
			{Name: AnswerWay, Kind: connector.QuestionChoice, Label: "teams.way.label", Hint: "teams.way.hint", Default: WayAccount, Options: []connector.Option{
				{Value: WayAccount, Label: "teams.way.account", Hint: "teams.way.account.hint"},
				{Value: WayApplication, Label: "teams.way.application", Hint: "teams.way.application.hint"}}},
			{Name: AnswerConsent, Kind: connector.QuestionChoice, Level: true, Label: "teams.level.label", Hint: "teams.level.hint", Default: string(connector.Basic), Options: []connector.Option{
				{Value: string(connector.Basic), Label: "teams.level.basic", Hint: "teams.level.basic.hint"},
				{Value: string(connector.Full), Label: "teams.level.full", Hint: "teams.level.full.hint"}}},
		},
		Help: []connector.Help{{Title: "teams.help.month.title", Text: "teams.help.month.text"}, {Title: "teams.help.level.title", Text: "teams.help.level.text"}}}
}

func fieldStep() connector.Step {
	return connector.Step{Name: "field", Kind: connector.StepField, Title: "teams.field.title", Lead: "teams.field.lead",
		Help: []connector.Help{{Title: "teams.help.upn.title", Text: "teams.help.upn.text"}}}
}

func tenantStep(answers map[string]string) connector.Step {
	lead := "teams.tenant.lead"
	if application(answers) {
		lead = "teams.tenant.lead.application"
	}
	return connector.Step{Name: "tenant", Kind: connector.StepQuestions, Title: "teams.tenant.title", Lead: lead,
		Questions: []connector.Question{{Name: AnswerTenant, Kind: connector.QuestionText, Required: true, Tenant: true,
			Label: "teams.tenant.label", Hint: "teams.tenant.hint"}},
		Help: []connector.Help{{Title: "teams.help.tenant.title", Text: "teams.help.tenant.text", Copy: portal, Link: "https://entra.microsoft.com"}}}
}

func consentStep(answers map[string]string) connector.Step {
	s := connector.Step{Name: "consent", Kind: connector.StepConsent, Title: "teams.consent.title", Scopes: reasons(answers)}
	if application(answers) {
		s.Lead, s.Points = "teams.consent.lead.application", []string{"teams.consent.approve", "teams.consent.prove", "teams.consent.never"}
		s.Help = []connector.Help{{Title: "teams.help.approve.title", Text: "teams.help.approve.text"}}
		return s
	}
	s.Lead, s.Points = "teams.consent.lead", []string{"teams.consent.account", "teams.consent.never"}
	s.Help = []connector.Help{{Title: "teams.help.admin.title", Text: "teams.help.admin.text"}}
	if levelOf(answers) == connector.Full {
		s.Points = slices.Insert(s.Points, 0, "teams.consent.full")
	}
	return s
}

func policyStep() connector.Step {
	return connector.Step{Name: "policy", Kind: connector.StepWait, Title: "teams.policy.title", Lead: "teams.policy.lead",
		Points: []string{"teams.policy.who", "teams.policy.time", "teams.policy.later"}}
}

// Answer checks the tenant and completes the way; the other steps ask nothing.
func (s setup) Answer(ctx context.Context, step string, given map[string]string) (map[string]string, error) {
	answers := maps.Clone(given)
	switch step {
	case "way":
		answers[AnswerWay], answers[AnswerConsent] = wayOf(given), string(levelOf(given))
	case "tenant":
		id, domain, err := s.login.resolve(ctx, given[AnswerTenant])
		if err != nil {
			return nil, err
		}
		answers[AnswerTenant], answers[AnswerDomain] = id, domain
	}
	return answers, nil
}
