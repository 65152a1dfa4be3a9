package words

import (
	"errors"
	"fmt"
	"testing"
)

type sentence struct{ own, general string }

func (s sentence) Error() string { return "for the log" }
func (s sentence) Sentences() (string, string, []any) {
	return s.own, s.general, []any{"Length", "5 minutes"}
}

func TestFault(t *testing.T) {
	r := Reader{}
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{sentence{"words.in", "fault.denied"}, "in 5 minutes"},
		{fmt.Errorf("wrapped: %w", sentence{"", "fault.denied"}), r.T("fault.denied")},
		{sentence{"no.such.sentence", "fault.away"}, r.T("fault.away")},
		{errors.New("nil pointer"), r.T("fault.internal")},
	} {
		if got := Fault(r, c.err); got != c.want {
			t.Errorf("%v reads %q, want %q", c.err, got, c.want)
		}
	}
	missing.keys = nil
}
