package appointment

import (
	"strings"

	"parley/internal/calendar"
	"parley/internal/db"
)

// A Location is a branch where appointments are held.
type Location struct {
	OrgID, ID string
	// Slug stands in addresses that choose the branch beforehand.
	Slug    string
	Name    string
	Address string
	Phone   string
	// Zone is the IANA zone of its wall clock; Hours and Closed are read on it.
	Zone string
	// Hours are its opening hours in a usual week. None means whenever its staff work.
	Hours []calendar.Hours
	// Closed are days with other hours or none, such as public holidays.
	Closed  []Closing
	Active  bool
	Version int64

	// Staff are the ids of the members who work there.
	Staff []string
}

// A Closing is a day on which a branch is closed, or open at other hours.
type Closing struct {
	// Day is written as 2026-12-25.
	Day string `json:"day"`
	// Name says why ("Christmas Day").
	Name string             `json:"name"`
	Open []calendar.Minutes `json:"open,omitempty"`
}

// Columns maps the location to its table.
func (l *Location) Columns(c *db.Columns) {
	c.Col("org_id", &l.OrgID)
	c.Col("id", &l.ID)
	c.Col("slug", &l.Slug)
	c.Col("name", &l.Name)
	c.Col("address", &l.Address)
	c.Col("phone", &l.Phone)
	c.Col("zone", &l.Zone)
	c.Col("hours", db.JSON[[]calendar.Hours]{To: &l.Hours})
	c.Col("closed", db.JSON[[]Closing]{To: &l.Closed})
	c.Col("active", &l.Active)
	c.Col("version", &l.Version)
}

// OneLine is its address on one line.
func (l Location) OneLine() string {
	var parts []string
	for line := range strings.Lines(l.Address) {
		if line = strings.Trim(line, ", \n"); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, ", ")
}

// Where is the branch with its address on one line, as cards and calendar
// entries write it.
func (l Location) Where() string {
	address := l.OneLine()
	switch {
	case address == "":
		return l.Name
	case l.Name == "" || strings.HasPrefix(address, l.Name):
		return address
	}
	return l.Name + ", " + address
}
