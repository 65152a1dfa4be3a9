package vault

import (
	"encoding/json"
	"fmt"
	"time"
)

// Args are name and value pairs that a sentence speaks of. They are kept with
// their kinds, so that a number, an instant and a length of time are written as
// each reader writes them.
type Args []any

// keptArg is one value as JSON.
type keptArg struct {
	Text   *string    `json:"s,omitempty"`
	Number *int64     `json:"n,omitempty"`
	At     *time.Time `json:"t,omitempty"`
	Length *int64     `json:"d,omitempty"`
}

// MarshalJSON keeps the values.
func (a Args) MarshalJSON() ([]byte, error) {
	kept := make([]keptArg, len(a))
	for i, value := range a {
		kept[i] = keep(value)
	}
	return json.Marshal(kept)
}

func keep(value any) keptArg {
	var n int64
	switch value := value.(type) {
	case int:
		n = int64(value)
	case int64:
		n = value
	case time.Time:
		return keptArg{At: &value}
	case time.Duration:
		n = int64(value)
		return keptArg{Length: &n}
	default:
		text := fmt.Sprint(value)
		return keptArg{Text: &text}
	}
	return keptArg{Number: &n}
}

// UnmarshalJSON reads the values back.
func (a *Args) UnmarshalJSON(data []byte) error {
	var kept []keptArg
	if err := json.Unmarshal(data, &kept); err != nil {
		return err
	}
	*a = nil
	for _, k := range kept {
		*a = append(*a, k.value())
	}
	return nil
}

func (k keptArg) value() any {
	switch {
	case k.Number != nil:
		return int(*k.Number)
	case k.At != nil:
		return *k.At
	case k.Length != nil:
		return time.Duration(*k.Length)
	case k.Text != nil:
		return *k.Text
	}
	return ""
}
