package location

import "parley/internal/words"

// addressHint says what the address is for, and how many clients are told when it
// or the name changes.
func (v view) addressHint(r words.Reader) string {
	hint := r.T("location.address.hint")
	if v.coming > 0 {
		hint += " " + r.T("location.coming", "Count", v.coming)
	}
	return hint
}
