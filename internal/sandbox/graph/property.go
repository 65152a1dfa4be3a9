package graph

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
)

// basicFields are all that User.ReadBasic.All shows of others ("Microsoft Graph permissions reference").
var basicFields = []string{"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"}

// defaultFields are answered without $select.
var defaultFields = append([]string{"businessPhones", "jobTitle", "mobilePhone", "officeLocation", "preferredLanguage"}, basicFields...)

// allFields are the properties of a person that are played.
var allFields = append([]string{"department", "accountEnabled", "userType", "assignedPlans", "proxyAddresses"}, defaultFields...)

// teamsPlan is the service plan of Teams in the licences that are played.
const teamsPlan = "57ff2da0-773e-42df-b2af-ffb7a2317929"

// property is one property of a person as Graph writes it.
func property(u *directory.User, name string) any {
	switch name {
	case "id":
		return u.ID
	case "displayName":
		return u.Name
	case "givenName":
		return orNull(u.GivenName)
	case "surname":
		return orNull(u.Surname)
	case "mail":
		return orNull(u.Mail)
	case "userPrincipalName":
		return u.UPN
	case "jobTitle":
		return orNull(u.JobTitle)
	case "department":
		return orNull(u.Department)
	case "accountEnabled":
		return !u.Disabled
	case "userType":
		return userType(u)
	case "assignedPlans":
		return plans(u)
	case "proxyAddresses":
		return proxies(u)
	case "businessPhones":
		return []string{}
	}
	return nil // mobilePhone, officeLocation, preferredLanguage
}

func userType(u *directory.User) string {
	if u.Guest {
		return "Guest"
	}
	return "Member"
}

// plan is one assigned plan.
type plan struct {
	Service string `json:"service"`
	ID      string `json:"servicePlanId"`
	Status  string `json:"capabilityStatus"`
}

// plans are the assigned plans, written once; one that is switched off stays in the list as Deleted.
func plans(u *directory.User) json.RawMessage {
	switch {
	case !u.Licensed:
		return noPlans
	case u.TeamsOff:
		return teamsOff
	}
	return teamsOn
}

var noPlans, teamsOn, teamsOff = json.RawMessage("[]"), planned("Enabled"), planned("Deleted")

func planned(teams string) json.RawMessage {
	data, err := json.Marshal([]plan{{"exchange", "efb87545-963c-4e0d-99df-69c6916d9eb0", "Enabled"}, {"TeamspaceAPI", teamsPlan, teams}})
	if err != nil {
		panic(err)
	}
	return data
}

// proxies are the addresses as Exchange writes them: the primary one with SMTP in capitals.
func proxies(u *directory.User) []string {
	list := []string{}
	if u.Mail != "" {
		list = append(list, "SMTP:"+u.Mail)
	}
	for _, a := range u.Aliases {
		list = append(list, "smtp:"+a)
	}
	return list
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// wanted are the properties that a request asks for; the id is always among them.
func wanted(query url.Values) []string {
	if !query.Has("$select") {
		return defaultFields
	}
	names := []string{"id"}
	for _, name := range strings.Split(query.Get("$select"), ",") {
		if name = strings.TrimSpace(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// unknownField is a property of $select that people do not have; empty where all exist.
func unknownField(query url.Values) string {
	for _, name := range wanted(query) {
		if !slices.Contains(allFields, name) {
			return name
		}
	}
	return ""
}

// view is what a caller sees of a person: the fields wanted, cut down to what the permission shows.
func view(c caller, u *directory.User, fields []string) map[string]any {
	shown := make(map[string]any, len(fields))
	for _, name := range fields {
		if c.sees(u, name) {
			shown[name] = property(u, name)
		}
	}
	return shown
}

// sees tells whether the permissions of the caller show a field of a person.
func (c caller) sees(u *directory.User, field string) bool {
	if c.full || slices.Contains(basicFields, field) {
		return true
	}
	return !c.listing && u.ID == c.ID && c.grant.Has("User.Read")
}
