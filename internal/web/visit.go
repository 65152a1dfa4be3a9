package web

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"parley/internal/org"
	"parley/internal/words"
)

type visitKey struct{}

// A visit is what is known of one request.
type visit struct {
	site    *Site
	id      string
	began   time.Time
	client  netip.Addr
	pattern string
	actor   org.Actor
	// host is the organization whose public page is shown, if one is.
	host org.Organization
	// told is how a stranger said earlier that they read.
	told preference
	// chose is what the address of the page says (see ChoseHere).
	chose  preference
	reader *words.Reader
	err    error
}

func newVisit(s *Site, r *http.Request) *visit {
	return &visit{site: s, id: rand.Text()[:12], began: time.Now(), client: s.clientOf(r)}
}

// visitOf is the visit of a request that came through a site; a request that
// did not is a defect, and gets the visit of nobody.
func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// ActorOf returns the member who is asking; nobody (zero) on a public page that
// a stranger opens.
func ActorOf(r *http.Request) org.Actor { return visitOf(r).actor }

// InOrganization says whose public page is shown, so that a reader who chose
// nothing reads it in the organization's language and zone.
func InOrganization(r *http.Request, o org.Organization) {
	v := visitOf(r)
	v.host, v.reader = o, nil
}

// A preference is a language and a zone; either may be empty.
type preference struct{ lang, zone string }

// ReadsAs says how the person for whom a page is told us that they read, such as
// when they booked. It counts for a stranger who chose nothing in this browser:
// the page then shows what the mail that led to it shows.
func ReadsAs(r *http.Request, lang, zone string) {
	v := visitOf(r)
	v.told, v.reader = preference{lang, zone}, nil
}

// OrganizationOf returns the organization of the actor, or the one whose public
// page is shown.
func OrganizationOf(r *http.Request) org.Organization {
	v := visitOf(r)
	if v.host.ID != "" {
		return v.host
	}
	return v.actor.Organization
}

// ChoseHere says what the reader chose on the page itself, where a browser keeps
// no cookies of ours: in the frame of another site. It counts before what was
// chosen in this browser elsewhere; what is none is ignored.
func ChoseHere(r *http.Request, lang, zone string) {
	v := visitOf(r)
	v.chose, v.reader = preference{lang, zone}, nil
}

// IsPartial reports whether htmx asks for a part of a page.
func IsPartial(r *http.Request) bool {
	return r.Header.Get("HX-Request-Type") == "partial"
}

// clientOf is the nearest address that is not a proxy of ours. What stands
// before it in X-Forwarded-For anybody could have written.
func (s *Site) clientOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv6Unspecified()
	}
	client := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.isProxy(client); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap()
	}
	return client
}

func (s *Site) isProxy(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
