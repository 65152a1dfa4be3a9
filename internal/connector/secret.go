package connector

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
)

const redacted = "[redacted]"

// A Secret is a token, password or key. However it is printed, logged or
// written as JSON, it shows as "[redacted]".
//
// It holds a pointer because package fmt does not ask unexported fields of a
// foreign struct how they want to be printed: such a field shows an address.
type Secret struct{ text *string }

// NewSecret wraps a text. The empty text is the empty secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal is the text itself, for the one place that has to send or seal it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is nothing to keep.
func (s Secret) Empty() bool { return s.text == nil }

// Equal compares two secrets in constant time.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// Format prints the redaction for every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String is the redaction.
func (s Secret) String() string { return redacted }

// GoString is the redaction.
func (s Secret) GoString() string { return redacted }

// MarshalText writes the redaction, also as a key of a JSON object.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON writes the redaction.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue is the redaction.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
