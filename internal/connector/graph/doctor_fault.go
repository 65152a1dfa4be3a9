package graph

import (
	"context"
	"strings"

	"parley/internal/connector"
)

// A malady is what is known beforehand of a fault: how bad it is, who has to
// act, what that person can copy, and what cannot be seen because of it. Its
// sentences stand in the catalogue under its name.
type malady struct {
	severity connector.Severity
	act      string
	// hides is why other looks see nothing; empty is that Microsoft cannot be reached.
	hides  string
	copied func(*chart) string
}

// keys are the sentences: what was found, what it means, what to do.
func (malady) keys(name string) (title, text, fix string) {
	key := "teams.doctor." + name
	return key + ".title", key + ".text", key + ".fix"
}

const (
	wrong = connector.Wrong
	risky = connector.Risky

	operator      = connector.ActOperator
	administrator = connector.ActAdministrator
	theirs        = connector.ActVendorAdmin
	microsofts    = connector.ActVendor
	nobody        = connector.ActNobody
)

// maladies are all faults that the doctor can name.
var maladies = map[string]malady{
	"tenant.gone":  {wrong, theirs, forTenant, literal(portal)},
	"tenant.cloud": {wrong, operator, forTenant, nil},

	"app.unset":                  {wrong, operator, forToken, nil},
	"app.unknown":                {wrong, operator, forToken, clientID},
	"app.absent":                 {wrong, theirs, forToken, approval},
	"app.secret":                 {wrong, operator, forToken, literal(appSecrets)},
	"app.expired":                {wrong, operator, forToken, literal(appSecrets)},
	"app.expiring":               {risky, operator, forToken, literal(appSecrets)},
	"app.date":                   {risky, operator, forToken, literal(appSecrets)},
	"app.certificate":            {wrong, operator, forToken, literal(appSecrets)},
	"app.certificate.expired":    {wrong, operator, forToken, literal(appSecrets)},
	"app.certificate.unreadable": {wrong, operator, forToken, nil},
	"app.clock":                  {wrong, operator, forToken, nil},
	"app.disabled":               {wrong, operator, forToken, literal(appProperties)},
	"app.scope":                  {wrong, operator, forToken, literal(appPermissions)},
	"app.refused":                {wrong, operator, forToken, clientID},

	"redirect.unregistered": {wrong, operator, forToken, redirectURL},
	"redirect.insecure":     {wrong, operator, forToken, redirectURL},

	"signin.idle":         {wrong, administrator, forToken, nil},
	"signin.revoked":      {wrong, administrator, forToken, nil},
	"signin.password":     {wrong, administrator, forToken, nil},
	"signin.mfa":          {wrong, administrator, forToken, nil},
	"signin.lost":         {wrong, administrator, forToken, nil},
	"signin.registration": {wrong, administrator, forToken, nil},
	"signin.off":          {wrong, administrator, forToken, nil},
	"signin.policy":       {wrong, theirs, forToken, literal(signInLog)},
	"signin.risk":         {wrong, theirs, forToken, literal(riskyUsers)},
	"signin.assign":       {wrong, theirs, forToken, literal(assignment)},
	"signin.later":        {risky, nobody, forToken, nil},

	"account.gone":      {wrong, theirs, forToken, accountName},
	"account.elsewhere": {wrong, administrator, forToken, accountName},
	"account.disabled":  {wrong, theirs, forToken, accountName},
	"account.guest":     {wrong, administrator, "", nil},
	"account.external":  {risky, administrator, "", nil},
	"account.licence":   {wrong, theirs, "licence", accountName},

	"consent.missing":   {wrong, theirs, "consent", approval},
	"consent.withdrawn": {wrong, theirs, "consent", approval},
	"consent.gone":      {wrong, theirs, forToken, approval},
	"consent.lost":      {wrong, administrator, forToken, approval},
	"consent.ended":     {wrong, administrator, forToken, approval},
	"consent.admin":     {wrong, theirs, forToken, approval},
	"consent.level":     {risky, theirs, "consent", approval},

	"directory.hidden":    {wrong, theirs, forDirectory, literal(userSettings)},
	"directory.short":     {risky, theirs, forDirectory, literal(userSettings)},
	"directory.throttled": {risky, nobody, "", nil},

	"person.none":     {risky, administrator, forPerson, nil},
	"person.gone":     {wrong, administrator, forPerson, nil},
	"person.disabled": {wrong, theirs, forPerson, nil},
	"person.licence":  {risky, theirs, forPerson, nil},
	"person.guest":    {wrong, administrator, forPerson, nil},
	"person.external": {risky, administrator, forPerson, nil},
	"person.refused":  {wrong, theirs, forPerson, nil},

	"policy.missing": {wrong, theirs, "policy", powershell},
	"policy.person":  {wrong, theirs, "policy", powershell},

	"meeting.refused":   {wrong, theirs, forMeeting, literal(meetingPolicies)},
	"meeting.link":      {wrong, microsofts, forMeeting, nil},
	"meeting.throttled": {risky, nobody, forMeeting, nil},
	"meeting.lost":      {wrong, microsofts, forMeeting, nil},

	"settings.refused":    {wrong, microsofts, forMeeting, nil},
	"settings.lobby":      {risky, theirs, forMeeting, literal(meetingPolicies)},
	"settings.presenters": {risky, theirs, forMeeting, literal(meetingPolicies)},
	"settings.hosts":      {wrong, theirs, forMeeting, literal(meetingPolicies)},
	"removal.refused":     {wrong, microsofts, forMeeting, nil},

	"limit.reached": {wrong, administrator, "limit", nil},
	"limit.near":    {risky, administrator, "limit", nil},

	"notify.insecure":    {risky, operator, "", notifyURL},
	"notify.unreachable": {risky, operator, "", notifyURL},
	"notify.refused":     {risky, theirs, "", approval},
	"notify.expiring":    {risky, operator, "", nil},

	"clock.machine":  {wrong, operator, "", nil},
	"clock.database": {wrong, operator, "", nil},
	"clock.both":     {wrong, operator, "", nil},
	"clock.apart":    {risky, operator, "", nil},

	"reach.name":      {wrong, operator, forReach, nil},
	"reach.tls":       {wrong, operator, forReach, nil},
	"reach.proxy":     {wrong, operator, forReach, nil},
	"reach.silent":    {wrong, operator, forReach, nil},
	"reach.vendor":    {wrong, microsofts, forReach, nil},
	"reach.throttled": {risky, nobody, forReach, nil},
	"answer.odd":      {risky, operator, forReach, nil},
}

// Places in Microsoft's portals, in their own words.
const (
	appSecrets      = "Microsoft Entra admin center → Entra ID → App registrations → Certificates & secrets"
	appPermissions  = "Microsoft Entra admin center → Entra ID → App registrations → API permissions"
	appProperties   = "Microsoft Entra admin center → Entra ID → Enterprise applications → Properties → Enabled for users to sign-in"
	assignment      = "Microsoft Entra admin center → Entra ID → Enterprise applications → Users and groups → Add user/group"
	signInLog       = "Microsoft Entra admin center → Entra ID → Sign-in logs → User sign-ins (non-interactive) → Conditional Access"
	riskyUsers      = "Microsoft Entra admin center → ID Protection → Risky users"
	userSettings    = "Microsoft Entra admin center → Entra ID → Users → User settings"
	meetingPolicies = "Microsoft Teams admin center → Meetings → Meeting policies"
)

func literal(text string) func(*chart) string { return func(*chart) string { return text } }

func clientID(c *chart) string    { return c.p.Registration.ClientID }
func accountName(c *chart) string { return c.p.Account.Name }
func redirectURL(c *chart) string { return c.p.RedirectURL }
func notifyURL(c *chart) string   { return c.p.NotifyURL }

// approval is the address at which the customer's administrator allows the
// application for everybody.
func approval(c *chart) string {
	address, err := c.vendor.Authorizer.AdminConsentURL(context.Background(), c.p.Registration,
		connector.Ask{RedirectURL: c.p.RedirectURL, Settings: c.p.Settings})
	if err != nil {
		return ""
	}
	return address
}

// powershell is what a Teams administrator types for the test person, and for
// everybody.
func powershell(c *chart) string {
	var lines []string
	for _, h := range c.vendor.Setup.Wait(c.p.Registration, c.p.Settings, []string{c.p.Probe}) {
		if h.Copy != "" {
			lines = append(lines, h.Copy)
		}
	}
	return strings.Join(lines, "\n")
}
