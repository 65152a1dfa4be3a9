package graph

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// pagesMax ends a directory that never ends: ten million people.
const pagesMax = 10000

// shown are the properties that a level of consent shows. User.ReadBasic.All
// shows four; the others need User.Read.All (Microsoft Graph permissions
// reference).
func shown(l connector.Level) string {
	basic := "id,userPrincipalName,mail,displayName"
	if l == connector.Full {
		return basic + ",accountEnabled,userType,proxyAddresses,assignedPlans"
	}
	return basic
}

type directory struct{ base string }

// person is one of the directory, as far as it was asked for.
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

type plan struct {
	ID    string `json:"servicePlanId"`
	State string `json:"capabilityStatus"`
}

type usersPage struct {
	Value []person `json:"value"`
	Next  string   `json:"@odata.nextLink"`
}

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
		address := cursor
		if address == "" {
			address = d.base + "/v1.0/users?$select=" + shown(l) + "&$top=999"
		}
		for range pagesMax {
			page, err := d.page(ctx, c, address)
			if err != nil {
				yield(connector.DirectoryPage{}, err)
				return
			}
			next := ""
			if page.Next != "" {
				if next, err = d.follow(address, page.Next); err != nil {
					yield(connector.DirectoryPage{}, err)
					return
				}
			}
			if !yield(connector.DirectoryPage{Entries: page.entries(), Next: next}, nil) || next == "" {
				return
			}
			address = next
		}
		yield(connector.DirectoryPage{}, fault.Wrap(fault.Away, errors.New("the directory has no end"), "teams.directory.odd"))
	}
}

func (d directory) page(ctx context.Context, c *http.Client, address string) (usersPage, error) {
	var page usersPage
	_, err := connector.Call(ctx, c, call(connector.Request{Method: http.MethodGet, URL: address, Into: &page}))
	if fault.Is(err, fault.Denied) {
		// A tenant can forbid ordinary accounts to read others.
		return page, fault.Wrap(fault.Denied, err, "teams.directory.denied")
	}
	return page, named(err)
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

// teamsPlan is the service plan of Teams. Other products with Teams have other
// plans, so that lacking it is only a hint where nothing else speaks for it.
const teamsPlan = "57ff2da0-773e-42df-b2af-ffb7a2317929"

// entry is the person as far as the answer speaks of them: a property that the
// consent does not show is not in it.
func (u person) entry() connector.Entry {
	e := connector.Entry{ID: u.ID, SignInName: u.UPN, Mail: u.Mail, Name: u.Name}
	if u.Enabled != nil {
		e.Disabled = connector.KnownAs(!*u.Enabled)
	}
	if u.UserType != nil {
		e.Guest = connector.KnownAs(strings.EqualFold(*u.UserType, "Guest"))
	}
	if u.Plans != nil {
		e.Licensed = connector.KnownAs(slices.ContainsFunc(*u.Plans, func(p plan) bool { return p.ID == teamsPlan && p.State == "Enabled" }))
	}
	for _, address := range u.Proxies {
		kind, name, ok := strings.Cut(address, ":")
		if ok && strings.EqualFold(kind, "smtp") && !strings.EqualFold(name, u.Mail) {
			e.Aliases = append(e.Aliases, name)
		}
	}
	return e
}

// follow takes the next link as it is, but only to the directory that we asked.
func (d directory) follow(from, next string) (string, error) {
	u, err := url.Parse(next)
	base, _ := url.Parse(d.base)
	if err != nil || u.Scheme != base.Scheme || u.Host != base.Host || next == from {
		return "", fault.Wrap(fault.Away, errors.New("the next page is not where it should be"), "teams.directory.odd")
	}
	return next, nil
}

// valuesMax is how many values one filter may compare (Microsoft Graph, use the
// $filter query parameter); each stands in two lists.
const valuesMax = 15 / 2

// Find looks for people by sign-in name and mail address.
func (d directory) Find(ctx context.Context, c *http.Client, l connector.Level, values []string) ([]connector.Entry, error) {
	return d.filtered(ctx, c, l, values, valuesMax, func(list string) string {
		return "userPrincipalName in (" + list + ") or mail in (" + list + ")"
	})
}

// Reread reads people by their ids.
func (d directory) Reread(ctx context.Context, c *http.Client, l connector.Level, ids []string) ([]connector.Entry, error) {
	return d.filtered(ctx, c, l, ids, 2*valuesMax, func(list string) string { return "id in (" + list + ")" })
}

func (d directory) filtered(ctx context.Context, c *http.Client, l connector.Level, values []string, most int, filter func(string) string) (all []connector.Entry, err error) {
	for some := range slices.Chunk(values, most) {
		quoted := make([]string, len(some))
		for i, v := range some {
			quoted[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		page, err := d.page(ctx, c, d.base+"/v1.0/users?$select="+shown(l)+"&$top=999&$filter="+url.QueryEscape(filter(strings.Join(quoted, ","))))
		if err != nil {
			return nil, err
		}
		all = append(all, page.entries()...)
	}
	return all, nil
}

// searchMost is how many people a search gives.
const searchMost = 25

// Search looks for people whose name, sign-in name or mail begins with a text.
func (d directory) Search(ctx context.Context, c *http.Client, l connector.Level, text string) ([]connector.Entry, error) {
	quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	filter := "startsWith(displayName," + quoted + ") or startsWith(userPrincipalName," + quoted + ") or startsWith(mail," + quoted + ")"
	page, err := d.page(ctx, c, d.base+"/v1.0/users?$select="+shown(l)+"&$top="+strconv.Itoa(searchMost)+"&$filter="+url.QueryEscape(filter))
	return page.entries(), err
}
