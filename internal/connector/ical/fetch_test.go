package ical_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"parley/internal/connector"
	"parley/internal/connector/ical"
	"parley/internal/fault"
)

// publish serves one handler at an origin that the reader allows.
func publish(t *testing.T, h http.HandlerFunc) (*ical.Reader, string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return ical.NewReader(server.URL), server.URL
}

func fetch(ctx context.Context, r *ical.Reader, address string) (connector.Busy, error) {
	return r.Read(ctx, connector.Published{Address: connector.NewSecret(address), From: from, Till: till, Zone: time.UTC})
}

// wants asserts the sentence of a fault, and that no part of the address is in it.
func wants(t *testing.T, err error, key string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Key != key {
		t.Errorf("the fault is %v, want %s", err, key)
	}
	if err != nil && strings.Contains(err.Error(), "token") {
		t.Errorf("the fault tells the address: %v", err)
	}
}

func TestReaderReadsAPublishedCalendar(t *testing.T) {
	var asked *http.Request
	r, at := publish(t, func(w http.ResponseWriter, req *http.Request) {
		asked = req
		w.Header().Set("ETag", `"7"`)
		if req.Header.Get("If-None-Match") == `"7"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, calendar(event("DTSTART:20270301T090000Z", "DURATION:PT1H")))
	})
	b, err := fetch(t.Context(), r, at+"/token.ics")
	if err != nil || len(b.Spans) != 1 || b.Same || b.ETag != `"7"` {
		t.Fatalf("%+v, %v", b, err)
	}
	if asked.Header.Get("Cookie") != "" || asked.Header.Get("Referer") != "" || asked.URL.Path != "/token.ics" {
		t.Errorf("asked with %v", asked.Header)
	}
	b, err = r.Read(t.Context(), connector.Published{Address: connector.NewSecret(at + "/token.ics"), From: from, Till: till, Zone: time.UTC, ETag: b.ETag})
	if err != nil || !b.Same {
		t.Errorf("an unchanged calendar gives %+v, %v", b, err)
	}
}

// TestReaderGoesNowhereInside asks for addresses that lead where a stranger has
// no business.
func TestReaderGoesNowhereInside(t *testing.T) {
	called := atomic.Int32{}
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	t.Cleanup(inside.Close)
	// led is what becomes of a redirect there, if not the same as of the address.
	tests := []struct{ address, key, led string }{
		{inside.URL + "/token", "busy.fault.plain", ""},
		{strings.Replace(inside.URL, "http", "https", 1) + "/token", "busy.fault.port", ""},
		{"http://example.com/token", "busy.fault.plain", ""},
		{"https://example.com:8443/token", "busy.fault.port", ""},
		{"https://127.0.0.1/token", "busy.fault.inside", ""},
		{"webcal://127.0.0.1/token", "busy.fault.inside", "busy.fault.plain"},
		{"WEBCAL://localhost/token", "busy.fault.inside", "busy.fault.plain"},
		{"https://[::1]/token", "busy.fault.inside", ""},
		{"https://[::ffff:10.0.0.1]/token", "busy.fault.inside", ""},
		{"https://[64:ff9b::7f00:1]/token", "busy.fault.inside", ""},
		{"https://169.254.169.254/token", "busy.fault.inside", ""},
		{"https://192.168.1.1/token", "busy.fault.inside", ""},
		{"https://0.0.0.0/token", "busy.fault.inside", ""},
		{"https://user:token@example.com/", "busy.fault.address", ""},
		{"file:///etc/passwd", "busy.fault.address", "busy.fault.plain"},
		{"gopher://example.com/token", "busy.fault.address", "busy.fault.plain"},
		{"token", "busy.fault.address", "busy.fault.redirects"},
		{"https:///token", "busy.fault.address", "busy.fault.away"},
		{"https://exa mple.com/token", "busy.fault.address", "busy.fault.away"},
	}
	for _, test := range tests {
		t.Run(test.address, func(t *testing.T) {
			_, err := fetch(t.Context(), ical.NewReader(), test.address)
			wants(t, err, test.key)
		})
	}
	for _, test := range tests {
		t.Run("redirected to "+test.address, func(t *testing.T) {
			r, at := publish(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", test.address)
				w.WriteHeader(http.StatusFound)
			})
			_, err := fetch(t.Context(), r, at+"/token")
			wants(t, err, cmp.Or(test.led, test.key))
		})
	}
	if called.Load() > 0 {
		t.Errorf("%d requests arrived inside", called.Load())
	}
}

// TestReaderJudgesWhatItDials gives a name that is public when it is looked up
// once and inside when it is looked up again, and one that is both.
func TestReaderJudgesWhatItDials(t *testing.T) {
	var asked atomic.Int32
	r := ical.NewReader()
	r.LookUp(resolver(t, func() []string {
		if asked.Add(1) == 1 {
			return []string{"127.0.0.1", "10.1.2.3"}
		}
		return []string{"169.254.169.254"}
	}))
	for range 2 {
		_, err := fetch(t.Context(), r, "https://calendar.example.com/token")
		wants(t, err, "busy.fault.inside")
	}
	if asked.Load() < 2 {
		t.Error("the name was not looked up")
	}
}

// resolver answers every question for an IPv4 address with what is said.
func resolver(t *testing.T, say func() []string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		for buffer := make([]byte, 1500); ; {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				for _, a := range say() {
					m.Answers = append(m.Answers, dnsmessage.Resource{
						Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()},
					})
				}
			}
			if packed, err := m.Pack(); err == nil {
				_, _ = server.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func TestReaderEndsWhateverTheServerDoes(t *testing.T) {
	var asked atomic.Int32
	block := bytes.Repeat([]byte("X-FILL:"+strings.Repeat("a", 120)+"\r\n"), 500)
	big := func(w io.Writer, size int) int {
		wrote, _ := io.WriteString(w, "BEGIN:VCALENDAR\r\n")
		for wrote < size {
			n, err := w.Write(block)
			if wrote += n; err != nil {
				break
			}
		}
		return wrote
	}
	var sent atomic.Int64
	tests := []struct {
		name, key string
		serve     http.HandlerFunc
	}{
		{"leads to itself for ever", "busy.fault.redirects", func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			http.Redirect(w, r, "/token/again", http.StatusFound)
		}},
		{"answers with a gigabyte", "busy.fault.large", func(w http.ResponseWriter, _ *http.Request) { sent.Store(int64(big(w, 1<<30))) }},
		{"promises a gigabyte", "busy.fault.large", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "1073741824") }},
		{"packs a gigabyte small", "busy.fault.large", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			big(z, 100<<20)
			_ = z.Close()
		}},
		{"drips", "busy.fault.slow", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "BEGIN:VCALENDAR\r\n")
			drops := time.NewTicker(time.Millisecond)
			defer drops.Stop()
			for {
				select {
				case <-r.Context().Done():
					return
				case <-drops.C:
					_, _ = io.WriteString(w, "X:1\r\n")
					w.(http.Flusher).Flush()
				}
			}
		}},
		{"says nothing", "busy.fault.slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"hangs up", "busy.fault.away", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"forgot the calendar", "busy.fault.withdrawn", http.NotFound},
		{"wants a sign-in", "busy.fault.denied", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }},
		{"has a bad day", "busy.fault.away", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }},
		{"asks for peace", "busy.fault.away", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }},
		{"says unchanged without having been asked", "busy.fault.calendar", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }},
		{"shows its sign-in page", "busy.fault.calendar", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Sign in</html>") }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, at := publish(t, test.serve)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			if test.key == "busy.fault.slow" {
				cancel()
				ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
			}
			defer cancel()
			_, err := fetch(ctx, r, at+"/token")
			wants(t, err, test.key)
		})
	}
	if n := asked.Load(); n != 6 {
		t.Errorf("%d requests along a loop, want the first and five redirects", n)
	}
	if n := sent.Load(); n > 64<<20 {
		t.Errorf("%d bytes of a gigabyte were taken", n)
	}
}

func TestPublic(t *testing.T) {
	for _, text := range []string{
		"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255",
		"0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1",
		"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1", "100::1", "2606:4700::1%eth0",
	} {
		if ical.Public(netip.MustParseAddr(text)) {
			t.Errorf("%s passes for public", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "52.96.0.1", "172.32.0.1", "100.128.0.1", "2603:1006::1", "2a00:1450:4001::1", "64:ff9b::101:101", "::ffff:1.1.1.1"} {
		if !ical.Public(netip.MustParseAddr(text)) {
			t.Errorf("%s passes for inside", text)
		}
	}
}
