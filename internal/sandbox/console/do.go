package console

import (
	"net/http"
	"time"

	"parley/internal/sandbox/stage"
)

// trouble is a misbehaviour people would want to try, with a name.
type trouble struct {
	Name, Title, Detail string
	fault               stage.Fault
}

var troubles = []trouble{
	{"throttle", "Graph is too busy", "The next five calls get 429 and are told to wait ten seconds.", stage.Fault{Vendor: "graph", Status: 429, Headers: map[string]string{"Retry-After": "10"}, Times: 5}},
	{"throttle-silent", "Graph is too busy and does not say for how long", "The next five calls get 429 without Retry-After.", stage.Fault{Vendor: "graph", Status: 429, Times: 5}},
	{"graph-down", "Graph is down", "Every call gets 503 until you end it.", stage.Fault{Vendor: "graph", Status: 503}},
	{"lost-answer", "A meeting is made, but the answer is lost", "The next createOrGet does its work and then hangs up.", stage.Fault{Vendor: "graph", Call: "createOrGet", After: true, Hangup: true, Times: 1}},
	{"slow", "Graph is slow", "Every call takes five seconds until you end it.", stage.Fault{Vendor: "graph", Delay: stage.Delay(5 * time.Second)}},
	{"sign-in-down", "The sign-in is down", "Token requests get 503 until you end it.", stage.Fault{Vendor: "entra", Call: "token", Status: 503}},
	{"mail-down", "The mail relay is down", "Connections are turned away until you end it.", stage.Fault{Vendor: "mail", Call: "connect", Status: 421}},
	{"mail-lost", "A mail is taken, but the answer is lost", "The next message is accepted, then the connection drops.", stage.Fault{Vendor: "mail", Call: "data", After: true, Hangup: true, Times: 1}},
}

// do performs what a form of the console asks, and goes back to its page.
func (c *Console) do(w http.ResponseWriter, r *http.Request) {
	known := true
	switch r.PathValue("what") {
	case "clock":
		d, err := time.ParseDuration(r.PostFormValue("advance"))
		known = err == nil
		c.Stage.Clock.Advance(d)
	case "clock-reset":
		c.Stage.Clock.Reset()
	case "reset":
		c.Reset()
	case "trouble":
		known = c.begin(r.PostFormValue("name"))
	case "calm":
		c.Stage.Faults.Clear()
	default:
		c.act(w, r)
		return
	}
	if !known {
		c.pages.Write(w, http.StatusNotFound, "gone", nil)
		return
	}
	back(w, r)
}

func (c *Console) begin(name string) bool {
	for _, t := range troubles {
		if t.Name == name {
			_, err := c.Stage.Faults.Add(t.fault)
			return err == nil
		}
	}
	return false
}

// written says how far the clock is ahead, for people.
func written(d time.Duration) string {
	if d = d.Round(time.Second); d == 0 {
		return ""
	}
	return d.String()
}
