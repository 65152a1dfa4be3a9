package ui

import (
	"fmt"
	"strings"
)

// DefaultAccent is Parley's own accent, for organizations that chose none.
const DefaultAccent = "#0f62b0"

// textRatio is the contrast WCAG 2.2 AA asks of text (1.4.3).
const textRatio = 4.5

// The surfaces an accent has to stand out from. A test keeps them equal to the
// design tokens of the same name.
var (
	lightCanvas, lightSunken = mustHex("#fafafa"), mustHex("#f0f0f0")
	lightSurface             = white
	darkSurface, darkHover   = mustHex("#292929"), mustHex("#363636")
)

func mustHex(s string) rgb {
	c, ok := parseHex(s)
	if !ok {
		panic("ui: not a colour: " + s)
	}
	return c
}

// Accent returns the accent that is really used for an organization and
// whether it differs from the one asked for. White text on it, and it as text
// on every light surface, reach a contrast of 4.5 to 1; a colour that does not
// is darkened in its own hue until it does. What is not a colour becomes
// DefaultAccent; nothing at all means the default and is no change.
func Accent(accent string) (fixed string, changed bool) {
	if strings.TrimSpace(accent) == "" {
		return DefaultAccent, false
	}
	c, ok := parseHex(accent)
	if !ok {
		return DefaultAccent, true
	}
	f := c.towards(black, readableOnLight)
	return f.hex(), f != c
}

func readableOnLight(c rgb) bool { return contrast(c, lightSunken) >= textRatio }

func readableOnDark(c rgb) bool { return contrast(c, darkHover) >= textRatio }

// A palette is what one accent becomes in one theme.
type palette struct{ fill, hover, pressed, on, text, subtle, line rgb }

func lightPalette(c rgb) palette {
	subtle := c.towards(white, func(m rgb) bool { return m.luminance() > 0.85 && contrast(c, m) >= textRatio })
	return palette{
		fill: c, hover: c.mix(black, 0.14), pressed: c.mix(black, 0.28), on: white,
		text: c, subtle: subtle, line: c.mix(white, 0.55),
	}
}

// darkPalette lifts very dark accents, so that a button still has a visible
// shape, without losing white text on it. Text comes from the colour that was
// asked for: one that is too pale for a white page is often right on a dark one.
func darkPalette(c, asked rgb) palette {
	fill := c.towards(white, func(m rgb) bool { return contrast(m, white) <= 6.6 })
	text := asked.lighter(readableOnDark)
	subtle := text.towards(darkSurface, func(m rgb) bool { return contrast(text, m) >= textRatio && m.luminance() < 0.05 })
	return palette{
		fill: fill, hover: fill.mix(black, 0.12), pressed: fill.mix(black, 0.26), on: white,
		text: text, subtle: subtle, line: text.mix(darkSurface, 0.45),
	}
}

func (p palette) css() string {
	return fmt.Sprintf("--accent:%s;--accent-hover:%s;--accent-pressed:%s;--on-accent:%s;"+
		"--accent-text:%s;--accent-subtle:%s;--accent-line:%s;",
		p.fill.hex(), p.hover.hex(), p.pressed.hex(), p.on.hex(), p.text.hex(), p.subtle.hex(), p.line.hex())
}

// BrandCSS is the stylesheet of an organization's accent: custom properties
// for both themes, corrected as Accent says. Serve it as text/css and give its
// address to the shells as PageProps.Brand.
func BrandCSS(accent string) string {
	light, dark := palettes(accent)
	return themed(light.css(), dark.css())
}

// palettes are what an accent becomes in both themes.
func palettes(accent string) (light, dark palette) {
	fixed, _ := Accent(accent)
	c := mustHex(fixed)
	asked, ok := parseHex(accent)
	if !ok {
		asked = c
	}
	return lightPalette(c), darkPalette(c, asked)
}

// themed writes declarations for the light theme, for the dark theme when the
// system asks for it, and for a theme the reader chose. Paper is always light.
func themed(light, dark string) string {
	return ":root{color-scheme:light;" + light + "}\n" +
		"@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;" + dark + "}}\n" +
		"@media screen{:root[data-theme=dark]{color-scheme:dark;" + dark + "}}\n"
}

// Hex writes a colour as #rrggbb, however it was typed ("ffe600", "#fe0"). What is
// no colour comes back as it is, to be refused where it is asked for.
func Hex(typed string) string {
	if c, ok := parseHex(typed); ok {
		return c.hex()
	}
	return typed
}
