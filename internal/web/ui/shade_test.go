package ui

import "testing"

// TestShadesCanBeRead asks of every tenth colour or so that what is used can be
// read, in every use of it, and that what could be read is left as it was.
func TestShadesCanBeRead(t *testing.T) {
	for r := 0; r < 256; r += 17 {
		for g := 0; g < 256; g += 17 {
			for b := 0; b < 256; b += 17 {
				asked := rgb{float64(r), float64(g), float64(b)}.hex()
				s := ShadesOf(asked)
				for name, use := range map[string]Shade{"light": s.Light, "dark button": s.DarkButton, "dark link": s.DarkLink} {
					if use.UsedRatio < 45 {
						t.Fatalf("%s of %s is %s with %d", name, asked, use.Used, use.UsedRatio)
					}
				}
				if !s.Light.Failed() && s.Light.Used != asked || !s.DarkLink.Failed() && s.DarkLink.Used != asked {
					t.Fatalf("%s could be read and was changed: %+v", asked, s)
				}
			}
		}
	}
}

// TestAShadeKeepsItsHue: a pale yellow becomes a dark yellow, not a grey.
func TestAShadeKeepsItsHue(t *testing.T) {
	for _, asked := range []string{"#ffe600", "#00ff88", "#ff9dd0", "#8ab4f8"} {
		s := ShadesOf(asked)
		if !s.Light.Failed() || s.DarkLink.Failed() {
			t.Errorf("%s: %+v", asked, s)
		}
		was, _ := mustHex(asked).hueAndSaturation()
		is, _ := mustHex(s.Light.Used).hueAndSaturation()
		if d := was - is; d > 0.1 || d < -0.1 {
			t.Errorf("%s became %s: the hue went from %.2f to %.2f", asked, s.Light.Used, was, is)
		}
	}
	if s := ShadesOf("nonsense"); s.Light.Asked != DefaultAccent || s.Light.Failed() {
		t.Errorf("no colour is measured as %+v", s.Light)
	}
}
