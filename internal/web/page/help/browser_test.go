package help_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/support"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/help"
	"parley/internal/web/page/member"
	"parley/internal/web/ui/uitest"
)

// A house is the site of this room, with an administrator to walk around in it.
type house struct {
	t       *testing.T
	d       *db.DB
	orgs    *org.Orgs
	support *support.Support
	url     string
	eleanor org.Person
}

func build(t *testing.T) *house {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	h := &house{t: t, d: dbtest.SQLite(t)}
	h.orgs = org.Open(h.d, quiet)
	h.orgs.Demo = true
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	base, err := url.Parse(h.url)
	h.ok(err)
	site, err := web.New(web.Config{Orgs: h.orgs, BaseURL: base, Log: quiet, Metrics: prometheus.NewRegistry(),
		Draw: page.DrawProblem, Ready: h.d.Ping, Key: []byte("0123456789abcdef"), Demo: true})
	h.ok(err)
	n, err := notify.New(notify.Config{DB: h.d, Orgs: h.orgs, Log: quiet, BaseURL: h.url, Vault: vault.New(vault.Config{DB: h.d, Orgs: h.orgs, Log: quiet}),
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	h.ok(err)
	h.support = support.New(support.Config{DB: h.d, Orgs: h.orgs, Notify: n})
	page.Routes(site)
	member.Routes(site)
	(&help.Pages{Site: site, Orgs: h.orgs, Support: h.support, Now: h.d.Now}).Register()
	server.Config.Handler = site
	server.Start()
	t.Cleanup(server.Close)
	h.ok(h.d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		bank, err := h.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"})
		if err != nil {
			return err
		}
		h.eleanor, err = h.orgs.AddMember(ctx, tx, org.System(bank.ID), org.Person{Name: "Eleanor Price", Email: "eleanor.price@harbourbank.example"}, org.Administrator)
		return err
	}))
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestHelpInARealBrowser opens the guide beside a page, searches, and writes to
// whoever helps; first nobody, then a mailbox, then a help desk elsewhere.
func TestHelpInARealBrowser(t *testing.T) {
	h := build(t)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next=/settings/support"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Looks(t, ctx, "setting")
	uitest.Do(t, ctx, chromedp.Click(".help-menu > summary"), chromedp.Click(".help-menu [data-dialog]"), chromedp.WaitVisible("#help-drawer h2 + p"))
	uitest.Looks(t, ctx, "drawer")
	uitest.Do(t, ctx, uitest.Theme("dark"))
	uitest.Looks(t, ctx, "drawer-dark")
	uitest.Look(t, ctx, h.url+"/help?from=GET+/settings/support", "guide")
	uitest.Do(t, ctx, uitest.Theme("light"))
	uitest.Look(t, ctx, h.url+"/help?q=hours", "search")
	uitest.Look(t, ctx, h.url+"/help?q=zzz", "search-nothing")
	uitest.Look(t, ctx, h.url+"/help/contact?from=GET+/settings/support&page=/settings/support", "contact-nobody")
	by := org.Actor{OrgID: h.eleanor.OrgID, PersonID: h.eleanor.ID, Name: h.eleanor.Name, Roles: []org.Role{org.Administrator}}
	save := func(address string) {
		h.ok(h.support.Save(t.Context(), by, org.WholeOrganization, support.Contact{Address: address, Hours: "Monday to Friday, 9:00 to 17:00", Zone: "Europe/London", Phone: "+44 117 496 0100"}))
	}
	save("https://desk.harbourbank.example/new")
	uitest.Look(t, ctx, h.url+"/help/contact?from=GET+/settings/support&page=/settings/support", "contact-elsewhere")
	save("desk@harbourbank.example")
	uitest.Look(t, ctx, h.url+"/help/contact?from=GET+/settings/support&page=/settings/support", "contact")
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "contact-problem")
	uitest.Do(t, ctx, chromedp.SendKeys("#message", "The logo is too small."))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "contact-sent")
}
