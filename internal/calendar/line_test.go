package calendar

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A bitmap is the slow and obvious way to hold a set of moments. The line must
// agree with it.
type bitmap [256]bool

func bitmapOf(stretches []Stretch) (b bitmap) {
	for _, s := range stretches {
		for t := s.From; t < s.To; t++ {
			b[t] = true
		}
	}
	return b
}

func (b bitmap) line() (l Line) {
	for t := range Instant(len(b)) {
		if !b[t] {
			continue
		}
		if n := len(l); n > 0 && l[n-1].To == t {
			l[n-1].To++
		} else {
			l = append(l, Stretch{t, t + 1})
		}
	}
	return l
}

func combine(a, b bitmap, keep func(a, b bool) bool) (c bitmap) {
	for i := range c {
		c[i] = keep(a[i], b[i])
	}
	return c
}

func checkAlgebra(t interface{ Fatalf(string, ...any) }, a, b []Stretch) {
	bitsA, bitsB := bitmapOf(a), bitmapOf(b)
	lineA, lineB := merge(append([]Stretch(nil), a...)), merge(append([]Stretch(nil), b...))
	and := func(a, b bool) bool { return a && b }
	less := func(a, b bool) bool { return a && !b }
	for _, c := range []struct {
		name      string
		got, want Line
	}{
		{"merge", lineA, bitsA.line()},
		{"intersect", intersect(nil, lineA, lineB), combine(bitsA, bitsB, and).line()},
		{"subtract", subtract(nil, lineA, lineB), combine(bitsA, bitsB, less).line()},
	} {
		if len(c.got) == 0 && len(c.want) == 0 {
			continue
		}
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Fatalf("%s of %v and %v (-want +got):\n%s", c.name, a, b, diff)
		}
	}
}

func drawStretches(t *rapid.T, name string) []Stretch {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stretch {
		from := rapid.IntRange(0, 250).Draw(t, "from")
		return Stretch{Instant(from), Instant(from + rapid.IntRange(0, 5).Draw(t, "length"))}
	}), 0, 20).Draw(t, name)
}

func TestLinesAgreeWithBitmaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkAlgebra(t, drawStretches(t, "a"), drawStretches(t, "b"))
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte{1, 3, 2, 9}, []byte{0, 200, 7, 1})
	f.Add([]byte{}, []byte{5, 5})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		checkAlgebra(t, stretchesOf(a), stretchesOf(b))
	})
}

func stretchesOf(raw []byte) (s []Stretch) {
	for i := 0; i+1 < len(raw) && i < 64; i += 2 {
		s = append(s, Stretch{Instant(raw[i]), min(Instant(raw[i])+Instant(raw[i+1]%16), 256)})
	}
	return s
}

func TestLineAlgebraDoesNotAllocateWhenGivenRoom(t *testing.T) {
	a, b := Line{{0, 10}, {20, 30}}, Line{{5, 25}}
	room := make(Line, 0, 8)
	if n := testing.AllocsPerRun(100, func() { subtract(room, a, b); intersect(room, a, b) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
