package client

import (
	"strings"

	"parley/internal/appointment"
)

// besideNames are the colleagues whom the client will meet too.
func besideNames(v appointment.View) string {
	var names []string
	for _, g := range v.Colleagues {
		names = append(names, g.Person.Name)
	}
	return strings.Join(names, ", ")
}
