package vault

import (
	"context"
	"maps"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
	"parley/internal/org"
)

// AskedAgain are the questions of the set-up that are asked again before a
// connection is reauthorized: whose organization will sign in, and how much of
// its directory may be read.
func (v *Vault) AskedAgain(c Connection) (all []Question) {
	s := v.vendors[c.Vendor].Setup
	if s == nil {
		return nil
	}
	var levels []Question
	for _, step := range s.Steps(c.Answers) {
		for _, q := range step.Questions {
			switch {
			case q.Tenant:
				all = append(all, q)
			case q.Level:
				levels = append(levels, q)
			}
		}
	}
	return append(all, levels...)
}

// AtLevel are the answers of a connection as they would be if they asked to read
// so much of the directory. A set-up that does not ask how much has them as they
// are.
func (v *Vault) AtLevel(c Connection, l Level) map[string]string {
	answers := map[string]string{}
	maps.Copy(answers, c.Answers)
	for _, q := range v.AskedAgain(c) {
		if q.Level {
			answers[q.Name] = string(l)
		}
	}
	return answers
}

// ReauthorizeAs starts the sign-in of a connection that is there already. What
// is given stands above the answers that it was made with, such as another level
// of consent; the tenant, if given, must be the connection's. Faults point to the
// questions. It may ask the vendor, so it is not called inside a transaction.
func (v *Vault) ReauthorizeAs(ctx context.Context, actor org.Actor, connectionID string, given map[string]string) (string, error) {
	if !actor.May(org.ManageIntegrations) {
		return "", fault.New(fault.Denied, "")
	}
	c, err := v.Connection(ctx, v.db, actor.OrgID, connectionID)
	if err != nil {
		return "", err
	}
	vendor, err := v.vendor(c.Vendor)
	if err != nil {
		return "", err
	}
	answers := map[string]string{}
	maps.Copy(answers, c.Answers)
	wanted := maps.Clone(answers)
	maps.Copy(wanted, given)
	for _, step := range vendor.Setup.Steps(wanted) {
		if err := v.answerAgain(ctx, actor, c, step, given, answers); err != nil {
			return "", err
		}
	}
	return v.begin(ctx, actor, c.Vendor, c.ID, answers)
}

// answerAgain lets the vendor check what was given to a step.
func (v *Vault) answerAgain(ctx context.Context, actor org.Actor, c Connection, step Step, given, answers map[string]string) error {
	mine := map[string]string{}
	for _, q := range step.Questions {
		text, asked := given[q.Name]
		if !asked {
			continue
		}
		if mine[q.Name] = text; q.Required && strings.TrimSpace(text) == "" {
			return fault.New(fault.Invalid, "vault.answer.required").At(q.Name)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	// A vendor completes what it is given in the light of the other answers.
	whole := maps.Clone(answers)
	maps.Copy(whole, mine)
	completed, err := v.Answer(ctx, actor, c.Vendor, step.Name, whole)
	if err != nil {
		return err
	}
	for _, q := range step.Questions {
		if q.Tenant && !strings.EqualFold(completed[q.Name], c.Account.TenantID) {
			return fault.New(fault.Invalid, "vault.tenant.other", "Account", c.Account.Name).At(q.Name)
		}
	}
	maps.Copy(answers, completed)
	return nil
}

// sameAccount keeps meetings in reach: only the account that made one can
// change it.
func sameAccount(c Connection, got connector.Account) error {
	if c.Account.TenantID != got.TenantID {
		return fault.New(fault.Denied, "vault.account.tenant", "Got", got.Name, "Want", c.Account.Name)
	}
	if c.Account.ID != got.ID {
		why := Other{OrgID: c.OrgID, ConnectionID: c.ID, Account: got}
		return fault.Wrap(fault.Denied, otherAccount{why}, "vault.account.other", "Got", got.Name, "Want", c.Account.Name)
	}
	return nil
}
