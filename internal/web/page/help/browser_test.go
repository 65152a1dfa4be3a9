package help_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	run(t, ctx, chromedp.Navigate(h.url+"/signin?next=/settings/support"))
	press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	looks(t, ctx, "setting")
	run(t, ctx, chromedp.Click(".help-menu > summary"), chromedp.Click(".help-menu [data-dialog]"), chromedp.WaitVisible("#help-drawer h2 + p"))
	looks(t, ctx, "drawer")
	run(t, ctx, uitest.Theme("dark"))
	looks(t, ctx, "drawer-dark")
	look(t, ctx, h.url+"/help?from=GET+/settings/support", "guide")
	run(t, ctx, uitest.Theme("light"))
	look(t, ctx, h.url+"/help?q=hours", "search")
	look(t, ctx, h.url+"/help?q=zzz", "search-nothing")
	look(t, ctx, h.url+"/help/contact?from=GET+/settings/support&page=/settings/support", "contact-nobody")
	by := org.Actor{OrgID: h.eleanor.OrgID, PersonID: h.eleanor.ID, Name: h.eleanor.Name, Roles: []org.Role{org.Administrator}}
	save := func(address string) {
		h.ok(h.support.Save(t.Context(), by, org.WholeOrganization, support.Contact{Address: address, Hours: "Monday to Friday, 9:00 to 17:00", Zone: "Europe/London", Phone: "+44 117 496 0100"}))
	}
	save("https://desk.harbourbank.example/new")
	look(t, ctx, h.url+"/help/contact?from=GET+/settings/support&page=/settings/support", "contact-elsewhere")
	save("desk@harbourbank.example")
	look(t, ctx, h.url+"/help/contact?from=GET+/settings/support&page=/settings/support", "contact")
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "contact-problem")
	run(t, ctx, chromedp.SendKeys("#message", "The logo is too small."))
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "contact-sent")
}

func look(t *testing.T, ctx context.Context, address, name string) {
	t.Helper()
	run(t, ctx, chromedp.Navigate(address))
	looks(t, ctx, name)
}

// looks runs axe over the page at both sizes and takes its picture.
func looks(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for size, port := range map[string]uitest.Viewport{"390": uitest.Phone, "1280": uitest.Desk} {
		run(t, ctx, uitest.Resize(port))
		if broken, err := uitest.Axe(ctx); err != nil || len(broken) > 0 {
			t.Errorf("%s at %s: %v %v", name, size, broken, err)
		}
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth"))
		if err != nil || wide {
			t.Errorf("%s at %s is wider than the window (%v)", name, size, err)
		}
		if folder := os.Getenv("PARLEY_TEST_PICTURES"); folder != "" {
			if err := uitest.Picture(ctx, filepath.Join(folder, "help-"+strings.ReplaceAll(name, " ", "-")+"-"+size+".png")); err != nil {
				t.Error(err)
			}
		}
	}
	run(t, ctx, uitest.Resize(uitest.Desk))
}

func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(limit, chromedp.Click(selector)); err != nil {
		t.Fatalf("pressing %s: %v", selector, err)
	}
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(limit, actions...); err != nil {
		t.Fatal(err)
	}
}
