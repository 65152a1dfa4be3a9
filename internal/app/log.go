package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"parley/internal/fault"
	"parley/internal/words"
)

// newLogger makes the one logger that all rooms share.
func newLogger(cfg Config, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return nil, fmt.Errorf("PARLEY_LOG_LEVEL: %w", err)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch cfg.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	}
	return nil, fmt.Errorf("PARLEY_LOG_FORMAT %q is neither text nor json", cfg.LogFormat)
}

// plain is an error as an operator reads it at the command line: the sentence
// of the catalogue, then what lies behind it. A defect has no sentence that
// would help them.
func plain(err error) error {
	if fault.As(err).Kind == fault.Internal {
		return err
	}
	return errors.Join(errors.New(words.Fault(words.Reader{Lang: words.Default}, err)), err)
}
