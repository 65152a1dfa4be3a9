package graph

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// clouds are the hosts that Microsoft runs for each cloud that has online
// meetings (Microsoft Graph, national cloud deployments; Microsoft Entra,
// national clouds). The cloud in China has none, so it is not listed.
var clouds = []struct{ login, graph string }{
	{"login.microsoftonline.com", "graph.microsoft.com"},
	{"login.microsoftonline.us", "graph.microsoft.us"},
	{"login.microsoftonline.us", "dod-graph.microsoft.us"},
}

const (
	globalLogin = "https://login.microsoftonline.com"
	globalGraph = "https://graph.microsoft.com"
)

// Check reports whether both addresses belong to one cloud of Microsoft, or to
// this machine (the sandbox). Tokens never go anywhere else.
func (c Config) Check() error {
	c = c.filled()
	login, err := url.Parse(c.LoginURL)
	if err != nil {
		return errors.New("the login address cannot be read")
	}
	graph, err := url.Parse(c.GraphURL)
	if err != nil {
		return errors.New("the Graph address cannot be read")
	}
	if loopback(login) && loopback(graph) {
		return nil
	}
	for _, cloud := range clouds {
		if is(login, cloud.login) && is(graph, cloud.graph) {
			return nil
		}
	}
	return fmt.Errorf("%s and %s are not the hosts of one Microsoft cloud with online meetings", login.Host, graph.Host)
}

func (c Config) filled() Config {
	if c.LoginURL == "" {
		c.LoginURL = globalLogin
	}
	if c.GraphURL == "" {
		c.GraphURL = globalGraph
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	c.LoginURL, c.GraphURL = strings.TrimRight(c.LoginURL, "/"), strings.TrimRight(c.GraphURL, "/")
	return c
}

// resource is what permissions belong to: the cloud's Graph. The sandbox stands
// for the global one.
func (c Config) resource() string {
	if u, err := url.Parse(c.GraphURL); err != nil || loopback(u) {
		return globalGraph
	}
	return c.GraphURL
}

func is(u *url.URL, host string) bool {
	return u.Scheme == "https" && u.Host == host && u.Path == ""
}

func loopback(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
