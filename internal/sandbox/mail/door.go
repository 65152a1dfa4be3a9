package mail

import (
	"fmt"
	"net"
	"sync"

	"parley/internal/sandbox/stage"
)

// door is the relay's listener. It applies faults of the call "connect" before a word is exchanged: mail programs
// answer a refused greeting by greeting again, which would hide a refusal that is meant to happen once.
type door struct {
	net.Listener
	relay *Relay
}

// Accept returns the next connection that no fault turned away.
func (d door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		entry := stage.Entry{At: d.relay.stage.Now(), Vendor: "mail", Call: "connect", Method: "SMTP", Status: 220}
		fault := d.relay.stage.Faults.Take("mail", "connect")
		if fault == nil {
			d.relay.stage.Log.Add(entry)
			return conn, nil
		}
		entry.Fault = fault.ID
		if fault.Replaces() {
			entry.Status = fault.Status
		}
		d.relay.stage.Log.Add(entry)
		if !fault.Replaces() {
			return &late{Conn: conn, wait: sync.OnceFunc(func() { fault.Wait(d.relay.ended) })}, nil
		}
		go turnAway(conn, fault, d.relay)
	}
}

// turnAway refuses a connection in the words of the fault, or without any.
func turnAway(conn net.Conn, fault *stage.Fault, m *Relay) {
	fault.Wait(m.ended)
	if !fault.Hangup {
		text := fault.Body
		if text == "" {
			text = "The relay is not available because it was told so"
		}
		_, _ = fmt.Fprintf(conn, "%d %s\r\n", fault.Status, text)
	}
	_ = conn.Close()
}

// late is a connection whose greeting takes its time.
type late struct {
	net.Conn
	wait func()
}

// Write waits before the first word.
func (l *late) Write(p []byte) (int, error) {
	l.wait()
	return l.Conn.Write(p)
}
