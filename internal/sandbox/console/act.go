package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/sandbox/hand"
	"parley/internal/sandbox/stage"
)

// act is a form of the console that does what an administrator at Microsoft does: the kind of thing it is done to, the
// act by its name, and the fields that go with it.
type act struct {
	// Kind is user, tenant, app, policy, unpolicy, meeting or subscription, the last part of the form's address.
	Kind   string
	Label  string
	Hidden map[string]string
	// Field is a text to type, with its label and what stands in it; Choices offer values instead.
	Field, Title, Value string
	Choices             []choice
	// Note says what it does.
	Note string
	// Bad warns that it takes something away.
	Bad bool
}

type choice struct{ Value, Label string }

// errUnknown is a form that the console does not have.
var errUnknown = errors.New("there is no such act")

// act does what a form asks; what cannot be done is said on a page of its own, with the way back.
func (c *Console) act(w http.ResponseWriter, r *http.Request) {
	err := c.perform(r)
	if err == nil {
		back(w, r)
		return
	}
	status := http.StatusUnprocessableEntity
	if errors.Is(err, errUnknown) {
		status = http.StatusNotFound
	}
	c.pages.Write(w, status, "refused", map[string]any{"Why": err.Error(), "Back": safe(r.PostFormValue("back"))})
}

func (c *Console) perform(r *http.Request) error {
	value := r.PostFormValue
	switch r.PathValue("what") {
	case "user":
		return c.Hand.Person(value("user"), value("do"), wish(r))
	case "tenant":
		return c.Hand.Tenant(value("tenant"), value("do"), wish(r))
	case "app":
		return c.Hand.Register(registration(r))
	case "policy", "unpolicy":
		return c.policy(r)
	case "meeting":
		if !c.Graph.Remove(value("meeting")) {
			return errors.New("the meeting is not there any more")
		}
		return nil
	case "subscription":
		if !c.Graph.Lifecycle(value("subscription"), value("do")) {
			return errors.New("the subscription is not there any more")
		}
		return nil
	case "cursors":
		c.Graph.ExpireCursors(value("pages") != "", value("delta") != "")
		return nil
	}
	return errUnknown
}

// wish reads what an act needs. A switch without a value is off, as forms send it.
func wish(r *http.Request) hand.Wish {
	value := r.PostFormValue
	on := value("on") != ""
	w := hand.Wish{To: value("to"), Address: value("address"), How: value("how"), On: &on, Scope: value("scope"), Application: value("application") != "", User: value("whom")}
	w.Code, _ = strconv.Atoi(value("code"))
	w.Count, _ = strconv.Atoi(value("count"))
	d, _ := time.ParseDuration(value("for"))
	w.For = stage.Delay(d)
	return w
}

func registration(r *http.Request) (c hand.Registration) {
	value := strings.TrimSpace(r.PostFormValue("value"))
	on := r.PostFormValue("on") != ""
	switch r.PostFormValue("do") {
	case "secret":
		c.Secret = &value
	case "expire":
		c.SecretExpired = &on
	case "remove":
		c.Removed = &on
	case "allow":
		c.AddRedirect = value
	case "forbid":
		c.RemoveRedirect = value
	}
	return c
}

func (c *Console) policy(r *http.Request) error {
	after, err := time.ParseDuration(r.PostFormValue("after"))
	if err != nil {
		return errors.New("say after how long, such as 30m")
	}
	p := hand.Policy{Tenant: r.PostFormValue("tenant"), After: stage.Delay(after)}
	if name := strings.TrimSpace(r.PostFormValue("user")); name != "" {
		p.Users = []string{name}
	}
	if r.PathValue("what") == "unpolicy" {
		return c.Hand.RemovePolicy(p)
	}
	p.Global = len(p.Users) == 0
	return c.Hand.GrantPolicy(p)
}
