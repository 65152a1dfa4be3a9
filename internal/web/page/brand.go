package page

import (
	"io"
	"net/http"
	"strconv"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web/ui"
)

// brands serves what an organization looks like.
type brands struct{ orgs *org.Orgs }

// brandURL changes whenever the organization does, so that it can be kept.
func brandURL(at org.Organization, name string) string {
	return "/brand/" + at.Slug + "/" + strconv.FormatInt(at.Version, 10) + "/" + name
}

// LogoURL is the path of an organization's logo, for mails.
func LogoURL(at org.Organization) string { return brandURL(at, "logo") }

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
