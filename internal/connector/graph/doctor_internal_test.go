package graph

import (
	"maps"
	"slices"
)

// NamedFaults are all that the doctor can name, for the test that plants them.
func NamedFaults() []string { return slices.Sorted(maps.Keys(maladies)) }
