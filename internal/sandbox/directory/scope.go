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

// roles are the application permissions: what the application may do with no user behind it. All are an
// administrator's to grant.
var roles = []Permission{
	{Name: "OnlineMeetings.Read.All", Title: "Read online meeting details", Detail: "Online meetings of everyone whom an application access policy names.", Admin: true},
	{Name: "OnlineMeetings.ReadWrite.All", Title: "Read and create online meetings", Detail: "Online meetings in the name of everyone whom an application access policy names.", Admin: true},
	{Name: "User.ReadBasic.All", Title: "Read all users' basic profiles", Detail: "The name, the sign-in name, the e-mail address and the photo of everyone in your organization, without a signed-in user.", Admin: true},
	{Name: "User.Read.All", Title: "Read all users' full profiles", Detail: "The full profile of everyone in your organization, without a signed-in user.", Admin: true},
	{Name: "LicenseAssignment.Read.All", Title: "Read all licence assignments", Detail: "Which licences are assigned to the people and groups of your organization, without a signed-in user.", Admin: true},
	{Name: "Organization.Read.All", Title: "Read organization information", Detail: "Your organization and its settings, without a signed-in user.", Admin: true},
	{Name: "Directory.Read.All", Title: "Read directory data", Detail: "Users, groups and applications of your organization, without a signed-in user.", Admin: true},
}

// The permissions that the seeded registration is set up with: what an administrator is asked for by ".default".
var (
	defaultDelegated   = []string{"User.Read", "User.ReadBasic.All", "OnlineMeetings.ReadWrite", "User.Read.All", "LicenseAssignment.Read.All"}
	defaultApplication = []string{"OnlineMeetings.ReadWrite.All", "User.ReadBasic.All", "User.Read.All", "LicenseAssignment.Read.All"}
)

// Registered returns the permissions that a registration is set up with, unless it names its own.
func Registered() (delegated, application []string) {
	return slices.Clone(defaultDelegated), slices.Clone(defaultApplication)
}

// Roles describes application permissions in the order of the consent page; unknown names are left out.
func Roles(names []string) []Permission { return pick(roles, names) }

// EveryScope are all delegated permissions that are played.
func EveryScope() []Permission { return slices.Clone(permissions) }

// EveryRole are all application permissions that are played.
func EveryRole() []Permission { return slices.Clone(roles) }

// IsScope tells whether there is such a delegated permission.
func IsScope(name string) bool { return len(pick(permissions, []string{name})) > 0 }

// IsRole tells whether there is such an application permission.
func IsRole(name string) bool { return len(pick(roles, []string{name})) > 0 }

func pick(from []Permission, names []string) []Permission {
	var list []Permission
	for _, p := range from {
		if slices.Contains(names, p.Name) {
			list = append(list, p)
		}
	}
	return list
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
func Permissions(scopes []string) []Permission { return pick(permissions, scopes) }

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
