package graph

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parley/internal/sandbox/directory"
)

// basicFields are all that User.ReadBasic.All shows of others ("Microsoft Graph permissions reference").
var basicFields = []string{"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"}

// defaultFields are answered without $select.
var defaultFields = append([]string{"businessPhones", "jobTitle", "mobilePhone", "officeLocation", "preferredLanguage"}, basicFields...)

const teamsPlan = "57ff2da0-773e-42df-b2af-ffb7a2317929"

// fields are the properties of a person as Graph writes them.
func fields(u directory.User) map[string]any {
	userType, plans := "Member", []any{}
	if u.Guest {
		userType = "Guest"
	}
	if u.Licensed {
		plans = append(plans, map[string]any{"service": "TeamspaceAPI", "servicePlanId": teamsPlan, "capabilityStatus": "Enabled"})
	}
	proxies := []string{}
	if u.Mail != "" {
		proxies = append(proxies, "SMTP:"+u.Mail)
	}
	return map[string]any{
		"id": u.ID, "displayName": u.Name, "givenName": orNull(u.GivenName), "surname": orNull(u.Surname), "mail": orNull(u.Mail),
		"userPrincipalName": u.UPN, "jobTitle": orNull(u.JobTitle), "department": orNull(u.Department), "accountEnabled": !u.Disabled,
		"userType": userType, "assignedPlans": plans, "proxyAddresses": proxies, "businessPhones": []string{},
		"mobilePhone": nil, "officeLocation": nil, "preferredLanguage": nil,
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// view is what a caller sees of a person: the fields selected, cut down to what the permission shows.
func view(c caller, u directory.User, query url.Values) map[string]any {
	wanted := defaultFields
	if query.Has("$select") {
		wanted = append([]string{"id"}, strings.Split(query.Get("$select"), ",")...)
	}
	all := fields(u)
	shown := map[string]any{}
	for _, name := range wanted {
		name = strings.TrimSpace(name)
		if value, ok := all[name]; ok && c.sees(u, name) {
			shown[name] = value
		}
	}
	return shown
}

// sees tells whether the permissions of the caller show a field of a person.
func (c caller) sees(u directory.User, field string) bool {
	if slices.Contains(basicFields, field) || c.grant.Has("User.Read.All", "Directory.Read.All") {
		return true
	}
	return !c.listing && u.ID == c.ID && c.grant.Has("User.Read")
}

func (g *Graph) context(kind string) string { return g.Base + "/v1.0/$metadata#" + kind }

func (g *Graph) getMe(w http.ResponseWriter, r *http.Request, c caller) { g.showUser(w, r, c, c.User) }

func (g *Graph) showUser(w http.ResponseWriter, r *http.Request, c caller, u directory.User) {
	if unknown := unknownField(r.URL.Query()); unknown != "" {
		bad(w, r, "Could not find a property named '"+unknown+"' on type 'microsoft.graph.user'.")
		return
	}
	shown := view(c, u, r.URL.Query())
	shown["@odata.context"] = g.context("users/$entity")
	writeJSON(w, r, http.StatusOK, shown)
}

func unknownField(query url.Values) string {
	if !query.Has("$select") {
		return ""
	}
	all := fields(directory.User{})
	for _, name := range strings.Split(query.Get("$select"), ",") {
		if _, ok := all[strings.TrimSpace(name)]; !ok {
			return name
		}
	}
	return ""
}

func (g *Graph) getUser(w http.ResponseWriter, r *http.Request, c caller) {
	u, ok := g.World.User(c.Tenant, r.PathValue("id"))
	if ok && u.ID != c.ID && !c.grant.Has(readsPeople...) {
		fail(w, r, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
		return
	}
	if !ok {
		fail(w, r, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+r.PathValue("id")+"' does not exist or one of its queried reference-property objects are not present.")
		return
	}
	g.showUser(w, r, c, u)
}

func (g *Graph) organization(w http.ResponseWriter, r *http.Request, c caller) {
	t, _ := g.World.Tenant(c.Tenant)
	domains := []any{}
	for i, name := range t.Domains {
		domains = append(domains, map[string]any{"name": name, "isDefault": i == 0, "isInitial": i == 0, "type": "Managed", "capabilities": "Email, OfficeCommunicationsOnline"})
	}
	writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("organization"), "value": []any{
		map[string]any{"id": t.ID, "displayName": t.Name, "verifiedDomains": domains, "tenantType": "AAD"},
	}})
}

// subject is the person a licence call is about: the caller, or someone whose licences the caller may read.
func (g *Graph) subject(w http.ResponseWriter, r *http.Request, c caller) (directory.User, bool) {
	id := r.PathValue("id")
	if id == "" {
		return c.User, true
	}
	u, ok := g.World.User(c.Tenant, id)
	if !ok {
		fail(w, r, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist.")
		return u, false
	}
	if u.ID != c.ID && !c.grant.Has(readsLicences...) {
		fail(w, r, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
		return u, false
	}
	return u, true
}

func (g *Graph) licences(w http.ResponseWriter, r *http.Request, c caller) {
	u, ok := g.subject(w, r, c)
	if !ok {
		return
	}
	value := []any{}
	if u.Licensed {
		value = append(value, map[string]any{"id": "sku-" + u.ID, "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965", "skuPartNumber": "SPE_E3",
			"servicePlans": []any{map[string]any{"servicePlanId": teamsPlan, "servicePlanName": "TEAMS1", "provisioningStatus": "Success", "appliesTo": "User"}}})
	}
	writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("users('" + u.ID + "')/licenseDetails"), "value": value})
}

func (g *Graph) teamsLicensing(w http.ResponseWriter, r *http.Request, c caller) {
	if u, ok := g.subject(w, r, c); ok {
		writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("microsoft.graph.teamsLicensingDetails"), "hasTeamsLicense": u.Licensed})
	}
}

// listUsers pages through the directory. Guests may not, nor anyone where the tenant forbids it.
func (g *Graph) listUsers(w http.ResponseWriter, r *http.Request, c caller) {
	query := r.URL.Query()
	c.listing = true
	t, _ := g.World.Tenant(c.Tenant)
	if c.Guest || t.UsersHidden && !c.Admin {
		fail(w, r, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
		return
	}
	top, err := pageSize(query)
	if err != "" {
		fail(w, r, http.StatusBadRequest, "Request_BadRequest", err)
		return
	}
	if option := unsupported(query); option != "" {
		fail(w, r, http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported query: "+option+".")
		return
	}
	if unknown := unknownField(query); unknown != "" {
		bad(w, r, "Could not find a property named '"+unknown+"' on type 'microsoft.graph.user'.")
		return
	}
	keep, err := parseFilter(query.Get("$filter"))
	if err != "" {
		fail(w, r, http.StatusBadRequest, "Request_UnsupportedQuery", err)
		return
	}
	g.page(w, r, c, top, keep)
}

func (g *Graph) page(w http.ResponseWriter, r *http.Request, c caller, top int, keep filter) {
	query := r.URL.Query()
	after, ok := readSkip(query.Get("$skiptoken"))
	if !ok {
		fail(w, r, http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
		return
	}
	answer := map[string]any{"@odata.context": g.context("users")}
	value := []any{}
	started, last := after == "", ""
	for _, u := range g.World.Users(c.Tenant) {
		if !started {
			started = u.ID == after
			continue
		}
		if !keep.fits(c, u) {
			continue
		}
		if len(value) == top {
			answer["@odata.nextLink"] = g.nextLink(query, last)
			break
		}
		value, last = append(value, view(c, u, query)), u.ID
	}
	answer["value"] = value
	writeJSON(w, r, http.StatusOK, answer)
}

func pageSize(query url.Values) (int, string) {
	if !query.Has("$top") {
		return 100, ""
	}
	top, err := strconv.Atoi(query.Get("$top"))
	if err != nil || top < 1 || top > 999 {
		return 0, "Invalid page size specified: '" + query.Get("$top") + "'. Must be between 1 and 999 inclusive."
	}
	return top, ""
}

// unsupported names a query option that /users does not take as asked.
func unsupported(query url.Values) string {
	for name := range query {
		if !slices.Contains([]string{"$top", "$select", "$filter", "$skiptoken", "$count"}, name) && strings.HasPrefix(name, "$") {
			return name
		}
	}
	return ""
}

func (g *Graph) nextLink(query url.Values, last string) string {
	next := url.Values{}
	for name := range query {
		next.Set(name, query.Get(name))
	}
	next.Set("$skiptoken", "RFNwdAIAAQ"+base64.RawURLEncoding.EncodeToString([]byte(last)))
	return g.Base + "/v1.0/users?" + next.Encode()
}

func readSkip(token string) (last string, ok bool) {
	if token == "" {
		return "", true
	}
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, "RFNwdAIAAQ"))
	return string(data), err == nil && strings.HasPrefix(token, "RFNwdAIAAQ") && len(data) > 0
}
