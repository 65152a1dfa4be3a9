package graph

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// usersPath asks for the four properties that User.ReadBasic.All shows, in the
// largest pages there are (Microsoft Graph, list users; paging).
const usersPath = "/v1.0/users?$select=id,userPrincipalName,mail,displayName&$top=999"

// pagesMax ends a directory that never ends: ten million people.
const pagesMax = 10000

// guestMark is in the sign-in name of everybody who was invited from another
// tenant (Microsoft Entra External ID, user properties).
const guestMark = "#EXT#"

type directory struct{ base string }

type usersPage struct {
	Value []struct {
		ID   string `json:"id"`
		UPN  string `json:"userPrincipalName"`
		Mail string `json:"mail"`
		Name string `json:"displayName"`
	} `json:"value"`
	Next string `json:"@odata.nextLink"`
}

// People lists everybody in the tenant's directory, page by page. The sequence
// ends at the first error.
func (d directory) People(ctx context.Context, c *http.Client) iter.Seq2[connector.Entry, error] {
	return func(yield func(connector.Entry, error) bool) {
		address := d.base + usersPath
		for range pagesMax {
			page, err := d.page(ctx, c, address)
			if err != nil {
				yield(connector.Entry{}, err)
				return
			}
			if !page.each(yield) || page.Next == "" {
				return
			}
			if address, err = d.follow(address, page.Next); err != nil {
				yield(connector.Entry{}, err)
				return
			}
		}
		yield(connector.Entry{}, fault.Wrap(fault.Away, errors.New("the directory has no end"), "teams.directory.odd"))
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

// each hands on the page's people; a person without an id cannot be kept.
func (p usersPage) each(yield func(connector.Entry, error) bool) bool {
	for _, u := range p.Value {
		if u.ID == "" {
			continue
		}
		guest := strings.Contains(strings.ToUpper(u.UPN), guestMark)
		if !yield(connector.Entry{ID: u.ID, SignInName: u.UPN, Mail: u.Mail, Name: u.Name, Guest: guest}, nil) {
			return false
		}
	}
	return true
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
