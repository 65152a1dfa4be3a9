package vault

import (
	"context"
	"encoding/json"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// kindAsked examines a connection because somebody asked.
const kindAsked = "vault.examine.asked"

// asking is who asked for what.
type asking struct{ Connection, ID, Name string }

// AskExamination has a connection examined soon, in the name of who asks. An
// examination makes many calls, each of which may take long: whoever asked finds
// it among the reports. Asking twice before it began is asking once.
func (v *Vault) AskExamination(ctx context.Context, actor org.Actor, id string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	args, err := json.Marshal(asking{id, actor.PersonID, actor.Name})
	if err != nil {
		return err
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := v.Connection(ctx, tx, actor.OrgID, id); err != nil {
			return err
		}
		return job.Add(ctx, tx, job.Job{Key: kindAsked + ":" + id, OrgID: actor.OrgID, Kind: kindAsked, Args: args})
	})
}

// askedJob examines what was asked for.
func (v *Vault) askedJob(ctx context.Context, j job.Job) error {
	var a asking
	if err := json.Unmarshal(j.Args, &a); err != nil {
		return err
	}
	_, err := v.examine(ctx, org.Actor{OrgID: j.OrgID, PersonID: a.ID, Name: a.Name}, a.Connection)
	return absent(err)
}
