package app

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web/page"
)

// TestTheBrandIsWhereClientsLook: name, logo and colour are on the booking page,
// the join page, the client's own page and in the mail that leaves, and the
// colour is the one that white text can be read on.
func TestTheBrandIsWhereClientsLook(t *testing.T) {
	g := lodge(t, "", quiet)
	picture := image.NewNRGBA(image.Rect(0, 0, 90, 30))
	for x := range 90 {
		picture.Set(x, 15, color.Black)
	}
	var file bytes.Buffer
	g.ok(png.Encode(&file, picture))
	logo, err := org.ReadLogo(file.Bytes())
	g.ok(err)
	g.ok(g.orgs.SaveLogo(t.Context(), g.admin, 0, logo))
	g.ok(g.orgs.SaveLook(t.Context(), g.admin, page.Shaded("Anchor Bank", "#ffe600")))
	g.connect()
	v := g.book(g.service("Everyday banking"), appointment.Video, "Nadia Brunner")
	g.work()
	at, err := g.orgs.BySlug(t.Context(), g.db, demoSlug)
	g.ok(err)
	mail := page.MailBrand(g.site, at)
	for _, path := range []string{"/book/" + demoSlug, "/j/" + v.Meeting.Code, "/manage/" + g.manageToken(v)} {
		w := g.ask(http.MethodGet, path, nil)
		for _, want := range []string{`alt="Anchor Bank"`, strings.TrimPrefix(mail.LogoURL, g.cfg.BaseURL), "brand.css", "plate-light"} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s (%d) has no %s", path, w.Code, want)
			}
		}
	}
	css := g.ask(http.MethodGet, strings.TrimPrefix(strings.Replace(mail.LogoURL, "/logo", "/brand.css", 1), g.cfg.BaseURL), nil)
	if !strings.Contains(css.Body.String(), "--accent:"+at.AccentLight+";") {
		t.Errorf("pages do not use %s: %s", at.AccentLight, css.Body)
	}
	sent := g.vendors.Messages(v.Client.Email)
	if len(sent) == 0 {
		t.Fatal("the client has no mail")
	}
	for _, want := range []string{`alt="Anchor Bank"`, mail.LogoURL, at.AccentLight, `content="light dark"`} {
		if !strings.Contains(sent[0].HTML, want) {
			t.Errorf("the mail has no %s", want)
		}
	}
	if strings.Contains(sent[0].HTML, "#ffe600") || !strings.Contains(sent[0].Text, "Anchor Bank") {
		t.Error("the mail uses the colour that cannot be read, or does not name the organization")
	}
}
