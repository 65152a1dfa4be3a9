package appointment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// SettingAlternatives names the setting with the ways to hold a video call whose
// link cannot be made, in the order in which they are tried: connections by their
// ids, and ByTelephone. Nobody listed means that people are asked.
var SettingAlternatives = org.DefineSetting("video.alternatives", org.SettingText, "")

// ByTelephone, in the list of alternatives, is a phone call.
const ByTelephone = "phone"

// alternativesMost is more than anybody has connections.
const alternativesMost = 10

// VideoAlternatives returns what stands in for a video call whose link cannot be made,
// the first choice first.
func (a *Appointments) VideoAlternatives(ctx context.Context, q db.Q, orgID string) (list []string, err error) {
	set, err := a.orgs.Setting(ctx, q, orgID, SettingAlternatives)
	if err != nil || set.Text == "" {
		return nil, err
	}
	if err := json.Unmarshal([]byte(set.Text), &list); err != nil {
		return nil, fmt.Errorf("read the setting %s: %w", SettingAlternatives, err)
	}
	return list, nil
}

// SaveVideoAlternatives sets the list. Calls that are without a link now are looked at
// again by it.
func (a *Appointments) SaveVideoAlternatives(ctx context.Context, by org.Actor, list []string) (err error) {
	defer fault.Op(&err, "save the alternatives of video calls")
	if !by.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	var once ids
	once.add(list...)
	list = once.list
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := a.VideoAlternatives(ctx, tx, by.OrgID)
		if err != nil || slices.Equal(was, list) {
			return err
		}
		names, err := a.alternativeNames(ctx, tx, by.OrgID, list)
		if err != nil {
			return err
		}
		text := ""
		if len(list) > 0 {
			data, err := json.Marshal(list)
			if err != nil {
				return err
			}
			text = string(data)
		}
		if err := org.PutSettings(ctx, tx, by, org.WholeOrganization, map[string]string{SettingAlternatives: text}); err != nil {
			return err
		}
		if err := org.Record(ctx, tx, by.Entry(verbAlternatives(list), "setting", SettingAlternatives, "names", strings.Join(names, ", "))); err != nil {
			return err
		}
		return a.RingRescues(ctx, tx, by.OrgID)
	})
}

func verbAlternatives(list []string) string {
	if len(list) == 0 {
		return "appointment.alternatives.none"
	}
	return "appointment.alternatives"
}

// alternativeNames are the names of the list, or why it cannot be as it is.
func (a *Appointments) alternativeNames(ctx context.Context, q db.Q, orgID string, list []string) ([]string, error) {
	const field = "alternatives"
	if len(list) > alternativesMost {
		return nil, fault.New(fault.Invalid, "appointment.alternatives.many", "Max", alternativesMost).At(field)
	}
	var names []string
	for _, id := range list {
		name := ByTelephone
		if id != ByTelephone {
			var err error
			if name, err = a.videoName(ctx, q, orgID, id); fault.Is(err, fault.NotFound) {
				return nil, fault.New(fault.Invalid, "appointment.alternatives.unknown").At(field)
			} else if err != nil {
				return nil, err
			}
		}
		names = append(names, name)
	}
	return names, nil
}

func (a *Appointments) videoName(ctx context.Context, q db.Q, orgID, connectionID string) (string, error) {
	if a.cfg.VideoName == nil {
		return "", fault.New(fault.NotFound, "")
	}
	return a.cfg.VideoName(ctx, q, orgID, connectionID)
}

// RingRescues has every video call looked at that is without a link: what can
// stand in for it may be another thing now. A connection that came to work is a
// reason, and people who were matched.
func (a *Appointments) RingRescues(ctx context.Context, tx *db.Tx, orgID string) error {
	return job.Add(ctx, tx, job.Job{Key: "rescues:" + orgID, OrgID: orgID, Kind: kindRescues})
}
