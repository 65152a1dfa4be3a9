package calendar

import "slices"

// An Opening is a moment at which an appointment may start, and who is free for it.
type Opening struct {
	Start Instant
	// Who holds indexes into the sheets that were asked, ascending.
	Who []int32
}

// Anyone lays the starts of several people over each other. Each opening is
// good for every person it names, from beginning to end: two people who are
// free for half of it each do not make one.
func Anyone(sheets []*Sheet, window Span, fit Fit) []Opening {
	pairs := make([]pair, 0, 256*len(sheets))
	ends := make([]int, 0, len(sheets))
	for i, s := range sheets {
		for at := range s.Starts(window, fit) {
			pairs = append(pairs, pair{at, int32(i)})
		}
		ends = append(ends, len(pairs))
	}
	return group(mergeRuns(pairs, ends))
}

type pair struct {
	at  Instant
	who int32
}

// mergeRuns sorts pairs that consist of sorted runs, by merging neighbours
// until one run is left. A general sort would not know that the work is half done.
func mergeRuns(pairs []pair, ends []int) []pair {
	other := make([]pair, len(pairs))
	for len(ends) > 1 {
		begin, kept := 0, ends[:0]
		for i := 0; i < len(ends); i += 2 {
			middle, end := ends[i], ends[min(i+1, len(ends)-1)]
			mergeTwo(other[begin:end], pairs[begin:middle], pairs[middle:end])
			begin, kept = end, append(kept, end)
		}
		pairs, other, ends = other, pairs, kept
	}
	return pairs
}

// mergeTwo merges two sorted runs. On equal moments the first run goes first,
// which keeps the people of an opening in order.
func mergeTwo(dst, a, b []pair) {
	for n := range dst {
		if len(b) == 0 || len(a) > 0 && a[0].at <= b[0].at {
			dst[n], a = a[0], a[1:]
		} else {
			dst[n], b = b[0], b[1:]
		}
	}
}

// group puts the pairs of one moment into one opening. All openings share one
// array of people.
func group(pairs []pair) []Opening {
	count := 0
	for i := range pairs {
		if i == 0 || pairs[i].at != pairs[i-1].at {
			count++
		}
	}
	openings, people := make([]Opening, 0, count), make([]int32, len(pairs))
	for i, p := range pairs {
		people[i] = p.who
		if i == 0 || p.at != pairs[i-1].at {
			openings = append(openings, Opening{Start: p.at})
		}
		last := &openings[len(openings)-1]
		last.Who = slices.Clip(people[i-len(last.Who) : i+1])
	}
	return openings
}
