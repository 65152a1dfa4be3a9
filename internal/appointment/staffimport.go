package appointment

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// ImportPart takes the columns of an imported file that are about somebody as
// staff: languages, services, locations and the daily limit.
func (a *Appointments) ImportPart() org.ImportPart {
	return org.ImportPart{Begin: a.beginImport, Keep: a.keepImported, Columns: []org.ImportColumn{
		{Name: "languages", Also: []string{"spoken languages", "languages spoken", "langues parlées"}},
		{Name: "services", Also: []string{"service", "appointment types", "prestations"}},
		{Name: "locations", Also: []string{"location", "branch", "branches", "office", "lieu", "agence", "agences"}},
		{Name: "daily_limit", Also: []string{"limit", "appointments per day", "maximum par jour"}},
	}}
}

// named are things by the names people write, folded, and back.
type named struct {
	byName map[string]string
	names  map[string]string
}

func newNamed() named { return named{map[string]string{}, map[string]string{}} }

func (n named) add(id, name, slug string) {
	n.byName[db.Fold(slug)], n.byName[db.Fold(name)] = id, id
	n.names[id] = name
}

// ids reads a cell that names things. A name may hold a comma, so the whole cell
// is tried first.
func (n named) ids(text string) (ids []string, unknown string) {
	if id, ok := n.byName[db.Fold(text)]; ok {
		return []string{id}, ""
	}
	for _, name := range org.CellList(text) {
		id, ok := n.byName[db.Fold(name)]
		if !ok {
			return nil, name
		}
		ids = append(ids, id)
	}
	return ids, ""
}

func (n named) text(ids []string) string {
	var all []string
	for _, id := range ids {
		all = append(all, n.names[id])
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// importer knows services, locations and the staff as they are.
type importer struct {
	services, locations named
	staff               map[string]StaffProfile
}

func (a *Appointments) beginImport(ctx context.Context, q db.Q, orgID string) (org.ImportJudge, error) {
	im := importer{newNamed(), newNamed(), map[string]StaffProfile{}}
	services, err := db.All[Service](ctx, q, allServices, orgID)
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		im.services.add(s.ID, s.Name, s.Slug)
	}
	locations, err := db.All[Location](ctx, q, allLocations, orgID)
	if err != nil {
		return nil, err
	}
	for _, l := range locations {
		im.locations.add(l.ID, l.Name, l.Slug)
	}
	return im.judge, staffing(ctx, q, im.staff, allProfiles, allOffers, allBranches, orgID)
}

// wanted is what a file wants of one person as staff.
type wanted struct{ before, after StaffProfile }

// judge compares a row with the profile. An empty cell leaves things as they are.
func (im importer) judge(personID string, cell func(string) string) (v org.ImportVerdict) {
	was := im.staff[personID].tidy()
	now := was
	now.PersonID = personID
	var bad fault.Fields
	if text := cell("languages"); text != "" {
		now.Languages = languagesIn(text, &bad)
	}
	if text := cell("daily_limit"); text != "" {
		n, err := strconv.Atoi(text)
		if now.DailyLimit = n; err != nil || n < 0 || n > dailyLimitMost {
			bad.Say("daily_limit", "appointment.limit.range", "Most", dailyLimitMost)
		}
	}
	im.services.read(cell("services"), "services", &now.Services, &bad)
	im.locations.read(cell("locations"), "locations", &now.Locations, &bad)
	if v.Err = bad.Err(); v.Err != nil {
		return v
	}
	if cell("locations") != "" {
		v.Scopes = now.Locations
	}
	now = now.tidy()
	v.Changes = im.changes(was, now)
	if v.Changes != nil {
		v.Want = wanted{was, now}
	}
	return v
}

func (n named) read(text, column string, ids *[]string, bad *fault.Fields) {
	if text == "" {
		return
	}
	found, unknown := n.ids(text)
	if unknown != "" {
		bad.Say(column, "appointment.import."+column, "Text", unknown)
	}
	*ids = found
}

func languagesIn(text string, bad *fault.Fields) (tags []string) {
	for _, name := range org.CellList(text) {
		tag, ok := words.FindLanguage(name)
		if !ok {
			bad.Say("languages", "appointment.language.unknown", "Text", name)
			return nil
		}
		tags = append(tags, tag)
	}
	return tags
}

func (im importer) changes(was, now StaffProfile) (all []org.ImportChange) {
	add := func(column, old, text string) {
		if old != text {
			all = append(all, org.ImportChange{Column: column, Old: old, New: text})
		}
	}
	add("languages", strings.Join(was.Languages, "; "), strings.Join(now.Languages, "; "))
	add("services", im.services.text(was.Services), im.services.text(now.Services))
	add("locations", im.locations.text(was.Locations), im.locations.text(now.Locations))
	add("daily_limit", limitText(was.DailyLimit), limitText(now.DailyLimit))
	return all
}

func limitText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// keepImported writes what a file wanted of many people, with statements of many
// rows. Their calendars are touched first, all of them in order.
func (a *Appointments) keepImported(ctx context.Context, tx *db.Tx, by org.Actor, wants []org.ImportWant) error {
	var all, offering, placed, services, locations []string
	var profiles, offers, branches []db.Row
	for _, w := range wants {
		want := w.Want.(wanted)
		all = append(all, w.PersonID)
		profiles = append(profiles, &profile{org: by.OrgID, person: w.PersonID, limit: want.after.DailyLimit, languages: want.after.Languages})
		if changed := differing(want.before.Services, want.after.Services); changed != nil {
			services = append(services, changed...)
			offering = append(offering, w.PersonID)
			offers = append(offers, offerRows(by.OrgID, "service_id", w.PersonID, want.after.Services)...)
		}
		if changed := differing(want.before.Locations, want.after.Locations); changed != nil {
			locations = append(locations, changed...)
			placed = append(placed, w.PersonID)
			branches = append(branches, offerRows(by.OrgID, "location_id", w.PersonID, want.after.Locations)...)
		}
	}
	if err := calendar.Touch(ctx, tx, by.OrgID, all...); err != nil {
		return err
	}
	if err := replaced(ctx, tx, "staff", "", nil, profiles, by.OrgID, keepStaff); err != nil {
		return err
	}
	if err := replaced(ctx, tx, "service_staff", dropOffers, offering, offers, by.OrgID, ""); err != nil {
		return err
	}
	if err := replaced(ctx, tx, "location_staff", dropBranches, placed, branches, by.OrgID, ""); err != nil {
		return err
	}
	if err := raise(ctx, tx, raiseService, by.OrgID, differing(services, nil)); err != nil {
		return err
	}
	if err := raise(ctx, tx, raiseLocation, by.OrgID, differing(locations, nil)); err != nil {
		return err
	}
	return a.staffed(ctx, tx, by.OrgID, offering)
}

// offerRow is a row of service_staff or location_staff.
type offerRow struct{ org, column, what, person string }

func (o *offerRow) Columns(c *db.Columns) {
	c.Col("org_id", &o.org)
	c.Col(o.column, &o.what)
	c.Col("person_id", &o.person)
}

func offerRows(orgID, column, person string, ids []string) (rows []db.Row) {
	for _, id := range ids {
		rows = append(rows, &offerRow{orgID, column, id, person})
	}
	return rows
}

// replaced drops the rows of some people and adds others.
func replaced(ctx context.Context, tx *db.Tx, table, drop string, people []string, rows []db.Row, orgID, suffix string) error {
	const chunk, written = 500, 100
	for some := range slices.Chunk(people, chunk) {
		if _, err := tx.Exec(ctx, drop+db.Params(2, len(some))+")", with(some, orgID)...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(rows, written) {
		if _, err := db.InsertAll[string](ctx, tx, table, some, suffix, "person_id"); err != nil {
			return err
		}
	}
	return nil
}
