package admin

import (
	"net/http"
	"net/url"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// accountFacts say whose account it is and how it does.
func (v connectionView) accountFacts(r words.Reader) []ui.Fact {
	c := v.connection
	all := []ui.Fact{
		{Term: r.T("admin.video.account"), Text: c.Account.Name, Icon: "person"},
	}
	all = append(all, v.signInFacts(r)...)
	all = append(all, ui.Fact{Term: r.T("admin.video.last"), Text: ago(r, v.health.LastOK, v.now), Icon: "check"})
	if !v.health.RenewsAt.IsZero() && !v.off() {
		all = append(all, ui.Fact{Term: r.T("admin.video.renews"), Text: r.T("admin.video.renews.when", "When", r.Relative(v.health.RenewsAt, v.now)), Icon: "refresh"})
	}
	if v.level != "" && !v.off() {
		all = append(all, ui.Fact{Term: r.T("admin.level"), Body: levelFact(r, v), Icon: "shield"})
	}
	return all
}

// workFacts say by what the staff are matched, and count the meetings.
func (v connectionView) workFacts(r words.Reader) []ui.Fact {
	month := ui.Fact{Term: r.T("admin.video.month"), Text: r.Number(v.counts.MadeThisMonth), Icon: "chart"}
	if v.month.Of > 0 {
		month.Text = r.T("admin.video.month.of", "Made", v.month.Made, "Of", v.month.Of)
	}
	if v.month.Refused > 0 {
		month.Text = r.T("admin.video.month.refused", "Made", v.month.Made, "Vendor", v.title)
	}
	all := []ui.Fact{
		{Term: r.T("admin.video.scanned"), Text: v.scanned, Icon: "people"},
		{Term: r.T("admin.wizard.step.field"), Body: fieldFact(r, v), Icon: "swap"},
		month,
		{Term: r.T("admin.video.upcoming"), Text: r.T("admin.video.upcoming.of", "Ready", v.counts.Ready, "Pending", v.counts.Pending, "Risk", v.counts.AtRisk), Icon: "video"},
	}
	if n := v.counts.Outdated; n > 0 {
		all = append(all, ui.Fact{Term: r.T("admin.outdated"), Text: r.T("admin.outdated.text", "Count", n, "Vendor", v.title), Icon: "clock"})
	}
	if v.counts.Left > 0 {
		all = append(all, ui.Fact{Term: r.T("admin.left"), Body: leftFact(r, v), Icon: "list"})
	}
	return all
}

// moreConsent is the link with which a customer's administrator allows all that
// we can use; empty where that was granted.
func (p *Pages) moreConsent(r *http.Request, c vault.Connection, level vault.Level) (string, error) {
	if level != identity.Basic || c.State == vault.Disconnected {
		return "", nil
	}
	address, err := p.Vault.AdminConsentURL(r.Context(), web.ActorOf(r), c.Vendor, p.Vault.AtLevel(c, identity.Full))
	if f := fault.As(err); f != nil && f.Kind != fault.Internal { // the registration is told of elsewhere
		return "", nil
	}
	return address, err
}

// narrowed is the list narrowed to one thing, and to what is searched for.
func (v connectionView) narrowed(query url.Values, name, value string) string {
	q := url.Values{}
	if text := query.Get("q"); text != "" {
		q.Set("q", text)
	}
	if name != "" {
		q.Set(name, value)
	}
	return withQuery(v.path(), q)
}

// onlySearched reports whether nothing but the search narrows the list.
func onlySearched(query url.Values) bool {
	for _, name := range videoFilters {
		if name != "q" && query.Get(name) != "" {
			return false
		}
	}
	return true
}

// tiles are the totals of the staff, which are filters too.
func (v connectionView) tiles(r words.Reader, query url.Values) []ui.Stat {
	t := v.totals
	tile := func(key string, n int, tone ui.Tone, name, value string) ui.Stat {
		if n == 0 && tone != ui.Success {
			tone = ui.Neutral
		}
		return ui.Stat{Figure: r.Number(n), Label: r.T(key), Tone: tone, Href: v.narrowed(query, name, value), Current: query.Get(name) == value}
	}
	return []ui.Stat{
		{Figure: r.Number(t.Of), Label: r.T("admin.video.all"), Href: v.narrowed(query, "", ""), Current: v.clear == "" || onlySearched(query)},
		tile("admin.video.matched", t.Matched, ui.Success, "match", "matched"),
		tile("admin.video.missed", t.Missed, ui.Warning, "match", "missed"),
		tile("admin.video.disabled", t.Off, ui.Info, "toggle", "off"),
		tile("admin.video.attention", t.Attention, ui.Danger, "match", "attention"),
	}
}
