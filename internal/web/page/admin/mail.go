package admin

import (
	"net/http"

	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// mailState is the installation's mail server as the page shows it.
type mailState struct {
	badge ui.Tone
	word  string
	facts []ui.Fact
	// alarm says what is wrong and what to do; nil when mail goes out.
	alarm *ui.Message
}

// mailNow is the mail server's last word on the organization's mail: that it is
// set up does not mean that it takes any.
func (p *Pages) mailNow(r *http.Request, reader words.Reader) (m mailState, err error) {
	orgID := web.ActorOf(r).OrgID
	relay, _, err := p.Vault.LendMail(r.Context(), orgID)
	if err != nil {
		none := ui.Message{Tone: ui.Warning, Text: words.Fault(reader, fault.As(err))}
		return mailState{badge: ui.Warning, word: reader.T("admin.mail.none"), alarm: &none}, nil
	}
	m = mailState{badge: ui.Success, word: reader.T("admin.mail.set"), facts: []ui.Fact{
		{Term: reader.T("admin.mail.server"), Text: relay.Host, Icon: "mail"},
		{Term: reader.T("admin.mail.from"), Text: relay.From.Name + " <" + relay.From.Mailbox + ">", Icon: "person"},
	}}
	trouble, is, err := p.Notify.MailTrouble(r.Context(), p.Orgs.Read(), orgID)
	if err != nil || !is {
		return m, err
	}
	m.badge, m.word, m.alarm = ui.Danger, reader.T("admin.mail.stuck"), mailAlarm(reader, trouble)
	return m, nil
}

// mailAlarm says since when mail waits, what the server answered, and who can act.
func mailAlarm(r words.Reader, t notify.Trouble) *ui.Message {
	return &ui.Message{Tone: ui.Danger, Title: r.T("admin.mail.stuck.since", "When", r.DateTime(t.Since)),
		Text: t.Reason.Text(r) + " " + r.T("admin.mail.stuck.do", "Count", t.Waiting)}
}
