package admin

import (
	"net/http"

	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// operatorFaults are, by vendor, the sentences of what is wrong with the
// registrations that serve this organization. No administrator can put that right, and
// every connection of the vendor waits for who can.
type operatorFaults map[string]string

func (p *Pages) operatorFaults(r *http.Request) (operatorFaults, error) {
	by := operatorFaults{}
	for _, vendor := range p.Vault.AppVendors() {
		f, is, err := p.Vault.FaultOf(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, vendor)
		if err != nil {
			return nil, err
		}
		if is {
			by[vendor] = f.Fault
		}
	}
	return by, nil
}

// waits reports whether a connection that is fine in itself does not work.
func (o operatorFaults) waits(c vault.Connection) bool {
	return o[c.Vendor] != "" && (c.State == vault.Connected || c.State == vault.Connecting)
}

// status is how a connection is, and how alarming that is.
func (o operatorFaults) status(r words.Reader, c vault.Connection) (ui.Tone, string) {
	if o.waits(c) {
		return ui.Danger, r.T("admin.video.operator")
	}
	return stateTone(c.State), stateWord(r, c.State)
}

// alarm is what is wrong at a vendor; nil when nothing is.
func (o operatorFaults) alarm(r words.Reader, vendor string) *ui.Message {
	if o[vendor] == "" {
		return nil
	}
	return &ui.Message{Tone: ui.Danger, Title: r.T("admin.alarm.operator"), Text: r.T(o[vendor])}
}

// alarms are what is wrong at the vendors of connections, each once.
func (o operatorFaults) alarms(r words.Reader, all []vault.Connection) (messages []ui.Message) {
	told := map[string]bool{}
	for _, c := range all {
		if m := o.alarm(r, c.Vendor); m != nil && o.waits(c) && !told[c.Vendor] {
			messages, told[c.Vendor] = append(messages, *m), true
		}
	}
	return messages
}
