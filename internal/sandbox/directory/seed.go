package directory

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"unicode"
)

// The seeded tenants and the application's registration.
const (
	HarbourBank = "7c2f0f5e-3b0a-4f0e-9a51-5d1c8e4b2a10"
	FjordCredit = "b1d70c44-6c0e-4f0c-8d3b-0f6a6d1c9e77"

	ClientID = "2f6d3a10-77c4-4d2b-9a6e-c1f0a4d8b5e2"
	Secret   = "sandbox-graph-secret"
)

const (
	harbourDomain = "harbourbank.example"
	fjordDomain   = "fjordcredit.example"
	generated     = 300
)

// seed returns the same tenants and people every time.
func seed() ([]*Tenant, []*User) {
	tenants := []*Tenant{
		{ID: HarbourBank, Name: "Harbour Bank", Domains: []string{harbourDomain}},
		{ID: FjordCredit, Name: "Fjord Credit", Domains: []string{fjordDomain}},
		{ID: PersonalTenant, Name: "Personal accounts", Domains: []string{"outlook.example"}},
	}
	users := append(service(), staff()...)
	users = append(users, crowd(users)...)
	for _, u := range users {
		if u.ID == "" {
			u.ID = objectID(u.Tenant, u.UPN)
		}
	}
	return tenants, users
}

// objectID makes the id of an account from its first sign-in name, so that it is the same in every run.
func objectID(tenant, upn string) string {
	return uuid.NewSHA1(uuid.MustParse(tenant), []byte(upn)).String()
}

func service() []*User {
	return []*User{
		{Tenant: HarbourBank, UPN: "appointments@" + harbourDomain, Mail: "appointments@" + harbourDomain, Name: "Harbour Bank Appointments", Licensed: true, Suggested: true},
		{Tenant: HarbourBank, UPN: "it.admin@" + harbourDomain, Mail: "it.admin@" + harbourDomain, Name: "Rosa Delgado", GivenName: "Rosa", Surname: "Delgado", Department: "IT", JobTitle: "Systems Administrator", Admin: true, Suggested: true},
		{Tenant: FjordCredit, UPN: "service@" + fjordDomain, Mail: "service@" + fjordDomain, Name: "Fjord Credit Service", Licensed: true, Admin: true},
		{Tenant: PersonalTenant, UPN: "someone@outlook.example", Mail: "someone@outlook.example", Name: "Someone Else"},
	}
}

func staff() []*User {
	var users []*User
	for _, name := range []string{"Amelia Hart", "Daniel Okafor", "Priya Nair", "Lucas Moreau", "Sofia Lindqvist", "Tomás Herrera", "Hannah Weiss", "Noah Tremblay", "Grace Kim"} {
		users = append(users, member(name, "Advice"))
	}
	users[0].Suggested = true
	maria := member("Maria Silva", "Advice")
	maria.UPN = "msilva@" + harbourDomain
	julia := guest("Julia Novak", "julia.novak@partner.example")
	return append(users, maria, julia)
}

// member is an employee of Harbour Bank whose sign-in name is the e-mail address.
func member(name, department string) *User {
	given, surname, _ := strings.Cut(name, " ")
	address := plain(given) + "." + plain(surname) + "@" + harbourDomain
	return &User{Tenant: HarbourBank, UPN: address, Mail: address, Name: name, GivenName: given, Surname: surname,
		Department: department, JobTitle: titles[department], Licensed: true}
}

// guest is someone invited from elsewhere; the sign-in name is built from the foreign address.
func guest(name, address string) *User {
	given, surname, _ := strings.Cut(name, " ")
	return &User{Tenant: HarbourBank, UPN: strings.Replace(address, "@", "_", 1) + "#EXT#@" + harbourDomain, Mail: address,
		Name: name, GivenName: given, Surname: surname, Guest: true}
}

// crowd generates the rest of the bank: every seventeenth has another mail address than sign-in name, every
// nineteenth is a guest, every twenty-third disabled, every twenty-ninth without a Teams licence, and two pairs share
// a mail address.
func crowd(taken []*User) []*User {
	random := rand.New(rand.NewPCG(1897, 42))
	names := map[string]bool{"Omar Farouk": true}
	for _, u := range taken {
		names[u.Name] = true
	}
	var users []*User
	for i := 1; len(users) < generated; i++ {
		name := givenNames[random.IntN(len(givenNames))] + " " + surnames[random.IntN(len(surnames))]
		department := departments[random.IntN(len(departments))]
		if names[name] {
			continue
		}
		names[name] = true
		users = append(users, vary(member(name, department), len(users)+1))
	}
	users[101].Mail, users[201].Mail = users[100].Mail, users[200].Mail
	return users
}

func vary(u *User, n int) *User {
	switch {
	case n%17 == 0:
		u.UPN = strings.ToLower(plain(u.GivenName)[:1]+plain(u.Surname)) + fmt.Sprint(n) + "@" + harbourDomain
	case n%19 == 0:
		u = guest(u.Name, plain(u.GivenName)+"."+plain(u.Surname)+"@partner.example")
	case n%23 == 0:
		u.Disabled = true
	case n%29 == 0:
		u.Licensed = false
	case n%31 == 0:
		u.Mail = ""
	case n%13 == 0:
		u.Aliases = []string{strings.ToLower(plain(u.GivenName)[:1]) + "." + plain(u.Surname) + "@" + harbourDomain}
	}
	return u
}

// Person is the generated person with a number: name.surname.number@domain, the same in every run. Of every hundred,
// number 10 has another mail address than sign-in name; 20 the address name.surname.number only as an alias; 30 is a
// guest, 40 disabled, 50 without a licence, 60 without mail and 70 with Teams switched off in the licence.
func Person(n int, domain string) User {
	given, surname := givenNames[n%len(givenNames)], surnames[(n/len(givenNames)+n)%len(surnames)]
	department := departments[n%len(departments)]
	address := fmt.Sprintf("%s.%s.%d@%s", plain(given), plain(surname), n, domain)
	u := User{UPN: address, Mail: address, Name: given + " " + surname, GivenName: given, Surname: surname,
		Department: department, JobTitle: titles[department], Licensed: true}
	switch n % 100 {
	case 10:
		u.UPN = fmt.Sprintf("u%d@%s", n, domain)
	case 20:
		u.UPN, u.Mail, u.Aliases = fmt.Sprintf("u%d@%s", n, domain), fmt.Sprintf("%s.%d@%s", plain(given), n, domain), []string{address}
	case 30:
		u.Guest, u.Licensed, u.Department, u.JobTitle = true, false, "", ""
		u.Mail = fmt.Sprintf("%s.%s.%d@partner.example", plain(given), plain(surname), n)
		u.UPN = strings.Replace(u.Mail, "@", "_", 1) + "#EXT#@" + domain
	case 40:
		u.Disabled = true
	case 50:
		u.Licensed = false
	case 60:
		u.Mail = ""
	case 70:
		u.TeamsOff = true
	}
	return u
}

// plain writes a name in the letters of a sign-in name.
func plain(name string) string {
	name = strings.NewReplacer("ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "ß", "ss", "ı", "i", " ", "-").Replace(name)
	text, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		return strings.ToLower(name)
	}
	return strings.ToLower(text)
}
