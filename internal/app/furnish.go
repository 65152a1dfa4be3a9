package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/org"
)

const (
	demoSlug          = "harbour-bank"
	demoAdministrator = "Eleanor Price"
	demoDomain        = "harbourbank.example"
)

// A demoMember is an invented member of staff. The sandbox has its own list of
// who is at Microsoft; the two agree as far as two lists of a bank's do.
type demoMember struct {
	name  string
	roles []org.Role
	lang  string
	zone  string
	// signIn is the Microsoft sign-in name where it is not the e-mail address.
	signIn string
}

var demoStaff = []demoMember{
	{name: "Amelia Hart"}, {name: "Daniel Okafor"}, {name: "Priya Nair"},
	{name: "Lucas Moreau", lang: "fr", zone: "Europe/Paris"}, {name: "Sofia Lindqvist"}, {name: "Tomás Herrera"},
	{name: "Hannah Weiss"}, {name: "Noah Tremblay", lang: "fr", zone: "America/Toronto"}, {name: "Grace Kim"},
	{name: "Maria Silva", signIn: "msilva@" + demoDomain}, {name: "Julia Novak"}, {name: "Omar Farouk"},
}

var demoOffice = []demoMember{
	{name: demoAdministrator, roles: []org.Role{org.Administrator}},
	{name: "Sam Whitfield", roles: []org.Role{org.Superuser, org.Administrator}},
	{name: "Ruth Adeyemi", roles: []org.Role{org.Scheduler}},
}

// email is the address of an invented member: first.last, without accents.
func (m demoMember) email() string {
	return strings.ReplaceAll(db.Fold(m.name), " ", ".") + "@" + demoDomain
}

func (m demoMember) person(orgID string, number int) org.Person {
	p := org.Person{OrgID: orgID, Kind: org.KindMember, Name: m.name, Email: m.email(), Username: m.email(), Lang: m.lang, Zone: m.zone, Active: true}
	if m.signIn != "" {
		p.Username = m.signIn
	}
	if number > 0 {
		p.EmployeeNo = fmt.Sprintf("H%d", 1000+number)
	}
	return p
}

// furnish fills an empty house with a believable organization.
func (h *house) furnish(ctx context.Context) error {
	o, staff, admin, err := h.furnishPeople(ctx)
	if err != nil {
		return err
	}
	if err := h.furnishApps(ctx, o); err != nil {
		return err
	}
	if err := h.furnishPlaces(ctx, admin, staff); err != nil {
		return err
	}
	var services []appointment.Service
	for _, s := range demoServices(staff) {
		saved, err := h.appointments.SaveService(ctx, admin, s)
		if err != nil {
			return fmt.Errorf("service %s: %w", s.Name, err)
		}
		services = append(services, saved)
	}
	if err := h.furnishBusy(ctx, admin, staff); err != nil {
		return err
	}
	return h.furnishAppointments(ctx, o, services)
}

func (h *house) furnishPeople(ctx context.Context) (o org.Organization, staff []string, admin org.Actor, err error) {
	err = h.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if o, err = h.orgs.Create(ctx, tx, org.Organization{Slug: demoSlug, Name: "Harbour Bank", Lang: "en", Zone: "Europe/London", Accent: "#0b5c6b"}); err != nil {
			return err
		}
		program := org.System(o.ID)
		for i, m := range demoStaff {
			p, err := h.orgs.AddMember(ctx, tx, program, m.person(o.ID, i+1), org.Member)
			if err != nil {
				return err
			}
			staff = append(staff, p.ID)
		}
		for i, m := range demoOffice {
			p, err := h.orgs.AddMember(ctx, tx, program, m.person(o.ID, 0), append(m.roles, org.Member)...)
			if err != nil {
				return err
			}
			if i == 0 {
				admin = org.Actor{OrgID: o.ID, PersonID: p.ID, Name: p.Name, Roles: m.roles}
			}
		}
		return nil
	})
	return o, staff, admin, err
}

// demoWeek is Monday to Friday, with lunch at one of three times so that not
// everybody is away at once.
func demoWeek(i int) (week []calendar.Hours) {
	lunch := 12*60 + 30*(i%3)
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Hours{Weekday: day, Start: 9 * 60, End: lunch}, calendar.Hours{Weekday: day, Start: lunch + 45, End: 17 * 60})
	}
	return week
}

func demoServices(staff []string) []appointment.Service {
	mortgage := appointment.NewService("Mortgage advice")
	mortgage.Description = "Buying, moving or remortgaging: what you can borrow, and what it costs."
	mortgage.Duration, mortgage.BufferAfter = 45*time.Minute, 15*time.Minute
	mortgage.Staff = staff
	mortgage.Bring = []string{"Proof of identity, such as a passport", "Your last three payslips", "The details of the property, if there is one"}
	mortgage.Questions = []appointment.Question{
		{Label: "Are you buying, moving or remortgaging?", Kind: appointment.Choice, Options: []string{"Buying my first home", "Moving home", "Remortgaging"}, Required: true},
		{Label: "Is there a property already?", Kind: appointment.ShortText},
	}
	everyday := appointment.NewService("Everyday banking")
	everyday.Description = "Accounts, cards and payments, and help with the app."
	everyday.Staff = staff[:8]
	everyday.Bring = []string{"Your bank card", "Your phone, if it is about the app"}
	business := appointment.NewService("Open a business account")
	business.Description = "For sole traders and companies. Bring proof of identity and address."
	business.Duration, business.Notice = time.Hour, 24*time.Hour
	business.Staff = staff[2:7]
	business.Bring = []string{"Proof of identity of everybody who will use the account", "Proof of the address of the business", "The company’s registration, if there is one"}
	savings := appointment.NewService("Savings and pensions")
	savings.Description = "A calm look at what you have put aside, and what it could do."
	savings.Staff = staff[5:]
	savings.Bring = []string{"Your latest pension statement", "What you have put aside elsewhere, roughly"}
	services := []appointment.Service{mortgage, everyday, business, savings}
	for i := range services {
		services[i].Methods = []appointment.Method{appointment.InPerson, appointment.Phone}
		services[i].Lobby = connector.StaffAdmits
	}
	return services
}

// demoClients book for the days ahead, so that schedules are not empty.
var demoClients = []struct{ name, email, phone string }{
	{"Oliver Grant", "oliver.grant@mail.example", "+44 117 496 0101"}, {"Chiara Romano", "chiara.romano@mail.example", "+44 117 496 0102"},
	{"Kwame Mensah", "kwame.mensah@mail.example", "+44 117 496 0103"}, {"Yuki Tanaka", "yuki.tanaka@mail.example", "+44 117 496 0104"},
	{"Isabelle Fournier", "isabelle.fournier@mail.example", "+44 117 496 0105"}, {"Peter Novotny", "peter.novotny@mail.example", "+44 117 496 0106"},
	{"Leila Haddad", "leila.haddad@mail.example", "+44 117 496 0107"}, {"George Baker", "george.baker@mail.example", "+44 117 496 0108"},
}

func (h *house) furnishAppointments(ctx context.Context, o org.Organization, services []appointment.Service) error {
	now, err := h.db.Now(ctx)
	if err != nil {
		return err
	}
	var booked []appointment.Appointment
	for i, c := range demoClients {
		s := services[i%len(services)]
		method := s.Methods[i%len(s.Methods)]
		staff := s.Staff[i%3]
		window := calendar.Span{Start: now.Add(24 * time.Hour), End: now.Add(10 * 24 * time.Hour)}
		ask := appointment.Ask{OrgID: o.ID, ServiceID: s.ID, Method: method, StaffID: staff}
		if method == appointment.InPerson {
			if ask.LocationID, err = h.demoPlaceFor(ctx, o.ID, staff); err != nil {
				return err
			}
			if ask.LocationID == "" {
				ask.Method = appointment.Phone
			}
		}
		slots, err := h.appointments.Slots(ctx, ask, window)
		if err != nil {
			return err
		}
		if len(slots) == 0 {
			return fmt.Errorf("no slot for %s", c.name)
		}
		a, err := h.appointments.Book(ctx, appointment.Request{
			Ask: ask, Start: slots[(i*7)%len(slots)].Start,
			Client:  appointment.Client{Name: c.name, Email: c.email, Phone: c.phone, Lang: "en", Zone: o.Zone},
			Answers: demoAnswers(s),
		})
		if err != nil {
			return fmt.Errorf("book for %s: %w", c.name, err)
		}
		if err := h.furnishNotes(ctx, o, a, i); err != nil {
			return err
		}
		booked = append(booked, a)
	}
	return h.furnishCompany(ctx, o, services, booked)
}

func demoAnswers(s appointment.Service) map[string]string {
	answers := map[string]string{}
	for _, q := range s.Questions {
		if q.Kind == appointment.Choice {
			answers[q.ID] = q.Options[0]
		}
	}
	return answers
}
