package graph

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"time"
)

// The lives of cursors. How long a page token lives is not published; an hour is the sandbox's own. A delta token of
// the directory lives seven days ("Use delta query to track changes in Microsoft Graph data").
const (
	pageLife  = time.Hour
	deltaLife = 7 * 24 * time.Hour
)

const (
	pageMark  = "RFNwdAIAAQ"
	deltaMark = "ZGVsdGEA"
)

// pageToken says where the next page of a tenant's directory begins.
func (g *Graph) pageToken(tenant string, last int) string {
	return pageMark + pack(fmt.Sprintf("%s %d %d %d", tenant, last, g.Stage.Now().UnixNano(), g.World.Epoch()))
}

// readPageToken reads a page token of a tenant; an empty one is the beginning.
func (g *Graph) readPageToken(tenant, text string) (last int, ok bool) {
	if text == "" {
		return 0, true
	}
	var whose string
	var issued int64
	var epoch int
	_, err := fmt.Sscanf(unpack(pageMark, text), "%s %d %d %d", &whose, &last, &issued, &epoch)
	at := time.Unix(0, issued)
	return last, err == nil && whose == tenant && epoch == g.World.Epoch() && g.Stage.Now().Sub(at) <= pageLife && g.alive(&g.pagesFrom, at)
}

// alive tells whether a cursor was given out since all earlier ones were declared too old.
func (g *Graph) alive(since *time.Time, issued time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !issued.Before(*since)
}

// ExpireCursors makes every page token, or every delta token, given out so far one that is too old.
func (g *Graph) ExpireCursors(pages, deltas bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if pages {
		g.pagesFrom = g.Stage.Now()
	}
	if deltas {
		g.deltasFrom = g.Stage.Now()
	}
}

func pack(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func unpack(mark, text string) string {
	if len(text) < len(mark) || text[:len(mark)] != mark {
		return ""
	}
	data, err := base64.RawURLEncoding.DecodeString(text[len(mark):])
	if err != nil {
		return ""
	}
	return string(data)
}

// next is the link to the next page of a list: the request again, with a token.
func (g *Graph) next(path string, query url.Values, token string) string {
	next := url.Values{}
	for name := range query {
		next.Set(name, query.Get(name))
	}
	next.Set("$skiptoken", token)
	return g.Base + "/v1.0" + path + "?" + next.Encode()
}
