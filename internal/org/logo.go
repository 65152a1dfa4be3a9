package org

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"net/http"
	"slices"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // logos may be WebP

	"parley/internal/fault"
)

// The limits of a logo.
const (
	// LogoMax is how many bytes of a picture are taken: more than any logo needs.
	LogoMax = 512 << 10
	// LogoSide bounds the width and height that a picture says it has, which is
	// read before it is unpacked: a small file can hold a picture of gigabytes.
	LogoSide = 4000
	// logoPixels bounds what unpacking takes: 64 MB at 16 bits a channel.
	logoPixels = 8_000_000
	// What is kept is no larger than it is ever shown, at three points a pixel.
	logoWidth, logoHeight = 900, 150
	logoQuality           = 90
)

// A Plate is the ground that a picture without one of its own needs where the
// page is of its own colour: white lettering on a white page.
type Plate string

// The plates. A picture that can be seen everywhere has none.
const (
	NoPlate Plate = ""
	// LightPlate stands behind a dark picture on dark pages.
	LightPlate Plate = "light"
	// DarkPlate stands behind a light picture on light pages.
	DarkPlate Plate = "dark"
)

// A Logo is a picture as it is kept and served: drawn anew by us, so that
// nothing else that was in the file is served along.
type Logo struct {
	Picture []byte
	// Type is its media type: every mail program shows PNG and JPEG.
	Type  string
	Plate Plate
}

var logoTypes = []string{"image/png", "image/jpeg"}

func (l Logo) check() error {
	if len(l.Picture) == 0 {
		return nil
	}
	if !slices.Contains(logoTypes, l.Type) || http.DetectContentType(l.Picture) != l.Type {
		return fault.New(fault.Invalid, "org.logo.kind").At("logo")
	}
	return nil
}

// ReadLogo makes a logo of a file that somebody sent. What a browser says about
// a file proves nothing, so the file itself is looked into.
func ReadLogo(file []byte) (Logo, error) {
	if err := checkFile(file); err != nil {
		return Logo{}, err.At("logo")
	}
	picture, format, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return Logo{}, fault.Wrap(fault.Invalid, err, "org.logo.broken").At("logo")
	}
	small := shrink(picture)
	plate, seen := plateOf(small)
	if !seen {
		return Logo{}, fault.New(fault.Invalid, "org.logo.empty").At("logo")
	}
	l := Logo{Type: "image/png", Plate: plate}
	var out bytes.Buffer
	if format == "jpeg" {
		l.Type, err = "image/jpeg", jpeg.Encode(&out, small, &jpeg.Options{Quality: logoQuality})
	} else {
		err = png.Encode(&out, small)
	}
	l.Picture = out.Bytes()
	return l, err
}

// checkFile refuses what is no picture, or too much of one, by its first bytes.
func checkFile(file []byte) *fault.Error {
	if len(file) > LogoMax {
		return fault.New(fault.Invalid, "org.logo.large", "Max", LogoMax>>10)
	}
	if isSVG(file) {
		return fault.New(fault.Invalid, "org.logo.svg")
	}
	says, _, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case err != nil:
		return fault.Wrap(fault.Invalid, err, "org.logo.kind")
	case says.Width > LogoSide || says.Height > LogoSide || says.Width*says.Height > logoPixels:
		return fault.New(fault.Invalid, "org.logo.side", "Max", LogoSide)
	}
	return nil
}

// isSVG recognizes the drawing format that can carry a script.
func isSVG(file []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(file[:min(len(file), 4<<10)]))
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(head, []byte("<")) && bytes.Contains(head, []byte("<svg"))
}

// shrink draws the picture no larger than it is ever shown.
func shrink(p image.Image) image.Image {
	b := p.Bounds()
	share := min(1, logoWidth/float64(b.Dx()), logoHeight/float64(b.Dy()))
	size := image.Rect(0, 0, max(1, int(float64(b.Dx())*share)), max(1, int(float64(b.Dy())*share)))
	small := image.NewNRGBA(size)
	draw.CatmullRom.Scale(small, size, p, b, draw.Src, nil)
	return small
}

const (
	// seenAlpha is how opaque a point has to be to be seen.
	seenAlpha = 0x8000
	// lostShare is how much of a picture may be lost on a ground of its own colour.
	lostShare = 0.2
	// Darker or lighter than this, by the relative luminance of WCAG, a point
	// does not stand out from a dark or a white page.
	tooDark, tooLight = 0.09, 0.6
)

// plateOf finds out which ground the picture needs. A picture that fills its
// frame brings its own.
func plateOf(p image.Image) (plate Plate, seen bool) {
	var points, dark, light, visible float64
	b := p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			red, green, blue, alpha := p.At(x, y).RGBA()
			points++
			if alpha < seenAlpha {
				continue
			}
			visible++
			switch l := luminance(red, green, blue); {
			case l < tooDark:
				dark++
			case l > tooLight:
				light++
			}
		}
	}
	switch {
	case visible == 0:
		return NoPlate, false
	case visible > 0.98*points:
		return NoPlate, true
	case dark >= light && dark > lostShare*visible:
		return LightPlate, true
	case light > lostShare*visible:
		return DarkPlate, true
	}
	return NoPlate, true
}

// luminance is the relative luminance of WCAG 2.2 of 16-bit channels.
func luminance(red, green, blue uint32) float64 {
	lin := func(v uint32) float64 {
		c := float64(v) / 0xffff
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(red) + 0.7152*lin(green) + 0.0722*lin(blue)
}
