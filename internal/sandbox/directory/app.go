package directory

import (
	"crypto/x509"
	"slices"
)

// App is the application's registration.
type App struct {
	ClientID      string
	Name          string
	Secret        string
	SecretExpired bool
	RedirectURIs  []string
	// Delegated and Application are the permissions that the registration is set up with: what ".default" asks for.
	Delegated, Application []string
	// Removed says that the registration was deleted.
	Removed bool
	// Certificates are those that were uploaded to the registration.
	Certificates []*x509.Certificate
	// Home is the tenant the application is registered in.
	Home string
}

// App is the registration as it stands.
func (w *World) App() App {
	w.mu.Lock()
	defer w.mu.Unlock()
	app := w.app
	app.RedirectURIs, app.Certificates = slices.Clone(w.app.RedirectURIs), slices.Clone(w.app.Certificates)
	app.Delegated, app.Application = slices.Clone(w.app.Delegated), slices.Clone(w.app.Application)
	return app
}

// Certify uploads a certificate to the registration.
func (w *World) Certify(c *x509.Certificate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.Certificates = append(w.app.Certificates, c)
}

// AllowRedirect registers an address the application may be sent back to.
func (w *World) AllowRedirect(uri string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.allow(uri)
	w.registered = append(w.registered, uri)
}

// RemoveRedirect takes an address out of the registration; it tells whether it was there.
func (w *World) RemoveRedirect(uri string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	other := func(x string) bool { return x == uri }
	was := slices.Contains(w.app.RedirectURIs, uri)
	w.app.RedirectURIs, w.registered = slices.DeleteFunc(w.app.RedirectURIs, other), slices.DeleteFunc(w.registered, other)
	return was
}

func (a *App) allow(uri string) {
	if !slices.Contains(a.RedirectURIs, uri) {
		a.RedirectURIs = append(a.RedirectURIs, uri)
	}
}

// ExpireSecret makes the client secret one that has run out, or brings it back.
func (w *World) ExpireSecret(expired bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.SecretExpired = expired
}

// ChangeApp changes the registration, as its owner would.
func (w *World) ChangeApp(change func(*App)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.app)
}
