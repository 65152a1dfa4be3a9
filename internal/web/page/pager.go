package page

import (
	"net/http"
	"strconv"

	"parley/internal/web/ui"
	"parley/internal/words"
)

// PageOf reads the number of the page that an address asks for, from 1 on.
func PageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1_000_000)
}

// Numbered leads through a list whose length is known. To is the address of a
// page by its number.
func Numbered(r words.Reader, at, size, total int, to func(n int) string) ui.PaginationProps {
	p := ui.PaginationProps{Page: at, Pages: max((total+size-1)/size, 1)}
	p.Range = r.T("page.range", "From", min((at-1)*size+1, total), "To", min(at*size, total), "Total", total)
	if at > 1 {
		p.Prev = to(at - 1)
	}
	if at < p.Pages {
		p.Next = to(at + 1)
	}
	return p
}
