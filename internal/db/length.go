package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Minutes keeps a length of time as BIGINT whole minutes, which is how people
// set durations and buffers.
type Minutes time.Duration

// Scan reads a length.
func (m *Minutes) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("minutes kept as %T, want BIGINT", src)
	}
	*m = Minutes(time.Duration(n) * time.Minute)
	return nil
}

// Value writes a length; what is less than a minute is dropped.
func (m Minutes) Value() (driver.Value, error) { return int64(time.Duration(m) / time.Minute), nil }
