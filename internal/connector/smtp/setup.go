package smtp

import (
	"context"
	"strconv"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// setup asks for a mail server.
type setup struct{}

// The names of the questions, which are also the keys of the answers.
const (
	AnswerHost     = "host"
	AnswerPort     = "port"
	AnswerTLS      = "tls"
	AnswerUsername = "username"
	AnswerPassword = "password"
	AnswerFrom     = "from"
	AnswerFromName = "from_name"
)

// Steps is one page of questions.
func (setup) Steps() []connector.Step {
	text := func(name string, required bool) connector.Question {
		return connector.Question{Name: name, Label: "smtp.setup." + name, Hint: "smtp.setup." + name + ".hint", Kind: connector.QuestionText, Required: required}
	}
	tls := text(AnswerTLS, true)
	tls.Kind = connector.QuestionChoice
	for _, mode := range []string{tlsStart, tlsImplicit, tlsNone} {
		tls.Options = append(tls.Options, connector.Option{Value: mode, Label: "smtp.setup.tls." + mode})
	}
	return []connector.Step{{
		Name: "server", Kind: connector.StepQuestions, Title: "smtp.setup.title", Lead: "smtp.setup.lead",
		Questions: []connector.Question{text(AnswerHost, true), text(AnswerPort, true), tls, text(AnswerUsername, false),
			text(AnswerPassword, false), text(AnswerFrom, true), text(AnswerFromName, false)},
	}, {Name: "finish", Kind: connector.StepFinish, Title: "smtp.setup.finish.title", Lead: "smtp.setup.finish.lead"}}
}

// Answer checks the server's address and the sender's.
func (setup) Answer(_ context.Context, step string, given map[string]string) (map[string]string, error) {
	if step != "server" {
		return given, nil
	}
	out := map[string]string{}
	for name, value := range given {
		out[name] = strings.TrimSpace(value)
	}
	out[AnswerPassword] = given[AnswerPassword] // A password may end with a space.
	if host := out[AnswerHost]; host == "" || strings.ContainsAny(host, " /:@\r\n\t") {
		return nil, fault.New(fault.Invalid, "smtp.setup.host.invalid").At(AnswerHost)
	}
	if port, err := strconv.Atoi(out[AnswerPort]); err != nil || port < 1 || port > 65535 {
		return nil, fault.New(fault.Invalid, "smtp.setup.port.invalid").At(AnswerPort)
	}
	if mode := out[AnswerTLS]; mode != tlsStart && mode != tlsImplicit && mode != tlsNone {
		return nil, fault.New(fault.Invalid, "smtp.setup.tls.invalid").At(AnswerTLS)
	}
	from, err := CheckAddress(out[AnswerFrom])
	if err != nil {
		return nil, fault.As(err).At(AnswerFrom)
	}
	out[AnswerFrom] = from
	return out, nil
}

// RelayOf makes a relay of the answers; who lends it adds the way to dial.
func RelayOf(answers map[string]string) connector.Relay {
	port, _ := strconv.Atoi(answers[AnswerPort])
	return connector.Relay{
		Host: answers[AnswerHost], Port: port, TLS: answers[AnswerTLS],
		Username: answers[AnswerUsername], Password: connector.NewSecret(answers[AnswerPassword]),
		From: connector.Address{Name: answers[AnswerFromName], Mailbox: answers[AnswerFrom]},
	}
}
