package graph

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// peopleMost is the largest answer about people that is read. A whole profile
// lists every plan of every licence, so that a page of 999 has many megabytes.
const peopleMost = 32 << 20

// pagesMax ends a directory that never ends: ten million people.
const pagesMax = 10000

// shown are the properties that a level of consent shows. User.ReadBasic.All
// shows four; the others need User.Read.All (Microsoft Graph permissions
// reference). What is not shown is neither asked for nor filtered by: a filter on
// it drops people in silence (Microsoft Graph, $filter).
func shown(l connector.Level) string {
	basic := "id,userPrincipalName,mail,displayName"
	if l == connector.Full {
		return basic + ",accountEnabled,userType,proxyAddresses,assignedPlans"
	}
	return basic
}

type directory struct{ base string }

// Level is Full where both permissions were granted that show a whole profile.
func (directory) Level(scopes []string) connector.Level {
	if len(lacking(scopes, fullScopes)) == 0 {
		return connector.Full
	}
	return connector.Basic
}

// Pages lists everybody in the tenant's directory in the largest pages there are
// (Microsoft Graph, list users; paging). The cursor is the vendor's next link.
func (d directory) Pages(ctx context.Context, c *http.Client, l connector.Level, cursor string) iter.Seq2[connector.DirectoryPage, error] {
	return func(yield func(connector.DirectoryPage, error) bool) {
		address, err := d.start(cursor, "/v1.0/users?$select="+shown(l)+"&$top=999")
		for range pagesMax {
			var page usersPage
			if err == nil {
				page, err = d.page(ctx, c, address)
			}
			if err != nil {
				yield(connector.DirectoryPage{}, err)
				return
			}
			next := ""
			if page.Next != "" {
				next, err = d.follow(address, page.Next)
			}
			if err == nil && (!yield(connector.DirectoryPage{Entries: page.entries(), Next: next}, nil) || next == "") {
				return
			}
			address = next
		}
		yield(connector.DirectoryPage{}, fault.Wrap(fault.Away, errors.New("the directory has no end"), "teams.directory.odd"))
	}
}

// start is where a reading goes on. A cursor that does not lead to the directory
// that we ask now cannot be followed.
func (d directory) start(cursor, path string) (string, error) {
	if cursor == "" {
		return d.base + path, nil
	}
	if _, err := d.follow("", cursor); err != nil {
		return "", fault.Wrap(fault.Conflict, err, "teams.directory.restart")
	}
	return cursor, nil
}

// follow takes the next link as it is, but only to the directory that we asked.
func (d directory) follow(from, next string) (string, error) {
	u, err := url.Parse(next)
	base, _ := url.Parse(d.base)
	if err != nil || u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil || next == from {
		return "", fault.Wrap(fault.Away, errors.New("the next page is not where it should be"), "teams.directory.odd")
	}
	return next, nil
}

// page reads one page. A scan is the first to wait when a tenant comes near its
// limit (Microsoft Graph, service-specific throttling limits).
func (d directory) page(ctx context.Context, c *http.Client, address string) (usersPage, error) {
	var page usersPage
	_, err := connector.Call(ctx, c, peopleSentences.call(connector.Request{Method: http.MethodGet, URL: address, Into: &page, Most: peopleMost,
		Header: header("x-ms-throttle-priority", "Low"), Explain: explainPage(strings.Contains(address, "$skiptoken="))}))
	return page, peopleSentences.named(err)
}

// explainPage reads a refusal of a page. One that a next link led to, and that
// Microsoft does not take any more, is no defect: its token is too old
// (Directory_ExpiredPageToken), and the reading starts again.
func explainPage(followed bool) func(connector.Refusal) *fault.Error {
	return func(r connector.Refusal) *fault.Error {
		f := peopleSentences.explain(r)
		expired := slices.ContainsFunc(readGraphError(r.Body).codes(), func(code string) bool { return strings.HasSuffix(code, "PageToken") })
		if expired || followed && (f.Kind == fault.Invalid || f.Kind == fault.NotFound) {
			return keyed(f, fault.Conflict, "teams.directory.restart")
		}
		return f
	}
}

// person is one of the directory, as far as it was asked for and is shown.
type person struct {
	ID       string   `json:"id"`
	UPN      string   `json:"userPrincipalName"`
	Mail     string   `json:"mail"`
	Name     string   `json:"displayName"`
	Enabled  *bool    `json:"accountEnabled"`
	UserType *string  `json:"userType"`
	Proxies  []string `json:"proxyAddresses"`
	Plans    *[]plan  `json:"assignedPlans"`
}

type usersPage struct {
	Value []person `json:"value"`
	Next  string   `json:"@odata.nextLink"`
}

// entries are the people of a page; one without an id cannot be kept.
func (p usersPage) entries() (all []connector.Entry) {
	for _, u := range p.Value {
		if u.ID != "" {
			all = append(all, u.entry())
		}
	}
	return all
}

// entry is the person as far as the answer speaks of them: a property that the
// consent does not show is not in it.
func (u person) entry() connector.Entry {
	e := connector.Entry{ID: u.ID, SignInName: u.UPN, Mail: u.Mail, Name: u.Name, Aliases: u.aliases()}
	if u.Enabled != nil {
		e.Disabled = connector.KnownAs(!*u.Enabled)
	}
	if u.UserType != nil {
		e.Guest = connector.KnownAs(strings.EqualFold(*u.UserType, "Guest"))
	}
	if u.Plans != nil {
		e.Licensed = connector.KnownAs(slices.ContainsFunc(*u.Plans, plan.teams))
	}
	return e
}

// aliases are the addresses at which the person gets mail beside the two that
// stand for themselves.
func (u person) aliases() (all []string) {
	for _, address := range u.Proxies {
		kind, name, ok := strings.Cut(address, ":")
		if ok && strings.EqualFold(kind, "smtp") && !strings.EqualFold(name, u.Mail) && !strings.EqualFold(name, u.UPN) {
			all = append(all, name)
		}
	}
	return all
}

// teamsPlan is the service plan of Teams in most products, and teamsService the
// service that every plan of Teams belongs to.
const (
	teamsPlan    = "57ff2da0-773e-42df-b2af-ffb7a2317929"
	teamsService = "TeamspaceAPI"
)

// plan is a part of a licence that was assigned.
type plan struct {
	ID      string `json:"servicePlanId"`
	Service string `json:"service"`
	State   string `json:"capabilityStatus"`
}

// teams reports whether the plan is Teams and works. A plan whose payment is late
// still does (Microsoft Graph, assignedPlan: Warning).
func (p plan) teams() bool {
	return (strings.EqualFold(p.ID, teamsPlan) || p.Service == teamsService) && (p.State == "Enabled" || p.State == "Warning")
}
