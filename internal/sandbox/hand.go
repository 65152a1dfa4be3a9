package sandbox

import (
	"crypto/x509"
	"time"
)

// Now is the time as the sandbox tells it.
func (s *Server) Now() time.Time { return s.stage.Now() }

// Offset is how far the sandbox's clock is ahead of the real one.
func (s *Server) Offset() time.Duration { return s.stage.Clock.Offset() }

// AdvanceClock moves the clock by d.
func (s *Server) AdvanceClock(d time.Duration) { s.stage.Clock.Advance(d) }

// SetClock moves the clock to an instant; it goes on from there.
func (s *Server) SetClock(at time.Time) { s.stage.Clock.Set(at) }

// Reset returns to the seed: people, meetings, mail, tokens, faults, log and clock.
func (s *Server) Reset() {
	s.stage.Reset()
	s.world.Reset()
	s.login.Reset()
	s.graph.Reset()
	s.mail.Reset()
}

// AddFault makes a vendor misbehave and returns the fault's id.
func (s *Server) AddFault(f Fault) (string, error) { return s.stage.Faults.Add(f) }

// RemoveFault takes one fault out of force.
func (s *Server) RemoveFault(id string) { s.stage.Faults.Remove(id) }

// Faults lists the faults in force.
func (s *Server) Faults() []Fault { return s.stage.Faults.List() }

// ClearFaults makes the vendors behave again.
func (s *Server) ClearFaults() { s.stage.Faults.Clear() }

// Log returns the requests that arrived, oldest first.
func (s *Server) Log(q Query) []Entry { return s.stage.Log.Find(q) }

// Messages lists the mail of a recipient, oldest first; an empty name lists all.
func (s *Server) Messages(to string) []Message { return s.mail.Messages(to) }

// Meetings lists every Teams meeting as Microsoft holds it, deleted ones too.
func (s *Server) Meetings() []Meeting { return s.graph.Meetings() }

// AllowRedirect registers an address the application may be sent back to.
func (s *Server) AllowRedirect(uri string) { s.world.AllowRedirect(uri) }

// ExpireSecret makes the application's client secret one that has run out, or brings it back.
func (s *Server) ExpireSecret(expired bool) { s.world.ExpireSecret(expired) }

// Certify uploads a certificate (DER) to the application's registration.
func (s *Server) Certify(der []byte) error {
	c, err := x509.ParseCertificate(der)
	if err == nil {
		s.world.Certify(c)
	}
	return err
}
