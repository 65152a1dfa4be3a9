package org_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// lettering is a picture with a bar of a colour on a transparent ground.
func lettering(t *testing.T, ink color.Color, w, h int) []byte {
	t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := h / 3; y < 2*h/3; y++ {
		for x := range w {
			p.Set(x, y, ink)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func photo(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 64, 32)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// header is a PNG that says it is large and has no points at all.
func header(w, h uint32) []byte {
	chunk := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(chunk[4:], w)
	binary.BigEndian.PutUint32(chunk[8:], h)
	chunk[12], chunk[13] = 8, 6
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

// onePoint is a WebP of one point.
var onePoint, _ = base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")

func TestALogoIsDrawnAnew(t *testing.T) {
	smuggled := append(lettering(t, color.Black, 90, 30), "<script>alert(1)</script>"...)
	for name, c := range map[string]struct {
		file   []byte
		kind   string
		plate  org.Plate
		w, h   int
		refuse string
	}{
		"dark lettering":       {file: lettering(t, color.NRGBA{11, 30, 60, 255}, 90, 30), kind: "image/png", plate: org.LightPlate, w: 90, h: 30},
		"white lettering":      {file: lettering(t, color.White, 90, 30), kind: "image/png", plate: org.DarkPlate, w: 90, h: 30},
		"red lettering":        {file: lettering(t, color.NRGBA{220, 60, 60, 255}, 90, 30), kind: "image/png", w: 90, h: 30},
		"a photograph":         {file: photo(t), kind: "image/jpeg", w: 64, h: 32},
		"large":                {file: lettering(t, color.Black, 3000, 1000), kind: "image/png", plate: org.LightPlate, w: 450, h: 150},
		"with something in it": {file: smuggled, kind: "image/png", plate: org.LightPlate, w: 90, h: 30},
		"nothing to see":       {file: lettering(t, color.Transparent, 90, 30), refuse: "org.logo.empty"},
		"an SVG":               {file: []byte("<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), refuse: "org.logo.svg"},
		"a page":               {file: []byte("<script>alert(1)</script>"), refuse: "org.logo.kind"},
		"half a PNG":           {file: lettering(t, color.Black, 90, 30)[:60], refuse: "org.logo.broken"},
		"a bomb by its width":  {file: header(60000, 60000), refuse: "org.logo.side"},
		"a bomb by its area":   {file: header(3999, 3999), refuse: "org.logo.side"},
		"heavy":                {file: make([]byte, org.LogoMax+1), refuse: "org.logo.large"},
		"nothing":              {refuse: "org.logo.kind"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := org.ReadLogo(c.file)
			if c.refuse != "" {
				same(t, "refused", fault.As(err).Key, c.refuse)
				same(t, "at", fault.As(err).Field, "logo")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			same(t, "type", l.Type, c.kind)
			same(t, "plate", l.Plate, c.plate)
			same(t, "carries a script", bytes.Contains(l.Picture, []byte("script")), false)
			says, _, err := image.DecodeConfig(bytes.NewReader(l.Picture))
			if err != nil || says.Width != c.w || says.Height != c.h {
				t.Errorf("it is %d by %d, want %d by %d: %v", says.Width, says.Height, c.w, c.h, err)
			}
		})
	}
	if l, err := org.ReadLogo(onePoint); err != nil && fault.As(err).Key != "org.logo.empty" || err == nil && l.Type != "image/png" {
		t.Errorf("a WebP becomes %q: %v", l.Type, err)
	}
}

func TestALookIsSavedApartFromTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), t.Context()
		logo, err := org.ReadLogo(lettering(t, color.Black, 90, 30))
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			h.SaveLook(ctx, h.boss, org.Look{Name: " Harbour & Co ", Accent: "#ffe600", Light: "#756a00", Dark: "#ffe600"}),
			h.SaveLogo(ctx, h.boss, 0, logo),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		at, err := h.Organization(ctx, d, h.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "name", at.Name, "Harbour & Co")
		same(t, "asked and used", at.Accent+at.AccentLight+at.AccentDark, "#ffe600#756a00#ffe600")
		same(t, "logo", bytes.Equal(at.Logo, logo.Picture) && at.LogoPlate == org.LightPlate, true)
		same(t, "a colour that is none", fault.As(h.SaveLook(ctx, h.boss, org.Look{Name: "x", Accent: "red;}"})).Field, "accent")
		same(t, "no name", fault.As(h.SaveLook(ctx, h.boss, org.Look{})).Field, "organization")
		same(t, "a page as a logo", fault.As(h.SaveLogo(ctx, h.boss, 0, org.Logo{Picture: []byte("<script>"), Type: "image/png"})).Key, "org.logo.kind")
		if err := h.ResetLook(ctx, h.boss, 0); err != nil {
			t.Fatal(err)
		}
		at, err = h.Organization(ctx, d, h.org.ID)
		same(t, "after the reset", at.Accent+at.AccentLight+at.LogoType+string(at.LogoPlate)+string(at.Logo), "")
		same(t, "the name stays", at.Name, "Harbour & Co")
		entries, jerr := h.Journal(ctx, d, h.org.ID, org.JournalFilter{Object: "organization"}, org.Page{})
		if err != nil || jerr != nil {
			t.Fatal(err, jerr)
		}
		var verbs string
		for _, e := range entries {
			verbs += e.Verb + " "
		}
		same(t, "journal", verbs, "brand.reset brand.logo brand.look ")
	})
}

func TestTheOrganizationIsNotOverwrittenUnseen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), t.Context()
		at, err := h.Organization(ctx, d, h.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		member := org.Actor{OrgID: h.org.ID, PersonID: "x", Roles: []org.Role{org.Member}}
		for what, save := range map[string]func(by org.Actor, seen int64) error{
			"settings": func(by org.Actor, seen int64) error {
				n := at
				n.Version = seen
				return h.SaveOrganization(ctx, by, n)
			},
			"look": func(by org.Actor, seen int64) error {
				return h.SaveLook(ctx, by, org.Look{Name: at.Name, Version: seen})
			},
			"logo":  func(by org.Actor, seen int64) error { return h.SaveLogo(ctx, by, seen, org.Logo{}) },
			"reset": func(by org.Actor, seen int64) error { return h.ResetLook(ctx, by, seen) },
		} {
			same(t, what+" by a member", fault.Is(save(member, 0), fault.Denied), true)
			now, err := h.Organization(ctx, d, h.org.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := save(h.boss, now.Version); err != nil {
				t.Errorf("%s as seen: %v", what, err)
			}
			for _, seen := range []int64{now.Version, -1} {
				same(t, what+" of an older state", fault.As(save(h.boss, seen)).Key, "org.organization.stale")
			}
		}
	})
}
