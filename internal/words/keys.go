package words

import (
	"maps"
	"slices"
	"strings"
)

// Keys lists what stands behind a prefix in the keys of the catalogue, in order:
// of all sentences of the journal, the verbs.
func Keys(prefix string) []string {
	var found []string
	for _, key := range slices.Sorted(maps.Keys(all().langs[Default].forms)) {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			found = append(found, rest)
		}
	}
	return found
}
