package org

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"parley/internal/fault"
)

// An Encoding is how the letters of a file are written as bytes.
type Encoding string

// The encodings that spreadsheets write.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
)

// Encodings lists them in the order in which they are offered.
var Encodings = []Encoding{UTF8, Windows1252, UTF16LE, UTF16BE}

// Separators lists what may stand between two cells, in the order in which it is
// offered.
var Separators = []string{",", ";", "\t"}

// Limits of an imported file.
const (
	// ImportMax is how many bytes it may have.
	ImportMax = 20 << 20
	// importRows is how many lines of people. All of them are saved in one
	// transaction, and SQLite has one writer: ten thousand hold it for about a
	// second, and whoever books meanwhile waits. A longer file is to be split.
	importRows = 20_000
	// importColumns is how many columns.
	importColumns = 200
)

// A sheet is a file of rows and how it is to be read.
type sheet struct {
	data      []byte
	encoding  Encoding
	separator string
}

var (
	mark8  = []byte("\xef\xbb\xbf")
	mark16 = map[Encoding][]byte{UTF16LE: []byte("\xff\xfe"), UTF16BE: []byte("\xfe\xff")}
)

// guessSheet finds out how a file is written. A mark at its beginning says so;
// without one, text that is not UTF-8 is taken for what Excel writes on Windows.
func guessSheet(data []byte) sheet {
	s := sheet{data: data, encoding: guessEncoding(data)}
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(s.text(), head) // a short head is a short file
	s.separator = guessSeparator(string(head[:n]))
	return s
}

func guessEncoding(data []byte) Encoding {
	for e, mark := range mark16 {
		if bytes.HasPrefix(data, mark) {
			return e
		}
	}
	head := data[:min(len(data), 4096)]
	if n := bytes.Count(head, []byte{0}); n > 0 && n >= len(head)/4 {
		if head[0] == 0 {
			return UTF16BE
		}
		return UTF16LE
	}
	if utf8.Valid(data) {
		return UTF8
	}
	return Windows1252
}

// guessSeparator counts what stands outside quotes in the first line.
func guessSeparator(head string) string {
	counts := map[string]int{}
	quoted := false
	for _, r := range strings.TrimLeft(head, "\r\n") {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[string(r)]++
		}
	}
	best := Separators[0]
	for _, s := range Separators {
		if counts[s] > counts[best] {
			best = s
		}
	}
	return best
}

// text reads the file as UTF-8, without a mark at its beginning.
func (s sheet) text() io.Reader {
	switch s.encoding {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(bytes.NewReader(s.data))
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(bytes.NewReader(s.data))
	case Windows1252:
		return charmap.Windows1252.NewDecoder().Reader(bytes.NewReader(s.data))
	}
	return bytes.NewReader(bytes.TrimPrefix(s.data, mark8))
}

// A record is one row of a sheet.
type record struct {
	line  int
	cells []string
	// torn says that the quotes of the row do not add up; it has no cells then.
	torn bool
}

// empty reports whether nothing is written in the row.
func (r record) empty() bool {
	return !r.torn && !slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// each calls visit with every row that is not empty. The cells are only good
// until it returns. However long the file, one row is held at a time.
func (s sheet) each(visit func(record) error) error {
	r := csv.NewReader(s.text())
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = []rune(s.separator)[0], -1, true
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		var torn *csv.ParseError
		row := record{cells: cells}
		switch {
		case errors.As(err, &torn):
			row = record{line: torn.StartLine, torn: true}
		case err != nil:
			return fault.Wrap(fault.Invalid, err, "org.import.unreadable").At("file")
		default:
			row.line, _ = r.FieldPos(0)
		}
		if row.empty() {
			continue
		}
		if err := visit(row); err != nil {
			return err
		}
	}
}

var errEnough = errors.New("enough")

// header returns the cells of the first row, which names the columns.
func (s sheet) header() (cells []string, err error) {
	err = s.each(func(r record) error {
		for _, c := range r.cells {
			cells = append(cells, strings.ToValidUTF8(strings.TrimSpace(c), "?"))
		}
		return errEnough
	})
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return nil, err
	case len(cells) == 0:
		return nil, fault.New(fault.Invalid, "org.import.empty").At("file")
	case len(cells) > importColumns:
		return nil, fault.New(fault.Invalid, "org.import.columns.many", "Max", importColumns).At("file")
	}
	return cells, nil
}

// count is how many rows there are besides the header, up to one more than may be.
func (s sheet) count() (n int, err error) {
	n = -1
	err = s.each(func(record) error {
		if n++; n > importRows {
			return fault.New(fault.Invalid, "org.import.rows.many", "Max", importRows).At("file")
		}
		return nil
	})
	return max(n, 0), err
}
