package page

import (
	"time"

	"parley/internal/vault"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// ZoneOptions are the zones to choose from, with the one somebody has already
// if the list does not hold it.
func ZoneOptions(r words.Reader, now time.Time, chosen string) (all []ui.Option) {
	listed := chosen == ""
	for _, region := range r.Zones(now) {
		for _, z := range region.Zones {
			all = append(all, ui.Option{Value: z.Name, Label: z.Label, Group: region.Name})
			listed = listed || z.Name == chosen
		}
	}
	if _, known := words.Zone(chosen); !listed && known {
		z := r.ZoneChoice(chosen, now)
		all = append([]ui.Option{{Value: z.Name, Label: z.Label}}, all...)
	}
	return all
}

// LangOptions are the languages to choose from.
func LangOptions() (all []ui.Option) {
	for _, l := range words.Langs() {
		all = append(all, ui.Option{Value: l.Tag, Label: l.Name})
	}
	return all
}

// VideoKind is the kind of connection that gives video calls their link.
const VideoKind = "video"

// PlatformOptions are by what somebody can hold their video calls: the
// organization's default, and each connection that works or can be made to.
func PlatformOptions(r words.Reader, v *vault.Vault, all []vault.Connection) []ui.Option {
	options := []ui.Option{{Label: r.T("admin.staff.platform.default")}}
	for _, c := range all {
		if c.Kind == VideoKind && (c.State == vault.Connected || c.State == vault.NeedsReauthorization) {
			label := r.T("admin.staff.platform.of", "Vendor", r.T(v.Title(c.Vendor)), "Account", c.Account.Name)
			options = append(options, ui.Option{Value: c.ID, Label: label})
		}
	}
	return options
}
