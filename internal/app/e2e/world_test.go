package e2e_test

import (
	"time"

	"parley/internal/web/ui/uitest"
	"parley/internal/words"
)

// A world is how somebody reads and moves. The same story is told in several, in
// the words of the catalogue of each.
type world struct {
	// lang is the language that the browser asks for; empty is English.
	lang  string
	width uitest.Viewport
	// keyboard does everything with keys alone.
	keyboard bool
}

// The four worlds hold both languages, both widths, and both ways to move.
var (
	deskMouse  = world{"en", uitest.Desk, false}
	phoneTouch = world{"fr", uitest.Phone, false}
	deskKeys   = world{"fr", uitest.Desk, true}
	phoneKeys  = world{"en", uitest.Phone, true}
)

func (w world) String() string {
	s := "at 1280 pixels"
	if w.width == uitest.Phone {
		s = "at 390 pixels"
	}
	if s += ", in English"; w.lang == "fr" {
		s = s[:len(s)-len("English")] + "French"
	}
	if w.keyboard {
		return s + ", by keyboard"
	}
	return s + ", by mouse"
}

func (w world) accepts() string {
	if w.lang == "fr" {
		return "fr-FR"
	}
	return "en-GB"
}

// T is a text as this world reads it.
func (w world) T(key string, pairs ...any) string { return w.reader(nil).T(key, pairs...) }

// reader reads times in a zone as this world does.
func (w world) reader(zone *time.Location) words.Reader {
	return words.Reader{Lang: w.lang, Zone: zone}
}
