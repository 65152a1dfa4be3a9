package face

import "strconv"

// Page is one page of a list: the items From up to To.
type Page struct{ Number, From, To, Total, Previous, Next int }

// PageOf cuts a list of total items into pages and picks one; a number that makes no sense picks the first or last.
func PageOf(number string, total, size int) Page {
	last := max(1, (total+size-1)/size)
	n, err := strconv.Atoi(number)
	if err != nil {
		n = 1
	}
	n = min(max(n, 1), last)
	p := Page{Number: n, From: (n - 1) * size, To: min(n*size, total), Total: total, Previous: n - 1}
	if n < last {
		p.Next = n + 1
	}
	return p
}

// First is the number of the first item on the page, counted from one.
func (p Page) First() int { return min(p.From+1, p.Total) }
