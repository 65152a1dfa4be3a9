package graph

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// app describes the registration at Microsoft Entra in its portal's own words
// (Microsoft Entra, register an application; Microsoft Graph permissions
// reference).
func app(l *login) *connector.App {
	return &connector.App{
		Portal: "https://entra.microsoft.com", PortalPath: "Microsoft Entra admin center → Entra ID → App registrations → New registration",
		Steps:       []string{"teams.app.step.register", "teams.app.step.redirect", "teams.app.step.permissions", "teams.app.step.secret"},
		ID:          connector.Question{Name: connector.FieldID, Label: "teams.app.id", Hint: "teams.app.id.hint"},
		Secret:      connector.Question{Name: connector.FieldSecret, Label: "teams.app.secret", Hint: "teams.app.secret.hint"},
		Certificate: connector.Question{Name: connector.FieldCertificate, Label: "teams.app.certificate", Hint: "teams.app.certificate.hint"},
		Redirect:    connector.Endpoint{Label: "teams.app.redirect", Hint: "teams.app.redirect.hint"},
		Permissions: permissions(),
		Where:       connector.Question{Name: connector.FieldWhere, Label: "teams.app.where", Hint: "teams.app.where.hint"},
		Check:       checkApp,
		Try:         l.try,
	}
}

// permissions are those to add for everything that an organization may choose:
// the delegated ones that a sign-in asks for, and those of the application itself.
// An organization is asked only for those of its own way and level, as far as
// Microsoft lets us ask for less than all.
func permissions() []connector.Permission {
	const user, own = connector.Delegated, connector.Application
	return []connector.Permission{
		{Name: "OnlineMeetings.ReadWrite", Kind: user, Why: "teams.scope.meetings"},
		{Name: "User.ReadBasic.All", Kind: user, Why: "teams.scope.people"},
		{Name: "openid", Kind: user, Why: "teams.scope.openid"},
		{Name: "profile", Kind: user, Why: "teams.scope.profile"},
		{Name: lasting, Kind: user, Why: "teams.scope.offline"},
		{Name: "User.Read.All", Kind: user, Why: "teams.app.full.profiles"},
		{Name: "LicenseAssignment.Read.All", Kind: user, Why: "teams.app.full.licences"},
		{Name: "OnlineMeetings.ReadWrite.All", Kind: own, Why: "teams.app.own.meetings"},
		{Name: "User.ReadBasic.All", Kind: own, Why: "teams.app.own.people"},
		{Name: "User.Read.All", Kind: own, Why: "teams.app.own.profiles"},
		{Name: "LicenseAssignment.Read.All", Kind: own, Why: "teams.app.own.licences"},
	}
}

// signingBits is the smallest RSA key that is worth signing with.
const signingBits = 2048

// checkApp finds what is mistaken most often: the secret's id in place of its
// value, which the portal shows beside it and for longer.
func checkApp(r connector.Registration) error {
	var f fault.Fields
	if !guidForm.MatchString(strings.ToLower(r.ClientID)) {
		f.Say(connector.FieldID, "teams.app.id.form")
	}
	if secret := r.Secret.Reveal(); secret != "" {
		switch {
		case guidForm.MatchString(strings.ToLower(secret)):
			f.Say(connector.FieldSecret, "teams.app.secret.id")
		case strings.ContainsAny(secret, " \t\r\n"):
			f.Say(connector.FieldSecret, "teams.app.secret.form")
		}
	}
	if !r.Certificate.Empty() {
		f.Add(connector.FieldCertificate, checkCertificate(r.Certificate))
	}
	return f.Err()
}

func checkCertificate(text connector.Secret) *fault.Error {
	c, err := connector.ReadCertificate(text)
	if err != nil {
		return fault.As(err)
	}
	if key, ok := c.Key().(*rsa.PrivateKey); !ok || key.N.BitLen() < signingBits {
		return fault.New(fault.Invalid, "teams.app.certificate.rsa", "Bits", signingBits)
	}
	return nil
}

// try asks the token endpoint of a tenant for a token of the application itself,
// which needs nobody's consent and proves the id and the credential (Microsoft
// identity platform, client credentials flow). The token is thrown away.
func (l *login) try(ctx context.Context, r connector.Registration, where string) error {
	id, _, err := l.resolve(ctx, where)
	if err != nil {
		return moved(err, connector.FieldWhere)
	}
	return sentence(l.taken(ctx, r, id, explainTry), "teams.away.login")
}

// taken reports whether Microsoft takes our proof in a tenant. Nothing but what
// the application itself was permitted is asked for.
func (l *login) taken(ctx context.Context, r connector.Registration, tenant string, explain func(connector.Refusal) *fault.Error) error {
	address := l.cfg.LoginURL + "/" + tenant + "/oauth2/v2.0/token"
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {l.cfg.everything()}}
	if err := l.prove(ctx, r, address, form); err != nil {
		return err
	}
	var got granted
	_, err := connector.Call(ctx, l.client, connector.Request{
		Method: http.MethodPost, URL: address, Body: form, Into: &got, Explain: explain, Repeatable: true,
	})
	if err == nil && got.Access == "" {
		return fault.Wrap(fault.Away, errors.New("the token answer holds no access token"), "teams.away.login")
	}
	return err
}

// moved points a fault about the tenant to another field.
func moved(err error, field string) error {
	if f := fault.As(err); f.Field != "" {
		return f.At(field)
	}
	return err
}

// tried are the sentences of the numbers that a try is answered with: who reads
// them is the operator, not a customer.
var tried = map[int]struct{ field, key string }{
	700016:  {connector.FieldID, "teams.app.try.unknown"},
	7000229: {connector.FieldWhere, "teams.app.try.elsewhere"},
	7000112: {connector.FieldID, "teams.app.try.disabled"},
	7000215: {connector.FieldSecret, "teams.app.try.secret"},
	7000222: {connector.FieldSecret, "teams.app.try.expired"},
	700027:  {connector.FieldCertificate, "teams.app.try.certificate"},
	1000502: {connector.FieldCertificate, "teams.app.try.certificate.expired"},
	700024:  {connector.FieldCertificate, "teams.app.try.clock"},
	90002:   {connector.FieldWhere, "teams.tenant.notfound"},
}

// explainTry reads a refusal of a try.
func explainTry(r connector.Refusal) *fault.Error {
	said := readRefusal(r.Body)
	if known, ok := tried[said.number()]; ok && r.Status < http.StatusInternalServerError {
		return fault.Wrap(fault.Invalid, said.fault(said.judge()), known.key).At(known.field)
	}
	f := explainToken(r, refusal.judge)
	if f.Kind == fault.Internal || f.Kind == fault.SignIn {
		return fault.Wrap(fault.Invalid, f, "teams.app.try.refused", "Code", said.number())
	}
	return f
}
