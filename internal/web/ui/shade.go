package ui

import "math"

// A Shade is what became of a colour in one use of it.
type Shade struct {
	// Asked is the colour that was chosen, Used the one that is drawn; #rrggbb.
	Asked, Used string
	// AskedRatio and UsedRatio are the contrasts of text with its ground, as WCAG
	// 2.2 measures them, in tenths and rounded down: 4.49 must not read as 4.5.
	AskedRatio, UsedRatio int
}

// Failed reports whether the colour that was asked for could not be read.
func (s Shade) Failed() bool { return s.AskedRatio < textRatio*10 }

// Shades are what becomes of an accent wherever it carries text.
type Shades struct {
	// Light is buttons and links on light pages: white text on the colour, and
	// the colour on the darkest of the light grounds.
	Light Shade
	// DarkButton is white text on the colour on dark pages, DarkLink the colour
	// on the lightest of the dark grounds.
	DarkButton, DarkLink Shade
}

// ShadesOf measures an accent, corrected as Accent says. Nothing at all, and what
// is not a colour, are measured as DefaultAccent.
func ShadesOf(accent string) Shades {
	asked, ok := parseHex(accent)
	if !ok {
		asked = mustHex(DefaultAccent)
	}
	light, dark := palettes(asked.hex())
	return Shades{
		Light:      shade(asked, light.fill, lightSunken),
		DarkButton: shade(asked, dark.fill, white),
		DarkLink:   shade(asked, dark.text, darkHover),
	}
}

func shade(asked, used, ground rgb) Shade {
	return Shade{Asked: asked.hex(), Used: used.hex(), AskedRatio: tenths(contrast(asked, ground)), UsedRatio: tenths(contrast(used, ground))}
}

func tenths(ratio float64) int { return int(math.Floor(ratio * 10)) }
