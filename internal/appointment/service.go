package appointment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

// A Method is how a client meets the staff.
type Method string

// The meeting methods.
const (
	InPerson Method = "in_person"
	Phone    Method = "phone"
	Video    Method = "video"
)

// Methods lists them in the order in which pages show them.
func Methods() []Method { return []Method{InPerson, Phone, Video} }

// Key names the method in the catalogue.
func (m Method) Key() string { return "appointment.method." + string(m) }

var modes = map[Method]meeting.Mode{InPerson: meeting.AtPlace, Phone: meeting.ByPhone, Video: meeting.ByVideo}

// A QuestionKind is what an answer looks like.
type QuestionKind string

// The kinds of question.
const (
	// ShortText is one line.
	ShortText QuestionKind = "text"
	// LongText may have several.
	LongText QuestionKind = "long"
	// Choice is one of the Options.
	Choice QuestionKind = "choice"
)

// A Question is what a service asks of the client. Its words are the
// organization's own.
type Question struct {
	ID       string       `json:"id"`
	Label    string       `json:"label"`
	Kind     QuestionKind `json:"kind"`
	Options  []string     `json:"options,omitempty"`
	Required bool         `json:"required,omitempty"`
}

// A Service is what a client can book.
type Service struct {
	OrgID, ID string
	// Slug stands in the address of its booking page.
	Slug        string
	Name        string
	Description string
	Duration    time.Duration
	// BufferBefore and BufferAfter are kept free around each appointment.
	BufferBefore, BufferAfter time.Duration
	// Notice is how long before its start an appointment can be booked at the
	// latest, and Ahead how far ahead at the earliest.
	Notice, Ahead time.Duration
	// Step is the raster of starts.
	Step      time.Duration
	Methods   []Method
	Questions []Question
	// Bring are the things a client brings or prepares, a line each.
	Bring []string
	// Lobby says who waits to be let into a video call.
	Lobby meeting.Lobby
	// Presenters may show something in a video call.
	Presenters meeting.Presenters
	Active     bool
	Version    int64

	// Staff are the ids of the members who offer it.
	Staff []string
}

// NewService returns a service with the settings that people expect.
func NewService(name string) Service {
	return Service{
		Name: name, Slug: org.Slug(name), Active: true, Duration: 30 * time.Minute, Step: 15 * time.Minute,
		Notice: 4 * time.Hour, Ahead: 60 * 24 * time.Hour, Lobby: meeting.StaffAdmits, Presenters: meeting.HostsPresent,
	}
}

// Offers reports whether the service can be had by the method.
func (s Service) Offers(m Method) bool { return slices.Contains(s.Methods, m) }

// fit is what an appointment of the service needs of free time.
func (s Service) fit() calendar.Fit {
	return calendar.Fit{Length: s.Duration, Before: s.BufferBefore, After: s.BufferAfter, Step: s.Step}
}

const (
	nameMax     = 200
	textMax     = 4000
	lineMax     = 200
	questionMax = 20
	optionMax   = 50
	// longest is what calendar reads around a window; an appointment with its
	// buffers must fit into it.
	longestDuration = 12 * time.Hour
	longestBuffer   = 6 * time.Hour
	longestAhead    = 400 * 24 * time.Hour
)

// tidy trims what was typed and gives questions their ids.
func (s Service) tidy() Service {
	for _, text := range []*string{&s.Name, &s.Slug, &s.Description} {
		*text = strings.TrimSpace(*text)
	}
	s.Slug = cmp.Or(s.Slug, org.Slug(s.Name))
	s.Lobby, s.Presenters = cmp.Or(s.Lobby, meeting.StaffAdmits), cmp.Or(s.Presenters, meeting.HostsPresent)
	s.Bring = tidyLines(s.Bring)
	s.Questions = slices.Clone(s.Questions)
	for i := range s.Questions {
		if s.Questions[i].ID == "" {
			s.Questions[i].ID = db.NewID()
		}
	}
	s.Staff = distinct(s.Staff)
	return s
}

// check returns every fault of the service's fields.
func (s Service) check() error {
	var f fault.Fields
	f.Add("name", checkLine(s.Name, nameMax, "appointment.service.name.missing"))
	f.Add("slug", checkSlug(s.Slug))
	f.Add("description", checkText(s.Description, textMax))
	f.Add("duration", between(s.Duration, 5*time.Minute, longestDuration))
	f.Add("buffer_before", between(s.BufferBefore, 0, longestBuffer))
	f.Add("buffer_after", between(s.BufferAfter, 0, longestBuffer))
	f.Add("step", between(s.Step, 5*time.Minute, 24*time.Hour))
	f.Add("notice", between(s.Notice, 0, longestAhead))
	f.Add("ahead", between(s.Ahead, 24*time.Hour, longestAhead))
	f = append(f, s.checkMethods()...)
	f = append(f, s.checkQuestions()...)
	f.Add("bring", checkBring(s.Bring))
	return f.Err()
}

func (s Service) checkMethods() (f fault.Fields) {
	if len(s.Methods) == 0 {
		f.Say("methods", "appointment.service.methods.missing")
	}
	for _, m := range s.Methods {
		if modes[m] == "" {
			f.Say("methods", "appointment.method.unknown")
		}
	}
	lobbies := []meeting.Lobby{meeting.StaffAdmits, meeting.OrganizationEnters, meeting.EveryoneEnters}
	if !slices.Contains(lobbies, s.Lobby) {
		f.Say("lobby", "appointment.service.lobby.unknown")
	}
	presenters := []meeting.Presenters{meeting.HostsPresent, meeting.OrganizationPresents, meeting.EveryonePresents}
	if !slices.Contains(presenters, s.Presenters) {
		f.Say("presenters", "appointment.service.presenters.unknown")
	}
	return f
}

func (s Service) checkQuestions() (f fault.Fields) {
	if len(s.Questions) > questionMax {
		f.Say("questions", "appointment.service.questions.many", "Max", questionMax)
	}
	for i, q := range s.Questions {
		field := fmt.Sprintf("questions.%d", i)
		f.Add(field, checkLine(q.Label, lineMax, "appointment.service.question.missing"))
		switch q.Kind {
		case ShortText, LongText:
		case Choice:
			if len(q.Options) < 2 || len(q.Options) > optionMax {
				f.Say(field, "appointment.service.options", "Max", optionMax)
			}
			for _, o := range q.Options {
				f.Add(field, checkLine(o, lineMax, "appointment.service.option.missing"))
			}
		default:
			f.Say(field, "appointment.service.question.kind")
		}
	}
	return f
}
