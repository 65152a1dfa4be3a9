package ui

import (
	"net/http"
	"time"
)

// The cookies that ui.js sets, and that the server sets for who has no
// JavaScript. They hold how a page looks, and no secret.
const (
	ThemeCookie = "parley_theme"
	ZoneCookie  = "parley_zone"
)

// ThemeOf returns the theme the reader chose: "light", "dark", or "" for what
// their system asks.
func ThemeOf(r *http.Request) string {
	if c, err := r.Cookie(ThemeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// SetTheme keeps the choice that was posted as "theme"; anything but light and
// dark means what the system asks.
func SetTheme(w http.ResponseWriter, theme string) {
	c := &http.Cookie{Name: ThemeCookie, Value: theme, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode}
	if theme != "light" && theme != "dark" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
}

// longestZone is longer than any name of the time zone database.
const longestZone = 64

// ZoneOf returns the time zone the browser told, and whether it told one that
// exists.
func ZoneOf(r *http.Request) (*time.Location, bool) {
	c, err := r.Cookie(ZoneCookie)
	if err != nil || c.Value == "" || len(c.Value) > longestZone || c.Value == "Local" {
		return nil, false
	}
	zone, err := time.LoadLocation(c.Value)
	return zone, err == nil
}
