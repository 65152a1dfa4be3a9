package page

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/internal/org"
)

// FrameOrigins is the setting with the origins of the sites that may show an
// organization's booking page in a frame, separated by spaces.
var FrameOrigins = org.DefineSetting("booking.origins", org.SettingText, "")

// originsMost is how many sites an organization may name.
const originsMost = 20

// OriginsOf are the origins that an organization allows.
func OriginsOf(ctx context.Context, orgs *org.Orgs, orgID string) ([]string, error) {
	v, err := orgs.Setting(ctx, orgs.Read(), orgID, FrameOrigins)
	return strings.Fields(v.Text), err
}

// ParseOrigins reads origins as people type or paste them: one a line, often the
// address of a page. It keeps scheme, host and port; http is for this machine
// alone, since a frame in a page that anybody can change is anybody's.
func ParseOrigins(text string) (origins []string, wrong *fault.Error) {
	for _, line := range strings.Fields(text) {
		u, err := url.Parse(strings.ToLower(line))
		switch {
		case err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(u.Host, "*;,'\""):
			return nil, fault.New(fault.Invalid, "page.origin.shape", "Origin", line)
		case u.Scheme != "https" && !(u.Scheme == "http" && isLocal(u.Hostname())):
			return nil, fault.New(fault.Invalid, "page.origin.https", "Origin", line)
		}
		origins = append(origins, u.Scheme+"://"+u.Host)
	}
	slices.Sort(origins)
	if origins = slices.Compact(origins); len(origins) > originsMost {
		return nil, fault.New(fault.Invalid, "page.origin.many", "Max", originsMost)
	}
	return origins, nil
}

func isLocal(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }
