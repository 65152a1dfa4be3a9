package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/fault"
	"parley/internal/words"
)

// The cookies of a reader's choice. They hold no secret. The zone's is set by
// the pages' script, under the same name in web/ui.
const (
	LangCookie = "parley_lang"
	ZoneCookie = "parley_zone"
)

const choiceLife = 365 * 24 * time.Hour

// ReaderOf returns how whoever is asking reads: what a member's profile says,
// else what was chosen in this browser, else what a stranger told us earlier
// (see ReadsAs), else what the browser asks for, else what the organization is
// used to.
func ReaderOf(r *http.Request) words.Reader {
	v := visitOf(r)
	if v.reader == nil {
		at, told := OrganizationOf(r), v.told
		if v.actor.SignedIn() {
			told = preference{}
		}
		lang := langOf(r, v.actor.Lang, told.lang, at.Lang)
		if words.IsLang(v.chose.lang) && lang != words.Pseudo {
			lang = v.chose.lang
		}
		reader := words.Reader{
			Lang:    lang,
			Zone:    zoneOf(v.chose.zone, v.actor.Zone, cookie(r, ZoneCookie), told.zone, at.Zone),
			Clock12: clock12(r, lang, v.actor.Clock),
		}
		v.reader = &reader
	}
	return *v.reader
}

func langOf(r *http.Request, profile, told, organization string) string {
	if profile != "" {
		return profile
	}
	// The pseudo-language is offered to nobody; tests and translators set it by hand.
	if chosen := cookie(r, LangCookie); words.IsLang(chosen) || chosen == words.Pseudo {
		return chosen
	}
	if words.IsLang(told) {
		return told
	}
	if asked := r.Header.Get("Accept-Language"); asked != "" {
		return words.Match(asked)
	}
	return cmp.Or(organization, words.Default)
}

// zoneOf is the first of the names that is a zone.
func zoneOf(names ...string) *time.Location {
	for _, name := range names {
		if len(name) > 64 {
			continue
		}
		if zone, ok := words.Zone(name); ok {
			return zone
		}
	}
	return time.UTC
}

// clock12 goes by the profile, else by whether the page is in English and the
// browser speaks that of a country that writes 2:30 pm.
func clock12(r *http.Request, lang, profile string) bool {
	if profile != "" {
		return profile == "12"
	}
	if lang != words.Default {
		return false
	}
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	return slices.Contains([]string{"en-us", "en-ca", "en-au", "en-nz"}, strings.ToLower(strings.TrimSpace(first)))
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// chooseLanguage keeps the language that was chosen and goes back. It is a link
// and not a form: what it changes is the reader's own, and harmless.
func chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	lang := r.URL.Query().Get("lang")
	if !words.IsLang(lang) {
		return fault.New(fault.Invalid, "web.language")
	}
	setChoice(w, r, LangCookie, lang)
	return Redirect(w, r, Next(r))
}

// SetZone keeps the zone that was chosen in this browser.
func SetZone(w http.ResponseWriter, r *http.Request, zone string) error {
	if _, ok := words.Zone(zone); !ok || len(zone) > 64 {
		return fault.New(fault.Invalid, "web.zone").At("zone")
	}
	setChoice(w, r, ZoneCookie, zone)
	return nil
}

func setChoice(w http.ResponseWriter, r *http.Request, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(choiceLife.Seconds()),
		Secure: visitOf(r).site.Secure(), SameSite: http.SameSiteLaxMode})
}
