package admin

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/web"
)

// formOf is the form of a service as it is.
func formOf(s appointment.Service) web.Form {
	f := url.Values{
		"name": {s.Name}, "slug": {s.Slug}, "description": {s.Description}, "lobby": {string(s.Lobby)}, "presenters": {string(s.Presenters)},
		"duration": {minutes(s.Duration)}, "buffer_before": {minutes(s.BufferBefore)}, "buffer_after": {minutes(s.BufferAfter)},
		"bring": {strings.Join(s.Bring, "\n")}, "step": {minutes(s.Step)}, "notice": {minutes(s.Notice)}, "ahead": {strconv.Itoa(int(s.Ahead / (24 * time.Hour)))}, "staff": s.Staff,
		"version": {strconv.FormatInt(s.Version, 10)},
	}
	if s.Active {
		f.Set("active", "on")
	}
	for _, m := range s.Methods {
		f.Add("methods", string(m))
	}
	for i, q := range s.Questions {
		f.Set(at(i, "id"), q.ID)
		f.Set(at(i, "label"), q.Label)
		f.Set(at(i, "kind"), string(q.Kind))
		f.Set(at(i, "options"), strings.Join(q.Options, "\n"))
		if q.Required {
			f.Set(at(i, "required"), "on")
		}
	}
	return web.Form{Values: f}
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// at names a field of the question in a row.
func at(row int, field string) string { return fmt.Sprintf("questions.%d.%s", row, field) }

// readService is the service that a form describes.
func readService(s appointment.Service, f web.Form) appointment.Service {
	s.Version = f.Version()
	s.Name, s.Slug, s.Description = f.Get("name"), f.Get("slug"), f.Get("description")
	s.Duration, s.Step, s.Notice = lasting(f.Get("duration"), time.Minute), lasting(f.Get("step"), time.Minute), lasting(f.Get("notice"), time.Minute)
	s.BufferBefore, s.BufferAfter = lasting(f.Get("buffer_before"), time.Minute), lasting(f.Get("buffer_after"), time.Minute)
	s.Ahead = lasting(f.Get("ahead"), 24*time.Hour)
	s.Lobby, s.Presenters = meeting.Lobby(f.Get("lobby")), meeting.Presenters(f.Get("presenters"))
	s.Active, s.Staff = f.On("active"), slices.Clone(f.Values["staff"])
	s.Bring = strings.Split(f.Get("bring"), "\n")
	s.Methods = nil
	for _, m := range f.Values["methods"] {
		s.Methods = append(s.Methods, appointment.Method(m))
	}
	s.Questions = nil
	for i := range rowsIn(f) {
		s.Questions = append(s.Questions, questionIn(f, i))
	}
	return s
}

// lasting reads a length of time. What is no number becomes a length that no
// field allows, so that it is told at its field.
func lasting(text string, unit time.Duration) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1_000_000 {
		return -unit
	}
	return time.Duration(n) * unit
}

func questionIn(f web.Form, i int) appointment.Question {
	q := appointment.Question{ID: f.Get(at(i, "id")), Label: f.Get(at(i, "label")), Kind: appointment.QuestionKind(f.Get(at(i, "kind"))), Required: f.On(at(i, "required"))}
	if q.Kind == appointment.Choice {
		for _, o := range strings.Split(f.Get(at(i, "options")), "\n") {
			if o = strings.TrimSpace(o); o != "" {
				q.Options = append(q.Options, o)
			}
		}
	}
	return q
}
