package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// A class is what has to happen after Microsoft refused a sign-in or a renewal.
type class int

// The seven classes.
const (
	reauthorize class = iota + 1 // the account signs in again
	adminActs                    // the customer's administrator changes something first
	tenantWrong                  // the tenant id is not the right one
	ours                         // our registration is wrong: the operator's affair
	startOver                    // one sign-in went wrong: begin it again
	again                        // Microsoft is busy: the same call later
	stop                         // we are looping: no call for a while
)

// loopPause is how long to keep quiet after Microsoft saw us looping.
const loopPause = time.Hour

// allowed lists, for each error of OAuth, which classes a number may choose;
// the first is what the error means without a known number. Microsoft says to
// branch on the error, and that numbers may change (Microsoft Entra,
// authentication and authorization error codes).
var allowed = map[string][]class{
	"invalid_grant":           {reauthorize, adminActs, startOver, tenantWrong, again, stop},
	"interaction_required":    {reauthorize, adminActs},
	"login_required":          {reauthorize, adminActs},
	"consent_required":        {adminActs, reauthorize},
	"access_denied":           {adminActs, reauthorize},
	"invalid_tenant":          {tenantWrong},
	"invalid_request":         {startOver, tenantWrong, ours, adminActs, stop},
	"invalid_client":          {ours, stop},
	"unauthorized_client":     {ours, tenantWrong, stop},
	"invalid_scope":           {ours},
	"invalid_resource":        {ours, tenantWrong},
	"temporarily_unavailable": {again},
	"server_error":            {again, stop},
}

// consentMissing is the sentence of an administrator's consent that is missing.
const consentMissing = "teams.admin.consent"

// meaning is what one AADSTS number says.
type meaning struct {
	class class
	key   string
}

var numbers = gather(map[meaning][]int{
	{reauthorize, "teams.again.idle"}:       {700082, 70008},
	{reauthorize, "teams.again.revoked"}:    {50173, 50132, 50133, 70043, 50089, 70000, 50085, 700084},
	{reauthorize, "teams.again.password"}:   {50055, 50144},
	{reauthorize, "teams.again.mfa"}:        {50074, 50076, 50078, 50079, 50072, 50158},
	{adminActs, consentMissing}:             {65001, 90094, 90095},
	{adminActs, "teams.admin.declined"}:     {65004},
	{adminActs, "teams.admin.assign"}:       {50105},
	{adminActs, "teams.admin.policy"}:       {53003, 530032, 530035, 53000, 53001, 53002, 53004, 50131, 50005, 500212, 500213},
	{adminActs, "teams.admin.disabled"}:     {50057},
	{adminActs, "teams.admin.account"}:      {50034, 50020, 16000, 51004},
	{adminActs, "teams.admin.risk"}:         {53011, 530034},
	{tenantWrong, "teams.tenant.notfound"}:  {90002, 50059, 50128, 90019},
	{tenantWrong, "teams.tenant.account"}:   {700005},
	{tenantWrong, "teams.tenant.elsewhere"}: {90038},
	{ours, "teams.ours.secret"}:             {7000215, 7000218, 70002},
	{ours, "teams.ours.certificate"}:        {700027, 50012, 700021, 700023, 700024},
	{ours, "teams.ours.expired"}:            {7000222, 1000502},
	{ours, "teams.ours.unknown"}:            {700016, 7000229, 700011, 50194},
	{ours, "teams.ours.disabled"}:           {7000112, 70001},
	{ours, "teams.ours.redirect"}:           {50011},
	{ours, "teams.ours.scope"}:              {70011, 28002, 700022},
	{startOver, "teams.over.used"}:          {54005},
	{startOver, "teams.over.pkce"}:          {501481, 50147},
	{again, "teams.away.login"}:             {50033, 50087, 90006, 90012, 90024, 90033, 90090, 90091, 90055, 40010, 80002, 80005, 80014},
	{stop, "teams.stop.loop"}:               {50196},
})

// plainly is the sentence of a class without a known number.
var plainly = map[class]string{
	reauthorize: "teams.again.revoked", adminActs: "teams.admin.refused", tenantWrong: "teams.tenant.notfound",
	ours: "teams.ours.refused", startOver: "teams.over.again", again: "teams.away.login", stop: "teams.stop.loop",
}

func gather(table map[meaning][]int) map[int]meaning {
	all := map[int]meaning{}
	for m, codes := range table {
		for _, code := range codes {
			all[code] = m
		}
	}
	return all
}

// refusal is the error body of the login host.
type refusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Codes       []int  `json:"error_codes"`
	Correlation string `json:"correlation_id"`
}

func readRefusal(body []byte) refusal {
	var r refusal
	_ = json.Unmarshal(body, &r) // a web page instead of JSON leaves it empty
	return r
}

var aadsts = regexp.MustCompile(`AADSTS(\d{4,8})`)

// number is the first AADSTS number: in the body's list, or, at the redirect,
// at the head of the description.
func (r refusal) number() int {
	if len(r.Codes) > 0 {
		return r.Codes[0]
	}
	if m := aadsts.FindStringSubmatch(r.Description); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// code is the refusal as Microsoft's support names it.
func (r refusal) code() string {
	if n := r.number(); n != 0 {
		return "AADSTS" + strconv.Itoa(n)
	}
	return clipped(r.Error)
}

// judge decides by the error, and lets the number choose among what the error
// allows. An error nobody knows changes nothing: the call is made again later.
func (r refusal) judge() meaning {
	classes, known := allowed[r.Error]
	if !known {
		return meaning{again, plainly[again]}
	}
	if m, ok := numbers[r.number()]; ok && slices.Contains(classes, m.class) {
		return m
	}
	return meaning{classes[0], plainly[classes[0]]}
}

// fault is the refusal, and what it means, as the rest of Parley understands it.
// The description stays out: it quotes what was sent.
func (r refusal) fault(m meaning) *fault.Error {
	cause := connector.WithEvidence(fmt.Errorf("login refused: %.40q", r.Error),
		connector.Evidence{Code: r.code(), Correlation: clipped(r.Correlation)})
	switch m.class {
	case reauthorize, adminActs, startOver:
		return fault.Wrap(fault.SignIn, cause, m.key)
	case tenantWrong:
		return fault.Wrap(fault.Invalid, cause, m.key).At(AnswerTenant)
	case ours:
		return connector.OperatorFault(cause, m.key)
	case stop:
		f := fault.Wrap(fault.Limited, cause, m.key)
		f.After = loopPause
		return f
	}
	return fault.Wrap(fault.Away, cause, m.key)
}

// explainRenewal reads a refusal of the token endpoint to renew a grant.
func explainRenewal(r connector.Refusal) *fault.Error { return explainToken(r, refusal.judge) }

// explainRedeem reads a refusal of the token endpoint to redeem a code.
func explainRedeem(r connector.Refusal) *fault.Error { return explainToken(r, refusal.judgeSignIn) }

// explainToken reads a refusal of the token endpoint. Only an answer below 500
// is the endpoint's own word.
func explainToken(r connector.Refusal, judge func(refusal) meaning) *fault.Error {
	if r.Status >= http.StatusInternalServerError || connector.Throttled(r.Status) {
		f := connector.Refused(r, true)
		f.Key = plainly[again]
		return f
	}
	said := readRefusal(r.Body)
	return said.fault(judge(said))
}
