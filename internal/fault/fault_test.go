package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"parley/internal/fault"
)

func TestAsFindsTheFaultInTheChain(t *testing.T) {
	cause := errors.New("duplicate key")
	err := fmt.Errorf("book: %w", fault.Wrap(fault.Conflict, cause, "booking.taken"))
	if got := fault.As(err); got.Kind != fault.Conflict || got.Key != "booking.taken" {
		t.Errorf("As = %v, want conflict booking.taken", got)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}

func TestAnUnknownErrorIsInternalAndNilIsNothing(t *testing.T) {
	if got := fault.As(errors.New("boom")).Kind; got != fault.Internal {
		t.Errorf("kind = %v, want internal", got)
	}
	if fault.As(nil) != nil || fault.Is(nil, fault.Internal) {
		t.Error("a nil error became a fault")
	}
}

func TestOfListsEveryFieldOfAForm(t *testing.T) {
	err := errors.Join(fault.New(fault.Invalid, "name.missing").At("name"), fault.New(fault.Invalid, "email.bad").At("email"))
	err = fmt.Errorf("book: %w", err)
	var fields []string
	for _, f := range fault.Of(err) {
		fields = append(fields, f.Field)
	}
	if fmt.Sprint(fields) != "[name email]" {
		t.Errorf("fields = %v, want [name email]", fields)
	}
}

func TestOpNamesTheOperation(t *testing.T) {
	do := func() (err error) {
		defer fault.Op(&err, "book %s", "mortgage")
		return fault.New(fault.Away, "")
	}
	if err := do(); err.Error() != "book mortgage: away" || !fault.Is(err, fault.Away) {
		t.Errorf("err = %v", err)
	}
}

func TestFieldsCollectsWhatIsWrongWithAForm(t *testing.T) {
	var f fault.Fields
	f.Add("name", nil)
	if err := f.Err(); err != nil {
		t.Errorf("a form without faults gives %v", err)
	}
	f.Add("email", fault.New(fault.Invalid, "email.bad"))
	f.Say("phone", "phone.bad", "Most", 15)
	all := fault.Of(f.Err())
	if len(all) != 2 || all[0].Field != "email" || all[1].Field != "phone" || all[1].Key != "phone.bad" || all[1].Kind != fault.Invalid {
		t.Errorf("faults %v", all)
	}
}
