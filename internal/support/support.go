// Package support brings people who need help together with whoever helps them:
// it keeps where an organization's people get help, and sends what they ask to
// an e-mail address there.
//
// It owns the contact, and what may be sent: the page, a number to look up, the
// message, and never a secret. It writes no guides (those are pages) and does not
// send itself (notify).
package support

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"unicode/utf8"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/words"
)

// The limits of what is typed.
const (
	// MessageMax is how many characters a message may have.
	MessageMax = 4000
	addressMax = 500
	lineMax    = 200
)

// A Contact is where people get help.
type Contact struct {
	// Address is an e-mail address, or the https address of a help desk; empty
	// when nobody said.
	Address string
	// Hours are when somebody is there, in words, and Zone is the IANA zone they
	// are in.
	Hours, Zone string
	Phone       string
	// Origin is where the contact was set: for the organization, for the whole
	// installation, or nowhere (org.Default).
	Origin org.Scope
}

// Known reports whether there is anybody to ask.
func (c Contact) Known() bool { return c.Address != "" }

// ByMail reports whether the contact is an e-mail address, to which a message can
// be sent from here.
func (c Contact) ByMail() bool { return org.IsEmail(c.Address) }

func (c Contact) tidy() Contact {
	for _, s := range []*string{&c.Address, &c.Hours, &c.Zone, &c.Phone} {
		*s = strings.TrimSpace(*s)
	}
	return c
}

func (c Contact) check() error {
	var f fault.Fields
	f.Add("address", checkAddress(c.Address))
	f.Add("hours", checkLine(c.Hours))
	f.Add("phone", checkLine(c.Phone))
	if _, ok := words.Zone(c.Zone); c.Hours != "" && !ok {
		f.Say("zone", "support.zone.missing")
	}
	return f.Err()
}

// checkAddress wants an e-mail address or an https address without a user in it.
func checkAddress(address string) *fault.Error {
	if address == "" {
		return fault.New(fault.Invalid, "support.address.missing")
	}
	if org.IsEmail(address) {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(address) > addressMax || strings.ContainsAny(address, " \t\r\n") {
		return fault.New(fault.Invalid, "support.address.shape")
	}
	return nil
}

func checkLine(text string) *fault.Error {
	if utf8.RuneCountInString(text) > lineMax || strings.ContainsAny(text, "\r\n") {
		return fault.New(fault.Invalid, "org.field.long", "Max", lineMax)
	}
	return nil
}

// The settings that hold a contact. They are set and read together.
var (
	addressSetting = org.DefineSetting("support.address", org.SettingText, "")
	hoursSetting   = org.DefineSetting("support.hours", org.SettingText, "")
	zoneSetting    = org.DefineSetting("support.zone", org.SettingText, "")
	phoneSetting   = org.DefineSetting("support.phone", org.SettingText, "")
)

// Config is what a Support is built from.
type Config struct {
	DB     *db.DB
	Orgs   *org.Orgs
	Notify *notify.Notify
	Log    *slog.Logger
}

// Support is the room with its database.
type Support struct {
	db     *db.DB
	orgs   *org.Orgs
	notify *notify.Notify
}

// New builds the room.
func New(c Config) *Support { return &Support{db: c.DB, orgs: c.Orgs, notify: c.Notify} }

// Contact returns where the people of an organization get help: what the
// organization set, else what the installation did.
func (s *Support) Contact(ctx context.Context, q db.Q, orgID string) (Contact, error) {
	address, err := s.orgs.Setting(ctx, q, orgID, addressSetting)
	if err != nil {
		return Contact{}, err
	}
	c := Contact{Address: address.Text, Origin: address.Origin}
	for key, to := range map[string]*string{hoursSetting: &c.Hours, zoneSetting: &c.Zone, phoneSetting: &c.Phone} {
		v, err := s.orgs.Setting(ctx, q, orgID, key)
		if err != nil {
			return Contact{}, err
		}
		// Hours of the installation's desk say nothing of the organization's.
		if v.Origin == c.Origin {
			*to = v.Text
		}
	}
	return c, nil
}

// Installed returns what the installation set for all organizations.
func (s *Support) Installed(ctx context.Context, q db.Q) (Contact, error) {
	return s.Contact(ctx, q, "")
}

// Save says where people get help: org.WholeOrganization for those of the actor's
// organization, org.Installation for everybody whose organization says nothing.
// A contact without an address takes the setting back.
func (s *Support) Save(ctx context.Context, by org.Actor, at org.Scope, c Contact) error {
	c = c.tidy()
	if err := c.check(); err != nil {
		return err
	}
	return s.set(ctx, by, at, "support.change", map[string]string{addressSetting: c.Address, hoursSetting: c.Hours, zoneSetting: c.Zone, phoneSetting: c.Phone})
}

// Clear takes the setting back: what wider scopes say counts again.
func (s *Support) Clear(ctx context.Context, by org.Actor, at org.Scope) error {
	return s.set(ctx, by, at, "support.clear", map[string]string{addressSetting: "", hoursSetting: "", zoneSetting: "", phoneSetting: ""})
}

func (s *Support) set(ctx context.Context, by org.Actor, at org.Scope, verb string, values map[string]string) error {
	if need := permission(at); !by.May(need) {
		return fault.New(fault.Denied, "")
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := org.PutSettings(ctx, tx, by, at, values); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry(verb, "setting", addressSetting, "address", values[addressSetting]))
	})
}

// permission is what it takes to set the contact at a scope.
func permission(at org.Scope) org.Permission {
	if at == org.Installation {
		return org.ManageInstallation
	}
	return org.ManageOrganization
}
