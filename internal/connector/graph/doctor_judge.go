package graph

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// bySentence is the fault that a sentence of the connector or the vault stands
// for: it decided already what an answer means.
var bySentence = map[string]string{
	"teams.tenant.notfound": "tenant.gone", "teams.tenant.unknown": "tenant.gone", "teams.tenant.personal": "tenant.gone",
	"teams.tenant.elsewhere": "tenant.cloud", "teams.tenant.cloud": "tenant.cloud", "teams.tenant.account": "account.elsewhere",
	"teams.again.idle": "signin.idle", "teams.again.revoked": "signin.revoked", "teams.again.password": "signin.password", "teams.again.mfa": "signin.mfa",
	"teams.admin.consent": "consent.gone", "teams.admin.declined": "consent.gone", "teams.admin.assign": "signin.assign",
	"teams.admin.policy": "signin.policy", "teams.admin.risk": "signin.risk",
	"teams.admin.disabled": "account.disabled", "teams.admin.account": "account.elsewhere",
	"teams.ours.secret": "app.secret", "teams.ours.certificate": "app.certificate", "teams.ours.expired": "app.expired",
	"teams.ours.unknown": "app.unknown", "teams.ours.disabled": "app.disabled", "teams.ours.redirect": "redirect.unregistered",
	"teams.ours.scope": "app.scope", "teams.ours.refused": "app.refused",
	"vault.fault.registration": "signin.registration", "vault.fault.refused": "signin.revoked", "vault.lend.off": "signin.off",
	"vault.renew.later": "signin.later",
}

// bySearch is the fault of sentences that were found by asking further than the
// refusal: they say more than its number.
var bySearch = map[string]string{consentWithdrawn: "consent.lost", consentEnded: "consent.ended"}

// byNumber is the fault of numbers whose sentence says less than they do.
var byNumber = map[int]string{
	7000229: "app.absent", 700024: "app.clock", 1000502: "app.certificate.expired", 90094: "consent.admin", 90095: "consent.admin",
}

// judge names the fault of an error that is about the sign-in, our registration
// or the tenant; it is empty for one that is about none of them.
func judge(err error) string {
	if name, _ := sentenced(err, bySearch); name != "" {
		return name
	}
	e, _ := connector.EvidenceOf(err)
	if code, ok := strings.CutPrefix(e.Code, "AADSTS"); ok {
		number, _ := strconv.Atoi(code)
		if name := ofNumber(number); name != "" {
			return name
		}
	}
	if name, _ := sentenced(err, bySentence); name != "" {
		return name
	}
	switch {
	case connector.IsOperatorFault(err):
		return "app.refused"
	case fault.Is(err, fault.SignIn):
		return "signin.lost"
	}
	return ""
}

// sentenced looks the sentences of an error up, the outermost first, and returns
// what the one that was found speaks of.
func sentenced(err error, names map[string]string) (name string, args []any) {
	var f *fault.Error
	for errors.As(err, &f) {
		if name := names[f.Key]; name != "" {
			return name, f.Args
		}
		err = f.Err
	}
	return "", nil
}

// spoken is what the finding of an error speaks of beside its code: which
// permission it is that is missing.
func spoken(err error, e connector.Evidence) []any {
	_, args := sentenced(err, bySearch)
	return append([]any{"Code", e.Code}, args...)
}

func ofNumber(number int) string {
	if name := byNumber[number]; name != "" {
		return name
	}
	return bySentence[numbers[number].key]
}

// reach names what stands between us and Microsoft, when something does.
func (n note) reach(err error) string {
	var name *net.DNSError
	switch {
	case err == nil:
		return ""
	case n.Status == 0:
		switch {
		case errors.As(err, &name):
			return "reach.name"
		case brokenSeal(err):
			return "reach.tls"
		case fault.Is(err, fault.Away), fault.Is(err, fault.Unsure):
			return "reach.silent"
		}
		return ""
	case n.Status == http.StatusProxyAuthRequired, n.Status >= 300 && n.Status < 400, n.page && !n.signed:
		return "reach.proxy"
	case n.Status >= http.StatusInternalServerError:
		return "reach.vendor"
	case n.Status < 300 && fault.As(err).Key != "" && (fault.Is(err, fault.Away) || fault.Is(err, fault.Unsure)) && !n.signed:
		return "reach.proxy" // a success that is no answer of Microsoft's
	}
	return ""
}

// brokenSeal reports whether the encrypted connection could not be made, as
// where a proxy opens it with a certificate of its own.
func brokenSeal(err error) bool {
	var chain *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	return errors.As(err, &chain) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &authority) || errors.As(err, &name)
}

// blamed says what an error of a call is, whoever is to blame, and reports
// whether it knew. What keeps us from Microsoft, or has ended the sign-in, ends
// all further asking.
func (c *chart) blamed(err error) bool {
	n := c.notes.of(err)
	if name := n.reach(err); name != "" {
		if name != "reach.vendor" {
			c.away = forReach
		}
		c.tell(name, n, "Host", hostOf(n.Call))
		return true
	}
	if name := judge(err); name != "" && !refusedBy(err) {
		c.away = forToken
		c.tell(name, n, spoken(err, n.Evidence)...)
		return true
	}
	return false
}

// odd is the last resort: an answer that none of the faults explains.
func (c *chart) odd(err error) {
	n := c.notes.of(err)
	switch {
	case c.blamed(err):
	case fault.Is(err, fault.Limited):
		c.tell("reach.throttled", n)
	default:
		c.tell("answer.odd", n, "Status", n.Status, "Code", n.Code)
	}
}

func hostOf(call string) string {
	_, address, _ := strings.Cut(call, " ")
	return host(address)
}
