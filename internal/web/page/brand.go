package page

import (
	"io"
	"net/http"
	"strconv"

	"parley/internal/card"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
)

// brands serves what an organization looks like.
type brands struct{ orgs *org.Orgs }

// brandURL changes whenever the organization does, so that it can be kept.
func brandURL(at org.Organization, name string) string {
	return "/brand/" + at.Slug + "/" + strconv.FormatInt(at.Version, 10) + "/" + name
}

// MailBrand is how an organization's mails look. Its colour is the one that
// white text can be read on, and its logo has an address that a mail program
// can ask for.
func MailBrand(s *web.Site, at org.Organization) card.Brand {
	accent, _ := ui.Accent(at.Accent)
	b := card.Brand{Name: at.Name, Accent: accent, Plate: string(at.LogoPlate)}
	if at.LogoType != "" {
		b.LogoURL = s.URL(brandURL(at, "logo"))
	}
	return b
}

// Shaded is an organization's name and colour with the shades that pages use.
func Shaded(name, accent string) org.Look {
	l := org.Look{Name: name, Accent: accent}
	if accent != "" {
		s := ui.ShadesOf(accent)
		l.Light, l.Dark = s.Light.Used, s.DarkLink.Used
	}
	return l
}

func (b brands) sheet(w http.ResponseWriter, r *http.Request) error {
	at, err := b.orgs.BySlug(r.Context(), b.orgs.Read(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	keep(w)
	_, err = io.WriteString(w, ui.BrandCSS(at.Accent))
	return err
}

// logo may be shown on pages of anybody: mail programs show it in our mails.
func (b brands) logo(w http.ResponseWriter, r *http.Request) error {
	at, err := b.orgs.BySlug(r.Context(), b.orgs.Read(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	if len(at.Logo) == 0 {
		return fault.New(fault.NotFound, "")
	}
	w.Header().Set("Content-Type", at.LogoType)
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	keep(w)
	_, err = w.Write(at.Logo)
	return err
}

func keep(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
}
