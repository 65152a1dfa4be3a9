package ui

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var declaration = regexp.MustCompile(`(--[a-z0-9-]+):\s*(#[0-9a-f]{6})`)

// tokens are the colours of a theme, those of the accent among them.
func tokens(file string, p palette) map[string]rgb {
	all := map[string]rgb{}
	for _, m := range declaration.FindAllStringSubmatch(declarations(file)+p.css(), -1) {
		all[m[1]] = mustHex(m[2])
	}
	return all
}

// themes are both themes with an accent.
func themes(accent string) map[string]map[string]rgb {
	light, dark := palettes(accent)
	return map[string]map[string]rgb{"light": tokens("tokens.light.css", light), "dark": tokens("tokens.dark.css", dark)}
}

// textOn names the grounds that each colour of text stands on.
var textOn = map[string]string{
	"--text":        "--canvas --surface --sunken --hover --pressed --accent-subtle --neutral-bg --success-bg --warning-bg --danger-bg --info-bg --waiting-bg --live-bg",
	"--text-2":      "--canvas --surface --sunken --hover --accent-subtle --success-bg --warning-bg --danger-bg --info-bg --waiting-bg --live-bg",
	"--text-3":      "--canvas --surface --sunken --hover",
	"--text-off":    "--canvas --surface --sunken",
	"--neutral":     "--surface --canvas --neutral-bg --hover",
	"--success":     "--surface --canvas --success-bg --hover",
	"--warning":     "--surface --canvas --warning-bg --hover",
	"--danger":      "--surface --canvas --danger-bg --hover",
	"--info":        "--surface --canvas --info-bg --hover",
	"--waiting":     "--surface --canvas --waiting-bg --hover",
	"--live":        "--surface --canvas --live-bg --hover",
	"--accent-text": "--canvas --surface --accent-subtle --hover",
	"--on-accent":   "--accent --accent-hover --accent-pressed",
	"--on-danger":   "--danger-fill --danger-fill-hover",
	"--av-0":        "--av-0-bg", "--av-1": "--av-1-bg", "--av-2": "--av-2-bg",
	"--av-3": "--av-3-bg", "--av-4": "--av-4-bg", "--av-5": "--av-5-bg",
}

// shapeOn names the grounds that lines and marks have to stand out from (WCAG 1.4.11).
var shapeOn = map[string]string{
	"--line-control": "--surface --canvas",
	"--focus":        "--surface --canvas --sunken --accent-subtle --focus-halo",
	"--accent-text":  "--pressed",
}

func measure(t *testing.T, theme string, colours map[string]rgb, pairs map[string]string, least float64) {
	t.Helper()
	for front, grounds := range pairs {
		for ground := range strings.FieldsSeq(grounds) {
			f, okF := colours[front]
			g, okG := colours[ground]
			if !okF || !okG {
				t.Errorf("%s: no token %s or %s", theme, front, ground)
				continue
			}
			if ratio := contrast(f, g); ratio < least {
				t.Errorf("%s: %s %s on %s %s has %.2f, needs %.1f", theme, front, f.hex(), ground, g.hex(), ratio, least)
			}
		}
	}
}

// accents are the default and colours that are hard: pale, dark, loud, grey.
var accents = []string{"", "#ffcc00", "#00ff88", "#ff0000", "#001022", "#000000", "#ffffff", "#7b2d8b", "#808080", "#e4002b", "#8ab4f8"}

func TestContrast(t *testing.T) {
	for _, accent := range accents {
		for theme, colours := range themes(accent) {
			measure(t, "accent "+accent+", "+theme, colours, textOn, 4.5)
			measure(t, "accent "+accent+", "+theme, colours, shapeOn, 3)
		}
	}
}

func TestThemesHaveTheSameTokens(t *testing.T) {
	name := regexp.MustCompile(`--[a-z0-9-]+:`)
	light := name.FindAllString(declarations("tokens.light.css"), -1)
	dark := name.FindAllString(declarations("tokens.dark.css"), -1)
	if diff := cmp.Diff(light, dark); diff != "" {
		t.Errorf("tokens of light and dark differ:\n%s", diff)
	}
}

func TestBrandSurfacesAreTheTokens(t *testing.T) {
	all := themes("")
	for _, c := range []struct {
		theme, token string
		want         rgb
	}{
		{"light", "--canvas", lightCanvas}, {"light", "--sunken", lightSunken}, {"light", "--surface", lightSurface},
		{"dark", "--surface", darkSurface}, {"dark", "--hover", darkHover},
	} {
		if got := all[c.theme][c.token]; got != c.want {
			t.Errorf("%s %s is %s in the stylesheet and %s in brand.go", c.theme, c.token, got.hex(), c.want.hex())
		}
	}
}

// TestTokensExist finds custom properties that a stylesheet uses and nobody sets.
func TestTokensExist(t *testing.T) {
	css := string(stylesheet())
	set := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):`).FindAllStringSubmatch(css, -1) {
		set[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !set[m[1]] {
			t.Errorf("%s is used and never set", m[1])
		}
	}
}

func TestAccent(t *testing.T) {
	for _, c := range []struct {
		in, want string
		changed  bool
	}{
		{"", DefaultAccent, false},
		{"#0F62B0", DefaultAccent, false},
		{"0f62b0", DefaultAccent, false},
		{"#036", "#003366", false},
		{"red; } body { display:none", DefaultAccent, true},
		{"#12345", DefaultAccent, true},
		{"#000000", "#000000", false},
	} {
		if got, changed := Accent(c.in); got != c.want || changed != c.changed {
			t.Errorf("Accent(%q) = %s, %v; want %s, %v", c.in, got, changed, c.want, c.changed)
		}
	}
	for _, pale := range []string{"#ffcc00", "#ffffff", "#8ab4f8"} {
		fixed, changed := Accent(pale)
		if !changed || contrast(mustHex(fixed), white) < textRatio {
			t.Errorf("Accent(%q) = %s, %v: not readable", pale, fixed, changed)
		}
	}
}

func TestLighterKeepsTheHue(t *testing.T) {
	for _, hex := range []string{"#0f62b0", "#7b2d8b", "#8c2f1f", "#0c630c", "#808080"} {
		c := mustHex(hex)
		if got := fromHSL(hslOf(c)); got != c {
			t.Errorf("%s becomes %s on the way through HSL", hex, got.hex())
		}
		before, _ := c.hueAndSaturation()
		after, _ := c.lighter(readableOnDark).hueAndSaturation()
		if diff := before - after; diff > 0.05 || diff < -0.05 {
			t.Errorf("%s changed its hue by %.2f sixths", hex, diff)
		}
	}
}

func hslOf(c rgb) (hue, saturation, lightness float64) {
	hue, saturation = c.hueAndSaturation()
	return hue, saturation, (max(c.r, c.g, c.b) + min(c.r, c.g, c.b)) / 510
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#ff0000", "#ffffff", 4.00}, {"#123456", "#123456", 1}} {
		if got := contrast(mustHex(c.a), mustHex(c.b)); got < c.want-0.01 || got > c.want+0.01 {
			t.Errorf("contrast(%s, %s) = %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}
