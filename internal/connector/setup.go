package connector

import "context"

// A Setup describes how a connection to the vendor is made, step by step, so
// that a page can draw it without knowing the vendor. All texts are catalogue
// keys. Only vault calls it.
type Setup interface {
	// Steps are the pages of the set-up, as the answers given so far decide them:
	// who chose another way is asked other things. No answers give the usual way.
	Steps(answers map[string]string) []Step
	// Answer checks what was given to a step and returns it completed, such as
	// a domain turned into a tenant id. A fault of kind Invalid points to the
	// question by its field.
	Answer(ctx context.Context, step string, given map[string]string) (map[string]string, error)
	// Wait says what the vendor's administrator has to do before a step of kind
	// StepWait is over, with literals to copy that hold our registration and the
	// vendor ids of the people who are to hold meetings, as far as they are known.
	// It is nil for answers that have no such step. Health.Ready checks it.
	Wait(r Registration, answers map[string]string, hosts []string) []Help
}

// Kinds of step: what the page draws under the step's texts.
const (
	// StepInfo has texts to read and nothing to answer.
	StepInfo = "info"
	// StepField chooses the field that holds the staff's sign-in name; its
	// answer is named "field". The page adds what is known of each field.
	StepField = "field"
	// StepQuestions has the step's questions.
	StepQuestions = "questions"
	// StepConsent lists the scopes and leads to the vendor's sign-in.
	StepConsent = "consent"
	// StepPreview shows how many staff match under each field.
	StepPreview = "preview"
	// StepWait waits for something that the vendor's administrator does, shows
	// what Setup.Wait says, and is over when Health.Ready finds no fault.
	StepWait = "wait"
	// StepFinish ends the set-up.
	StepFinish = "finish"
)

// A Step is one page of the set-up.
type Step struct {
	Name string
	Kind string
	// Title and Lead are the heading and the first sentence.
	Title, Lead string
	// Points are prerequisites or notes, each one sentence.
	Points    []string
	Help      []Help
	Questions []Question
	Scopes    []Scope
}

// Kinds of question.
const (
	QuestionText   = "text"
	QuestionChoice = "choice"
)

// A Question is one thing the administrator has to say.
type Question struct {
	Name        string
	Label, Hint string
	Kind        string
	Options     []Option
	Required    bool
	// Default is the option of a choice that stands until another is chosen, and
	// the one that no answer means.
	Default string
	// Tenant says that the completed answer is the TenantID of the account that
	// will sign in. It is asked again before a connection is reauthorized.
	Tenant bool
	// Level says that the answer is how much of the directory we ask to read, a
	// Level. It is asked again before a connection is reauthorized.
	Level bool
}

// An Option is one answer of a choice.
type Option struct {
	Value string
	Label string
	Hint  string
}

// A Scope is one permission that the vendor will ask the account to grant.
type Scope struct {
	// Name is the permission as the vendor's consent page shows it.
	Name string
	// Why is the catalogue key of the reason.
	Why string
	// Admin says that only an administrator of the customer can grant it.
	Admin bool
}

// Help is an explanation beside a step.
type Help struct {
	Title, Text string
	// Copy is a literal to copy, such as a path in the vendor's portal or a
	// command. Each line of it is one.
	Copy string
	// Link is an address that explains more.
	Link string
}
