package admin_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/org"
	"parley/internal/web/page"
)

const branding = "/settings/branding"

// upload is a form with a file.
func (b *browser) upload(path, field string, content []byte) seen {
	b.h.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile(field, "logo.png")
	b.h.ok(err)
	_, err = part.Write(content)
	b.h.ok(err)
	b.h.ok(m.Close())
	return b.send(http.MethodPost, path, m.FormDataContentType(), &body)
}

func encoded(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lettering is a bar of a colour on a transparent ground.
func lettering(t *testing.T, ink color.Color) []byte {
	t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, 120, 40))
	for y := 12; y < 28; y++ {
		for x := range 120 {
			p.Set(x, y, ink)
		}
	}
	return encoded(t, p)
}

func TestTheLogo(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	const path = branding + "/logo"
	b.upload(path, "logo", lettering(t, color.White)).on(branding).shows("The logo is saved.", `alt="Logo of Harbour Bank"`, "This logo is light", "plate-dark")
	for name, c := range map[string]struct {
		content []byte
		status  int
		says    string
	}{
		"an SVG":      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), http.StatusUnprocessableEntity, "SVG drawings can carry scripts"},
		"half a PNG":  {lettering(t, color.White)[:12], http.StatusUnprocessableEntity, "This is not a picture"},
		"a bomb":      {encoded(t, image.NewGray(image.Rect(0, 0, 5000, 8))), http.StatusUnprocessableEntity, "too wide or too high"},
		"heavy":       {append(lettering(t, color.White), make([]byte, 512<<10)...), http.StatusUnprocessableEntity, "This file is too large."},
		"much larger": {make([]byte, 2<<20), http.StatusRequestEntityTooLarge, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b.upload(path, "logo", c.content).is(c.status).shows(c.says)
		})
	}
	b.upload(path, "other", nil).is(http.StatusUnprocessableEntity).shows("Choose a picture first.")
	b.open(path+"/remove").on(path+"/remove").shows("Remove the logo", "Pages and e-mails will show the name")
	b.post(path+"/remove", nil).on(branding).shows("The logo is removed.").lacks("Logo of Harbour Bank")
}

// TestALogoIsServedAsAPicture: whatever the file was, what leaves is an image, by
// type and by header, and it is the same on every page and in the mail.
func TestALogoIsServedAsAPicture(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.upload(branding+"/logo", "logo", append(lettering(t, color.Black), "<script>alert(1)</script>"...)).on(branding)
	at, err := h.orgs.Organization(t.Context(), h.d, h.bank.ID)
	h.ok(err)
	mail := page.MailBrand(h.site, at)
	if mail.Plate != "light" || !strings.HasPrefix(mail.LogoURL, h.url+"/brand/harbour-bank/") {
		t.Errorf("mails have the logo %+v", mail)
	}
	s := h.as(org.Person{}).open(mail.LogoURL).is(http.StatusOK).lacks("script")
	for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "cross-origin"} {
		if got := s.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	b.open("/settings").shows(strings.TrimPrefix(mail.LogoURL, h.url), "plate-light", `alt="Harbour Bank"`)
}

func TestThePaleColour(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	form := url.Values{"organization": {"Harbour & Co"}, "accent": {"FFE600"}}
	b.post(branding, form).on(branding).shows("Saved. #ffe600 would be too pale for text: buttons and links use #",
		"#ffe600 would be too pale for text (1.1:1, at least 4.5:1 is needed)", "Chosen: #ffe600, 1.1:1", "Used: #ffe600, 9", "Harbour & Co")
	at, err := h.orgs.Organization(t.Context(), h.d, h.bank.ID)
	h.ok(err)
	if at.Accent != "#ffe600" || at.AccentLight == at.Accent || at.AccentDark != at.Accent {
		t.Errorf("saved %q, light %q, dark %q", at.Accent, at.AccentLight, at.AccentDark)
	}
	if mail := page.MailBrand(h.site, at); mail.Accent != at.AccentLight || mail.Name != "Harbour & Co" {
		t.Errorf("mails have %+v, pages %s", mail, at.AccentLight)
	}
	b.open("/settings/audit").shows("colour #ffe600; light pages use " + at.AccentLight)
	form.Set("accent", "yellow")
	form.Set("organization", "")
	b.post(branding, form).is(http.StatusUnprocessableEntity).shows("Enter a colour as #", "yellow", "Enter the name of your organization")
	b.open(branding + "/reset").shows("The logo is deleted. The name stays.")
	b.post(branding+"/reset", nil).on(branding).shows("look as they do by default").lacks("too pale")
}

// TestThePreviewSavesNothing looks at what was typed, without JavaScript.
func TestThePreviewSavesNothing(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	typed := page.Address(branding, "part", "mail", "organization", "Anchor Bank", "accent", "#7a1f5c")
	s := b.open(typed).on(typed).shows("It is not saved yet.", "Anchor Bank", "/preview?accent=%237a1f5c&name=Anchor+Bank&part=mail&theme=dark")
	if policy := s.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the page has the policy %s", policy)
	}
	b.open(branding).shows("Harbour Bank").lacks("It is not saved yet.")
	frame := func(part, theme string) seen {
		s := b.open(page.Address(branding+"/preview", "part", part, "theme", theme, "name", `Anchor "Bank" <b>`, "accent", "#7a1f5c")).is(http.StatusOK).shows(`Anchor "Bank" <b>`)
		policy := s.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'self'", "form-action 'none'", "sandbox"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s has the policy %s, without %s", part, policy, want)
			}
		}
		if strings.Contains(policy, "script") || s.header.Get("X-Frame-Options") != "SAMEORIGIN" || strings.Contains(s.raw, "Bank\" <b>") {
			t.Errorf("%s in a frame: %s, %s", part, policy, s.header.Get("X-Frame-Options"))
		}
		return s
	}
	frame("booking", "dark").shows(`data-theme="dark"`, "/preview.css?accent=%237a1f5c", "Confirm")
	frame("join", "light").shows(`data-theme="light"`, "Mortgage review")
	frame("mail", "light").shows("Mortgage review", "Sam Rivers", "background-color:#7a1f5c", "@media not all").lacks("prefers-color-scheme: dark")
	frame("mail", "dark").shows("@media all")
	b.open(branding + "/preview.css?accent=%237a1f5c").is(http.StatusOK).shows("--accent:#7a1f5c")
	h.as(h.staff["Amelia Hart"]).open(branding).is(http.StatusForbidden)
}
