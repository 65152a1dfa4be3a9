package ical

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// longestLine bounds how much of one line is kept: a list of exceptions may be
// long, an attached picture is of no interest.
const longestLine = 64 << 10

// A property is one line of a calendar: DTSTART;TZID=Europe/London:20270301T090000.
type property struct {
	name, value string
	params      string
}

// An unfolder reads a calendar line by line, folded lines as one (RFC 5545, 3.1). It
// holds one line at a time, whatever the calendar's size.
type unfolder struct {
	from *bufio.Reader
	line []byte
	// ended says that nothing comes after this line.
	ended bool
}

func unfold(r io.Reader) *unfolder {
	return &unfolder{from: bufio.NewReaderSize(r, 16<<10)}
}

// read returns the next line that is not empty; it is good until the next call.
func (l *unfolder) read() ([]byte, error) {
	for {
		if l.ended {
			return nil, io.EOF
		}
		l.line = l.line[:0]
		if err := l.logical(); err != nil {
			return nil, err
		}
		if line := bytes.TrimPrefix(l.line, []byte("\ufeff")); len(bytes.TrimSpace(line)) > 0 {
			return line, nil
		}
	}
}

// logical reads one line with all its folds.
func (l *unfolder) logical() error {
	for {
		if err := l.physical(); err != nil {
			return err
		}
		if l.ended {
			return nil
		}
		next, err := l.from.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			l.ended = true
			return nil
		case err != nil:
			return err
		case next[0] != ' ' && next[0] != '\t':
			return nil
		}
		_, _ = l.from.Discard(1)
	}
}

// physical appends the rest of a line to what is kept, without its end.
func (l *unfolder) physical() error {
	for {
		part, err := l.from.ReadSlice('\n')
		more := errors.Is(err, bufio.ErrBufferFull)
		if !more {
			part = bytes.TrimRight(part, "\r\n")
		}
		l.line = append(l.line, part[:min(len(part), longestLine-len(l.line))]...)
		switch {
		case more:
		case errors.Is(err, io.EOF):
			l.ended = true
			return nil
		default:
			return err
		}
	}
}

// split takes a line apart. A colon or semicolon inside quotes belongs to a
// parameter. What is no property has no name.
func split(line []byte) property {
	quoted, first := false, -1
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted && first < 0:
			first = i
		case c == ':' && !quoted:
			if first < 0 {
				first = i
			}
			return property{
				name: strings.ToUpper(string(line[:first])), params: strings.Trim(string(line[first:i]), ";"),
				value: strings.TrimSpace(string(line[i+1:])),
			}
		}
	}
	return property{}
}

// is reports, without taking the line apart, whether it is of the property.
func is(line []byte, name string) bool {
	if len(line) <= len(name) || !strings.EqualFold(string(line[:len(name)]), name) {
		return false
	}
	return line[len(name)] == ':' || line[len(name)] == ';'
}

// param returns a parameter without its quotes.
func (p property) param(name string) string {
	rest := p.params
	for rest != "" {
		var one string
		one, rest = cutParam(rest)
		if key, value, ok := strings.Cut(one, "="); ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

func cutParam(text string) (one, rest string) {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ';' && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}
