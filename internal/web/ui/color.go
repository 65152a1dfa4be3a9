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
