package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"
)

// Time keeps an instant as BIGINT microseconds since 1970, UTC: the same bytes
// and the same order on both engines. The zero time is kept as 0, which means
// "never" or "not yet".
type Time time.Time

// Scan reads an instant.
func (t *Time) Scan(src any) error {
	micros, ok := src.(int64)
	if !ok {
		return fmt.Errorf("time kept as %T, want BIGINT", src)
	}
	if micros == 0 {
		*t = Time{}
		return nil
	}
	*t = Time(time.UnixMicro(micros).UTC())
	return nil
}

// Value writes an instant.
func (t Time) Value() (driver.Value, error) {
	if time.Time(t).IsZero() {
		return int64(0), nil
	}
	return time.Time(t).UnixMicro(), nil
}

// JSON keeps a value as TEXT that SQL never looks into: db.JSON[T]{&field}.
type JSON[T any] struct{ To *T }

// Scan reads a value; the empty text is the zero value.
func (j JSON[T]) Scan(src any) error {
	switch s := src.(type) {
	case string:
		if s == "" {
			return nil
		}
		return json.Unmarshal([]byte(s), j.To)
	case []byte:
		return json.Unmarshal(s, j.To)
	}
	return fmt.Errorf("JSON kept as %T, want TEXT", src)
}

// Value writes a value.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.To)
	return string(b), err
}

// NewID returns a new id: a UUIDv7 in text, so that rows made later sort later.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Fold makes a text comparable for people who search: lower case, no accents,
// single spaces. Both engines then compare bytes.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
