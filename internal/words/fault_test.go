package words

import (
	"errors"
	"fmt"
	"testing"

	"parley/internal/fault"
)

func TestFault(t *testing.T) {
	r := Reader{}
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{fault.New(fault.Denied, "words.in", "Length", "5 minutes"), "in 5 minutes"},
		{fmt.Errorf("wrapped: %w", fault.New(fault.Denied, "")), r.T("fault.denied")},
		{fault.New(fault.Away, "no.such."+"sentence"), r.T("fault.away")},
		{errors.New("nil pointer"), r.T("fault.internal")},
	} {
		if got := Fault(r, c.err); got != c.want {
			t.Errorf("%v reads %q, want %q", c.err, got, c.want)
		}
	}
	missing.keys = nil
}

func TestEveryKindHasASentence(t *testing.T) {
	for kind := fault.Internal; kind <= fault.Unsure; kind++ {
		for lang := range all().langs {
			if text := Fault(Reader{Lang: lang}, fault.New(kind, "")); text == "" || text[:len("⟦")] == "⟦" {
				t.Errorf("the kind %s reads %q in %s", kind, text, lang)
			}
		}
	}
	if m := Missing(); len(m) > 0 {
		t.Errorf("no catalogue has %q", m)
	}
}
