package page

import (
	"net/http"
	"slices"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// A Platform is by what somebody holds their video calls: what they can choose
// from, and what comes of it now.
type Platform struct {
	// Chosen is the connection of their own choice; empty for the default.
	Chosen  string
	Options []ui.Option
	// Effect says which one counts and where that comes from; empty for somebody
	// who is not kept yet.
	Effect, Origin string
	// Works says that their video calls get a link.
	Works bool
}

// Platforms reads what pages say of people's Video Calls Platform.
type Platforms struct {
	Orgs       *org.Orgs
	Vault      *vault.Vault
	Identities *identity.Identities
}

// Of is the platform of somebody; an empty id is somebody who is not kept yet.
func (s Platforms) Of(r *http.Request, personID string) (p Platform, err error) {
	ctx, q, orgID, reader := r.Context(), s.Orgs.Read(), web.ActorOf(r).OrgID, web.ReaderOf(r)
	all, err := s.Vault.Connections(ctx, q, orgID)
	if err != nil {
		return p, err
	}
	all = slices.DeleteFunc(all, func(c vault.Connection) bool { return c.Kind != VideoKind })
	def, err := s.Vault.Default(ctx, q, orgID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return p, err
	}
	p.Options = s.options(reader, all, def)
	if personID == "" {
		return p, nil
	}
	if p.Chosen, err = s.Identities.PlatformOf(ctx, q, orgID, personID); err != nil {
		return p, err
	}
	effective, err := s.Identities.Effective(ctx, q, orgID, personID)
	s.explain(reader, &p, all, def, effective)
	return p, err
}

// options are the organization's default, and each connection that works or can
// be made to.
func (s Platforms) options(r words.Reader, all []vault.Connection, def vault.Connection) []ui.Option {
	first := ui.Option{Label: r.T("admin.staff.platform.default")}
	if def.ID != "" {
		first.Label = r.T("admin.staff.platform.default.of", "Platform", s.name(r, def))
	}
	options := []ui.Option{first}
	for _, c := range all {
		switch c.State {
		case vault.Connected:
			options = append(options, ui.Option{Value: c.ID, Label: s.name(r, c)})
		case vault.NeedsReauthorization:
			options = append(options, ui.Option{Value: c.ID, Label: r.T("admin.staff.platform.broken", "Platform", s.name(r, c))})
		}
	}
	return options
}

func (s Platforms) name(r words.Reader, c vault.Connection) string {
	return ConnectionName(r, s.Vault, c)
}

// ConnectionName is what a connection is called wherever a page names one: its
// vendor, and the account there.
func ConnectionName(r words.Reader, v *vault.Vault, c vault.Connection) string {
	return r.T("page.connection.name", "Vendor", r.T(v.Title(c.Vendor)), "Account", c.Account.Name)
}

// explain says which connection counts, and where that comes from.
func (s Platforms) explain(r words.Reader, p *Platform, all []vault.Connection, def vault.Connection, e identity.Platform) {
	named := func(id string) string {
		if i := slices.IndexFunc(all, func(c vault.Connection) bool { return c.ID == id }); i >= 0 {
			return s.name(r, all[i])
		}
		return ""
	}
	p.Works, p.Effect = e.ConnectionID != "", named(e.ConnectionID)
	switch {
	case !p.Works:
		p.Effect, p.Origin = r.T("page.platform.none"), r.T(e.Why)
	case e.Chosen:
		p.Origin = r.T("page.platform.own")
	case p.Chosen != "":
		p.Origin = r.T("page.platform.instead", "Chosen", named(p.Chosen))
	case e.ConnectionID == def.ID:
		p.Origin = r.T("page.platform.default")
	default:
		p.Origin = r.T("page.platform.matched", "Default", s.name(r, def))
	}
}
