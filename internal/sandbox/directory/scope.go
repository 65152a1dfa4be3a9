package directory

import (
	"slices"
	"strings"
)

// Resource is how Graph's scopes begin when they are written in full.
const Resource = "https://graph.microsoft.com/"

// Permission is one thing an application can be allowed to do, in the words of the consent page.
type Permission struct {
	Name, Title, Detail string
	// Admin says that only an administrator can grant it ("Microsoft Graph permissions reference").
	Admin bool
}

var permissions = []Permission{
	{Name: "openid", Title: "Sign you in", Detail: "Lets the application know who you are by signing you in with your work or school account."},
	{Name: "profile", Title: "View your basic profile", Detail: "Your name, your sign-in name and the id of your account."},
	{Name: "email", Title: "View your e-mail address", Detail: "Your primary e-mail address."},
	{Name: "offline_access", Title: "Maintain access to data you have given it access to", Detail: "The application keeps this access while you are not using it. It gains no further permission by it."},
	{Name: "User.Read", Title: "Sign you in and read your profile", Detail: "Your profile and basic information about your company."},
	{Name: "User.ReadBasic.All", Title: "Read all users' basic profiles", Detail: "The name, the sign-in name, the e-mail address and the photo of everyone in your organization, and nothing else of them."},
	{Name: "User.Read.All", Title: "Read all users' full profiles", Detail: "The full profile, reports and manager of everyone in your organization.", Admin: true},
	{Name: "OnlineMeetings.Read", Title: "Read your online meetings", Detail: "The details of online meetings you organize or are invited to."},
	{Name: "OnlineMeetings.ReadWrite", Title: "Read and create your online meetings", Detail: "The application can create, change and delete online meetings on your behalf. You appear as their organizer."},
	{Name: "LicenseAssignment.Read.All", Title: "Read licence assignments", Detail: "Which licences are assigned to the people and groups of your organization."},
	{Name: "Calendars.ReadWrite", Title: "Have full access to your calendars", Detail: "The application can read, create, change and delete events in your calendars."},
	{Name: "Directory.Read.All", Title: "Read directory data", Detail: "Users, groups and applications of your organization.", Admin: true},
}

// ParseScopes reads a scope parameter. Graph's own may be written in full or short; unknown holds what does not exist.
func ParseScopes(text string) (scopes, unknown []string) {
	for _, s := range strings.Fields(text) {
		name := strings.TrimPrefix(s, Resource)
		if !slices.ContainsFunc(permissions, func(p Permission) bool { return p.Name == name }) {
			unknown = append(unknown, s)
			continue
		}
		if !slices.Contains(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	return scopes, unknown
}

// Permissions describes scopes in the order of the consent page.
func Permissions(scopes []string) []Permission {
	var list []Permission
	for _, p := range permissions {
		if slices.Contains(scopes, p.Name) {
			list = append(list, p)
		}
	}
	return list
}

// WriteScopes writes scopes as a token answer does: Graph's in full, offline_access left out.
func WriteScopes(scopes []string) string {
	var out []string
	for _, s := range scopes {
		switch s {
		case "offline_access":
		case "openid", "profile", "email":
			out = append(out, s)
		default:
			out = append(out, Resource+s)
		}
	}
	return strings.Join(out, " ")
}
