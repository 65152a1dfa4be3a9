package graph

import (
	"time"
)

// calendar keeps the meetings, found by what names them. Graph's lock guards it.
type calendar struct {
	all     []*Meeting
	ids     map[string]*Meeting
	threads map[string]*Meeting
	numbers map[string]*Meeting
	// keys are the live meetings by tenant, organizer and externalId.
	keys map[string]*Meeting
}

func newCalendar() *calendar {
	return &calendar{ids: map[string]*Meeting{}, threads: map[string]*Meeting{}, numbers: map[string]*Meeting{}, keys: map[string]*Meeting{}}
}

func key(tenant, organizer, external string) string { return tenant + "/" + organizer + "/" + external }

func (c *calendar) keyed(tenant, organizer, external string) *Meeting {
	return c.keys[key(tenant, organizer, external)]
}

func (c *calendar) add(m *Meeting) {
	c.all = append(c.all, m)
	c.ids[m.ID], c.threads[m.Thread], c.numbers[m.JoinMeetingID] = m, m, m
	if m.ExternalID != "" {
		c.keys[key(m.Tenant, m.Organizer, m.ExternalID)] = m
	}
}

// remove deletes a meeting. Its link stays alive, as Microsoft leaves it.
func (c *calendar) remove(m *Meeting, now time.Time) {
	m.Deleted = &now
	if k := key(m.Tenant, m.Organizer, m.ExternalID); c.keys[k] == m {
		delete(c.keys, k)
	}
}

// own finds a live meeting of an organizer.
func (c *calendar) own(who caller, fits func(*Meeting) bool) *Meeting {
	for _, m := range c.all {
		if m.Tenant == who.Tenant && m.Organizer == who.ID && m.Deleted == nil && fits(m) {
			return m
		}
	}
	return nil
}

// Meetings lists every meeting as the vendor holds it, deleted ones too.
func (g *Graph) Meetings() []Meeting {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := make([]Meeting, len(g.meetings.all))
	for i, m := range g.meetings.all {
		list[i] = m.copy()
	}
	return list
}

// Remove deletes a meeting by its id or its externalId, as its organizer would by hand in Teams; it tells whether there
// was one.
func (g *Graph) Remove(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.meetings.ids[id]
	for i := len(g.meetings.all) - 1; m == nil && i >= 0; i-- {
		if x := g.meetings.all[i]; x.ExternalID == id && x.Deleted == nil {
			m = x
		}
	}
	if m == nil || m.Deleted != nil {
		return false
	}
	g.meetings.remove(m, g.Stage.Now())
	return true
}
