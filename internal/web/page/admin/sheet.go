package admin

import (
	"encoding/csv"
	"io"
	"net/http"
	"strings"

	"parley/internal/org"
)

// plainCells are cells that a spreadsheet shows as they are.
func plainCells(cells []string) []string {
	plain := make([]string, len(cells))
	for i, c := range cells {
		plain[i] = org.PlainCell(strings.ToValidUTF8(c, "?"))
	}
	return plain
}

// sheetOf begins a file for spreadsheets, with the mark by which they know UTF-8.
func sheetOf(w http.ResponseWriter, name, separator string) *csv.Writer {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", disposition(name))
	_, _ = io.WriteString(w, "\ufeff") // a reader who is gone is told of by the first row
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = []rune(separator)[0], true
	return out
}

// disposition names a download, in letters that every browser takes.
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + plain + `"`
}
