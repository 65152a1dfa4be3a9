package member

import (
	"net/http"

	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// readsShown is how many of the latest readings are listed.
const readsShown = 100

// reads shows a member when something was read of them at a vendor, and why.
func (k *Work) reads(w http.ResponseWriter, r *http.Request) error {
	actor, reader, q := web.ActorOf(r), web.ReaderOf(r), k.Orgs.Read()
	all, err := k.Identities.Reads(r.Context(), q, actor.OrgID, actor.PersonID, readsShown)
	if err != nil {
		return err
	}
	connections, err := k.Vault.Connections(r.Context(), q, actor.OrgID)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range connections {
		names[c.ID] = page.ConnectionName(reader, k.Vault, c)
	}
	var rows []ui.Row
	for _, read := range all {
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: reader.DateTime(read.At)}, {Text: names[read.ConnectionID]}, {Text: reader.T(purposeKey(read))},
		}})
	}
	shell := page.Frame(w, r, reader.T("member.reads"), "")
	return page.Render(w, r, http.StatusOK, readsPage(reader, shell, rows))
}

// purposeKey names in the catalogue what something was read for.
func purposeKey(read vault.Read) string {
	if read.What == vault.Scan {
		return "member.reads.scan"
	}
	return "member.reads.person"
}
