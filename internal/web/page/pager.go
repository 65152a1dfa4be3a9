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
	if p.Pages > 1 {
		p.Numbers = numbers(r, at, p.Pages, to)
	}
	return p
}

// numbers are the first page, the last one and those around the present one,
// with gaps where more than one is left out.
func numbers(r words.Reader, at, pages int, to func(n int) string) (all []ui.PageNumber) {
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < at-1 || n > at+1) {
			n = nextNumber(n, at, pages)
		}
		switch {
		case n == last+2:
			all = append(all, pageNumber(r, last+1, at, to))
		case n > last+1:
			all = append(all, ui.PageNumber{})
		}
		all, last = append(all, pageNumber(r, n, at, to)), n
	}
	return all
}

// nextNumber is the next page that is shown from n on.
func nextNumber(n, at, pages int) int {
	if n < at-1 {
		return min(at-1, pages)
	}
	return pages
}

func pageNumber(r words.Reader, n, at int, to func(n int) string) ui.PageNumber {
	return ui.PageNumber{Label: r.Number(n), Name: r.T("page.number", "N", n), Href: to(n), Current: n == at}
}
