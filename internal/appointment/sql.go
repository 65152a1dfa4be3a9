package appointment

import (
	"context"

	"parley/internal/db"
	"parley/internal/fault"
)

// Columns maps the service to its table.
func (s *Service) Columns(c *db.Columns) {
	c.Col("org_id", &s.OrgID)
	c.Col("id", &s.ID)
	c.Col("slug", &s.Slug)
	c.Col("name", &s.Name)
	c.Col("description", &s.Description)
	c.Col("duration", (*db.Minutes)(&s.Duration))
	c.Col("buffer_before", (*db.Minutes)(&s.BufferBefore))
	c.Col("buffer_after", (*db.Minutes)(&s.BufferAfter))
	c.Col("notice", (*db.Minutes)(&s.Notice))
	c.Col("ahead", (*db.Minutes)(&s.Ahead))
	c.Col("step", (*db.Minutes)(&s.Step))
	c.Col("methods", db.JSON[[]Method]{To: &s.Methods})
	c.Col("questions", db.JSON[[]Question]{To: &s.Questions})
	c.Col("bring", db.JSON[[]string]{To: &s.Bring})
	c.Col("lobby", &s.Lobby)
	c.Col("presenters", &s.Presenters)
	c.Col("active", &s.Active)
	c.Col("version", &s.Version)
}

// Columns maps the appointment to its table.
func (a *Appointment) Columns(c *db.Columns) {
	c.Col("org_id", &a.OrgID)
	c.Col("id", &a.ID)
	c.Col("form_key", &a.formKey)
	c.Col("service_id", &a.ServiceID)
	c.Col("staff_id", &a.StaffID)
	c.Col("client_id", &a.ClientID)
	c.Col("meeting_id", &a.MeetingID)
	c.Col("method", &a.Method)
	c.Col("location_id", &a.LocationID)
	c.Col("lang", &a.Lang)
	c.Col("starts_at", (*db.Time)(&a.Starts))
	c.Col("ends_at", (*db.Time)(&a.Ends))
	c.Col("buffer_before", (*db.Minutes)(&a.BufferBefore))
	c.Col("buffer_after", (*db.Minutes)(&a.BufferAfter))
	c.Col("zone", &a.Zone)
	c.Col("answers", db.JSON[[]Answer]{To: &a.Answers})
	c.Col("notes", &a.Notes)
	c.Col("state", &a.State)
	c.Col("source", &a.Source)
	c.Col("reason", &a.Reason)
	c.Col("sequence", &a.Sequence)
	c.Col("told", &a.Told)
	c.Col("booked_at", (*db.Time)(&a.Booked))
	c.Col("changed_at", (*db.Time)(&a.Changed))
	c.Col("arrived_at", (*db.Time)(&a.Arrived))
	c.Col("begun_at", (*db.Time)(&a.Begun))
	c.Col("ended_at", (*db.Time)(&a.Ended))
	c.Col("late_minutes", (*db.Minutes)(&a.Late))
	c.Col("late_at", (*db.Time)(&a.LateAt))
	c.Col("late_said", &a.lateSaid)
	c.Col("staff_late_minutes", (*db.Minutes)(&a.Delay))
	c.Col("staff_late_at", (*db.Time)(&a.DelayAt))
	c.Col("staff_late_said", &a.delaySaid)
	c.Col("rescue", db.JSON[Rescue]{To: &a.Rescue})
	c.Col("beside", db.JSON[[]string]{To: &a.Beside})
	c.Col("version", &a.Version)
}

func (t *taken) Columns(c *db.Columns) {
	c.Col("id", &t.id)
	c.Col("staff_id", &t.staff)
	c.Col("starts_at", (*int64)(&t.span.From))
	c.Col("ends_at", (*int64)(&t.span.To))
	c.Col("buffer_before", (*db.Minutes)(&t.before))
	c.Col("buffer_after", (*db.Minutes)(&t.after))
}

func (l *load) Columns(c *db.Columns) {
	c.Col("person_id", &l.staff)
	c.Col("count", &l.count)
	c.Col("last", &l.last)
}

// member is one who offers a service, with their limit.
type member struct {
	service, person string
	limit           int
}

func (m *member) Columns(c *db.Columns) {
	c.Col("service_id", &m.service)
	c.Col("person_id", &m.person)
	c.Col("daily_limit", &m.limit)
}

// profile is what is kept of a member as staff.
type profile struct {
	org, person string
	limit       int
	languages   []string
}

func (p *profile) Columns(c *db.Columns) {
	c.Col("org_id", &p.org)
	c.Col("person_id", &p.person)
	c.Col("daily_limit", &p.limit)
	c.Col("languages", db.JSON[[]string]{To: &p.languages})
}

const (
	serviceByID   = `SELECT {columns} FROM services WHERE org_id = $1 AND id = $2`
	servicesByIDs = `SELECT {columns} FROM services WHERE org_id = $1 AND id IN (`
	allServices   = `SELECT {columns} FROM services WHERE org_id = $1 ORDER BY name, id`

	touchService = `UPDATE services SET version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	saveService  = `UPDATE services SET slug = $3, name = $4, description = $5, duration = $6, buffer_before = $7, buffer_after = $8,
notice = $9, ahead = $10, step = $11, methods = $12, questions = $13, lobby = $14, active = $15, bring = $16, presenters = $17 WHERE org_id = $1 AND id = $2`

	// The people who may not sign in any more offer nothing.
	staffOfService = `SELECT s.service_id, s.person_id, COALESCE(f.daily_limit, 0) FROM service_staff s
JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id
LEFT JOIN staff f ON f.org_id = s.org_id AND f.person_id = s.person_id
WHERE s.org_id = $1 AND s.service_id = $2 AND p.active ORDER BY s.person_id`
	staffOfAll = `SELECT s.service_id, s.person_id, 0 FROM service_staff s
JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id WHERE s.org_id = $1 AND p.active ORDER BY s.person_id`
	offeringIt = `SELECT person_id FROM service_staff WHERE org_id = $1 AND service_id = $2 ORDER BY person_id`
	clearStaff = `DELETE FROM service_staff WHERE org_id = $1 AND service_id = $2`
	addStaff   = `INSERT INTO service_staff (org_id, service_id, person_id)
SELECT p.org_id, $2, p.id FROM people p WHERE p.org_id = $1 AND p.id = $3 AND p.kind = 'member'`

	byID      = `SELECT {columns} FROM appointments WHERE org_id = $1 AND id = $2`
	byIDs     = `SELECT {columns} FROM appointments WHERE org_id = $1 AND id IN (`
	byFormKey = `SELECT {columns} FROM appointments WHERE org_id = $1 AND form_key = $2`

	touchAppointment = `UPDATE appointments SET version = version + 1, changed_at = $3 WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	saveTime         = `UPDATE appointments SET starts_at = $3, ends_at = $4, sequence = $5, told = 'appointment.moved',
state = 'confirmed', arrived_at = 0, begun_at = 0, ended_at = 0, late_minutes = 0, late_at = 0,
staff_late_minutes = 0, staff_late_at = 0 WHERE org_id = $1 AND id = $2`
	saveCancelled = `UPDATE appointments SET state = 'cancelled', reason = $3, sequence = $4 WHERE org_id = $1 AND id = $2`
	insertOnce    = `ON CONFLICT (org_id, form_key) DO NOTHING`

	// takenBy is one range of the index for each of the people. Without a daily
	// limit only those count that ask for quiet: $4 says which are wanted.
	takenBy = `SELECT id, staff_id, starts_at, ends_at, buffer_before, buffer_after FROM appointments
WHERE org_id = $1 AND starts_at >= $2 AND starts_at < $3 AND state <> 'cancelled'
AND (CAST($4 AS BIGINT) = 1 OR buffer_before > 0 OR buffer_after > 0) AND staff_id IN (`

	upcomingOf = `SELECT {columns} FROM appointments
WHERE org_id = $1 AND staff_id = $2 AND starts_at >= $3 AND state IN ('confirmed', 'arrived', 'in_progress') ORDER BY starts_at, id LIMIT $4`
)

// loadsOf asks how much each of the people has to do: two steps in the index a person.
func loadsOf(people int) string {
	return `SELECT p.id,
  (SELECT COUNT(*) FROM appointments a WHERE a.org_id = p.org_id AND a.staff_id = p.id
    AND a.starts_at >= $2 AND a.starts_at < $3 AND a.state <> 'cancelled'),
  COALESCE((SELECT MAX(a.starts_at) FROM appointments a WHERE a.org_id = p.org_id AND a.staff_id = p.id
    AND a.starts_at < $3 AND a.state <> 'cancelled'), 0)
FROM people p WHERE p.org_id = $1 AND p.id IN (` + db.Params(4, people) + `)`
}

func (a *Appointments) service(ctx context.Context, q db.Q, orgID, id string) (Service, map[string]int, error) {
	s, err := db.One[Service](ctx, q, serviceByID, orgID, id)
	if err != nil {
		return s, nil, unknown(err, "appointment.service.unknown")
	}
	limits, err := s.readStaff(ctx, q)
	return s, limits, err
}

// readStaff fills in who offers the service and returns their daily limits.
func (s *Service) readStaff(ctx context.Context, q db.Q) (map[string]int, error) {
	members, err := db.All[member](ctx, q, staffOfService, s.OrgID, s.ID)
	limits := make(map[string]int, len(members))
	for _, m := range members {
		s.Staff = append(s.Staff, m.person)
		limits[m.person] = m.limit
	}
	return limits, err
}

func (s *Service) save(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, saveService, s.OrgID, s.ID, s.Slug, s.Name, s.Description, db.Minutes(s.Duration), db.Minutes(s.BufferBefore), db.Minutes(s.BufferAfter),
		db.Minutes(s.Notice), db.Minutes(s.Ahead), db.Minutes(s.Step), db.JSON[[]Method]{To: &s.Methods}, db.JSON[[]Question]{To: &s.Questions}, s.Lobby, s.Active, db.JSON[[]string]{To: &s.Bring}, s.Presenters)
	return err
}

// with puts the fixed arguments of a query before its list of ids.
func with(ids []string, fixed ...any) []any {
	args := append(make([]any, 0, len(fixed)+len(ids)), fixed...)
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}

func (a *Appointments) appointment(ctx context.Context, q db.Q, orgID, id string) (Appointment, error) {
	ap, err := db.One[Appointment](ctx, q, byID, orgID, id)
	return ap, unknown(err, "appointment.unknown")
}

// unknown gives a row that is not there its sentence.
func unknown(err error, key string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, err, key)
	}
	return err
}
