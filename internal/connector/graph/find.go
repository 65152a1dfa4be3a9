package graph

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parley/internal/connector"
)

const (
	// valuesMax is how many values one filter may compare (Microsoft Graph, use the
	// $filter query parameter).
	valuesMax = 15
	// aliasesMax is how many other addresses one filter asks for: such a filter is
	// long, and an advanced query may have 2,048 characters in all.
	aliasesMax = 8
	// searchMost is how many people a search gives.
	searchMost = 25
)

// Find looks for people by sign-in name and mail address, and where the consent
// shows them by other addresses too. Each is a question of its own, because the
// limit of values is one for the whole filter.
func (d directory) Find(ctx context.Context, c *http.Client, l connector.Level, values []string) ([]connector.Entry, error) {
	var parts []part
	for some := range slices.Chunk(meant(values), valuesMax) {
		list := strings.Join(quoted(some), ",")
		parts = append(parts, question(l, "userPrincipalName in ("+list+")"), question(l, "mail in ("+list+")"))
	}
	if l == connector.Full {
		for some := range slices.Chunk(meant(values), aliasesMax) {
			parts = append(parts, advanced(question(l, anyAlias(some))))
		}
	}
	return d.ask(ctx, c, parts)
}

// Reread reads people by their ids.
func (d directory) Reread(ctx context.Context, c *http.Client, l connector.Level, ids []string) ([]connector.Entry, error) {
	var parts []part
	for some := range slices.Chunk(meant(ids), valuesMax) {
		parts = append(parts, question(l, "id in ("+strings.Join(quoted(some), ",")+")"))
	}
	return d.ask(ctx, c, parts)
}

// Search looks for people whose name, surname, sign-in name or mail begins with
// a text.
func (d directory) Search(ctx context.Context, c *http.Client, l connector.Level, text string) ([]connector.Entry, error) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	var tests []string
	for _, field := range []string{"displayName", "surname", "userPrincipalName", "mail"} {
		tests = append(tests, "startsWith("+field+","+quote(text)+")")
	}
	var page usersPage
	_, err := connector.Call(ctx, c, peopleSentences.call(connector.Request{Method: http.MethodGet, Into: &page,
		URL: d.base + "/v1.0/users?$select=" + shown(l) + "&$top=" + strconv.Itoa(searchMost) + "&$filter=" + escape(strings.Join(tests, " or "))}))
	return page.entries(), peopleSentences.named(err)
}

// meant are the values that something can be found by, each once.
func meant(values []string) (all []string) {
	seen := map[string]bool{}
	for _, v := range values {
		v = strings.TrimSpace(v)
		if folded := strings.ToLower(v); v != "" && !seen[folded] {
			seen[folded] = true
			all = append(all, v)
		}
	}
	return all
}

// question is a part that asks for the people whom a filter fits.
func question(l connector.Level, filter string) part {
	return part{Method: http.MethodGet, URL: "/users?$select=" + shown(l) + "&$top=999&$filter=" + escape(filter),
		Headers: map[string]string{"x-ms-throttle-priority": "Low"}}
}

// advanced is a question that only the directory's index can answer (Microsoft
// Graph, advanced query capabilities on directory objects).
func advanced(p part) part {
	p.URL += "&$count=true"
	p.Headers["ConsistencyLevel"] = "eventual"
	return p
}

// anyAlias fits who gets mail at one of the addresses.
func anyAlias(addresses []string) string {
	var tests []string
	for _, a := range addresses {
		tests = append(tests, "proxyAddresses/any(p:p eq "+quote("smtp:"+a)+")")
	}
	return strings.Join(tests, " or ")
}

// quote is a text of OData, in which an apostrophe stands twice.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func quoted(values []string) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = quote(v)
	}
	return all
}

// escape makes a text part of a query. A space is never written as a plus, which
// the parts of a batch do not understand.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
