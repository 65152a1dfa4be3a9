package db

import (
	"context"
	"database/sql"
	"sync"
)

// statementsMax bounds the prepared statements that are kept. Query texts are
// constants of the program but for the length of IN lists; what comes after
// the bound runs unprepared.
const statementsMax = 512

// statements keeps prepared statements by their text, because SQLite takes
// about as long to plan a short text as to run it.
type statements struct {
	prepare func(context.Context, string) (*sql.Stmt, error)
	mu      sync.RWMutex
	byText  map[string]*sql.Stmt
}

// get returns the statement of a text, or nil when the bound is reached.
func (s *statements) get(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt, full := s.byText[text], len(s.byText) >= statementsMax
	s.mu.RUnlock()
	if stmt != nil || full {
		return stmt, nil
	}
	stmt, err := s.prepare(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	return s.keep(text, stmt), nil
}

func (s *statements) keep(text string, stmt *sql.Stmt) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.byText[text]; have != nil { // another goroutine was faster
		_ = stmt.Close()
		return have
	}
	if s.byText == nil {
		s.byText = map[string]*sql.Stmt{}
	}
	s.byText[text] = stmt
	return stmt
}

func (s *statements) close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.byText {
		_ = stmt.Close()
	}
	s.byText = nil
}
