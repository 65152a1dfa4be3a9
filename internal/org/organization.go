package org

import (
	"context"
	"regexp"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// An Organization is a customer. Everything an organization owns names it.
type Organization struct {
	ID string
	// Slug stands in public addresses: /book/<slug>.
	Slug string
	Name string
	// Lang and Zone are what a reader gets who chose nothing.
	Lang string
	Zone string
	// Accent is the brand colour as it was typed, #rrggbb; empty for Parley's own.
	// AccentLight and AccentDark are the shades that are used (see Look).
	Accent, AccentLight, AccentDark string
	// Logo is an image for pages and e-mails, with its media type; empty for none.
	Logo     []byte
	LogoType string
	// LogoPlate is the ground that the logo needs.
	LogoPlate Plate
	Created   time.Time
	Version   int64
}

// Columns maps the organization to its table.
func (o *Organization) Columns(c *db.Columns) {
	c.Col("id", &o.ID)
	c.Col("slug", &o.Slug)
	c.Col("name", &o.Name)
	c.Col("lang", &o.Lang)
	c.Col("zone", &o.Zone)
	c.Col("accent", &o.Accent)
	c.Col("accent_light", &o.AccentLight)
	c.Col("accent_dark", &o.AccentDark)
	c.Col("logo", &o.Logo)
	c.Col("logo_type", &o.LogoType)
	c.Col("logo_plate", (*string)(&o.LogoPlate))
	c.Col("created_at", (*db.Time)(&o.Created))
	c.Col("version", &o.Version)
}

var (
	slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	slugGap   = regexp.MustCompile(`[^a-z0-9]+`)
)

const slugMax = 60

// Slug makes the part of an address that stands for a name: "Café Nord" gives
// "cafe-nord".
func Slug(name string) string {
	s := strings.Trim(slugGap.ReplaceAllString(db.Fold(name), "-"), "-")
	if len(s) > slugMax {
		s = strings.TrimRight(s[:slugMax], "-")
	}
	if s == "" {
		s = "organization"
	}
	return s
}

// check returns the organization put in order, or every fault of its fields.
func (o Organization) check() (Organization, error) {
	o.Name = strings.TrimSpace(o.Name)
	if o.Slug == "" {
		o.Slug = Slug(o.Name)
	}
	var f fault.Fields
	f.Add("organization", checkName(o.Name, "org.organization.name.missing"))
	f.Add("zone", checkZone(o.Zone))
	f.Add("lang", checkLang(o.Lang))
	if len(o.Slug) > slugMax || !slugShape.MatchString(o.Slug) {
		f.Add("slug", fault.New(fault.Invalid, "org.slug.shape"))
	}
	f.Add("accent", checkAccent(o.Accent, o.AccentLight, o.AccentDark))
	return o, f.Err()
}

// Create adds an organization.
func (o *Orgs) Create(ctx context.Context, tx *db.Tx, n Organization) (Organization, error) {
	n, err := n.check()
	if err != nil {
		return n, err
	}
	n.ID, n.Created, n.Version = db.NewID(), tx.Now(), 1
	if err := db.Insert(ctx, tx, "organizations", &n); err != nil {
		return n, slugTaken(err, n)
	}
	return n, nil
}

func slugTaken(err error, n Organization) error {
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, "org.slug.taken", "Slug", n.Slug).At("slug")
	}
	return err
}

// Organization returns an organization by its id.
func (o *Orgs) Organization(ctx context.Context, q db.Q, orgID string) (Organization, error) {
	return db.One[Organization](ctx, q, organizationByID, orgID)
}

// BySlug returns an organization by the part of its public address.
func (o *Orgs) BySlug(ctx context.Context, q db.Q, slug string) (Organization, error) {
	return db.One[Organization](ctx, q, organizationBySlug, strings.ToLower(slug))
}

// SaveOrganization changes what an organization is called, where it is found and
// what its people read who chose nothing. What it looks like is left alone: see
// SaveLook and SaveLogo. Its version is the one that was seen: an older one is
// refused, since somebody else changed it meanwhile, and 0 accepts any.
func (o *Orgs) SaveOrganization(ctx context.Context, by Actor, n Organization) error {
	n.ID = by.OrgID
	n, err := n.check()
	if err != nil {
		return err
	}
	return o.change(ctx, by, n.Version, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, saveOrganization, n.ID, n.Slug, n.Name, n.Lang, n.Zone); err != nil {
			return slugTaken(err, n)
		}
		return Record(ctx, tx, by.Entry("organization.change", "organization", n.ID, "name", n.Name))
	})
}

// change runs a change of the organization itself, for somebody who may change it
// and saw it as it still is.
func (o *Orgs) change(ctx context.Context, by Actor, seen int64, save func(context.Context, *db.Tx) error) error {
	if !by.May(ManageOrganization) {
		return fault.New(fault.Denied, "")
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		at, err := db.One[Organization](ctx, tx, touchOrganization, by.OrgID)
		if err != nil {
			return err
		}
		if seen != 0 && seen != at.Version {
			return fault.New(fault.Conflict, "org.organization.stale")
		}
		return save(ctx, tx)
	})
}
