package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// An rgb is a colour with channels from 0 to 255.
type rgb struct{ r, g, b float64 }

var (
	white = rgb{255, 255, 255}
	black = rgb{}
)

// parseHex reads #rgb and #rrggbb, with or without the sign.
func parseHex(s string) (rgb, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	if len(s) != 6 {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}, true
}

// hex writes the colour as #rrggbb.
func (c rgb) hex() string {
	return fmt.Sprintf("#%02x%02x%02x", byte(math.Round(c.r)), byte(math.Round(c.g)), byte(math.Round(c.b)))
}

// mix returns the colour moved towards another by a share from 0 to 1, rounded
// to what hex writes, so that a contrast measured here is the one on the screen.
func (c rgb) mix(to rgb, share float64) rgb {
	at := func(a, b float64) float64 { return math.Round(a + (b-a)*share) }
	return rgb{at(c.r, to.r), at(c.g, to.g), at(c.b, to.b)}
}

// luminance is the relative luminance of WCAG 2.2.
func (c rgb) luminance() float64 {
	lin := func(v float64) float64 {
		v /= 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.r) + 0.7152*lin(c.g) + 0.0722*lin(c.b)
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b rgb) float64 {
	la, lb := a.luminance(), b.luminance()
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

// towards mixes c with another colour in steps of two per cent until it is
// enough; at the end of the way it returns the other colour.
func (c rgb) towards(to rgb, enough func(rgb) bool) rgb {
	for share := 0.0; share < 1; share += 0.02 {
		if m := c.mix(to, share); enough(m) {
			return m
		}
	}
	return to
}

// hueAndSaturation are those of HSL, the hue in sixths of the circle.
func (c rgb) hueAndSaturation() (hue, saturation float64) {
	high, low := max(c.r, c.g, c.b)/255, min(c.r, c.g, c.b)/255
	spread := high - low
	if spread == 0 {
		return 0, 0
	}
	switch high {
	case c.r / 255:
		hue = (c.g - c.b) / 255 / spread
	case c.g / 255:
		hue = (c.b-c.r)/255/spread + 2
	default:
		hue = (c.r-c.g)/255/spread + 4
	}
	return math.Mod(hue+6, 6), spread / (1 - math.Abs(high+low-1))
}

// fromHSL makes a colour of a hue in sixths, a saturation and a lightness.
func fromHSL(hue, saturation, lightness float64) rgb {
	spread := saturation * min(lightness, 1-lightness)
	at := func(n float64) float64 {
		k := math.Mod(n+2*hue, 12)
		return math.Round(255 * (lightness - spread*max(-1, min(k-3, 9-k, 1))))
	}
	return rgb{at(0), at(8), at(4)}
}

// mostVivid is the highest saturation of a lightened colour; above it, light
// text on a dark ground seems to glow.
const mostVivid = 0.85

// lighter raises the lightness of c, in its own hue, until it is enough. It
// keeps colours livelier than mixing them with white.
func (c rgb) lighter(enough func(rgb) bool) rgb {
	if enough(c) {
		return c
	}
	hue, saturation := c.hueAndSaturation()
	start := (max(c.r, c.g, c.b) + min(c.r, c.g, c.b)) / 510
	for l := start; l < 1; l += 0.02 {
		if m := fromHSL(hue, min(saturation, mostVivid), l); enough(m) {
			return m
		}
	}
	return white
}
