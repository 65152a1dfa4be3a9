package app

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"parley/internal/connector"
)

// prefix begins the name of every environment variable of Parley's.
const prefix = "PARLEY_"

// A Config is everything an operator can set. Values come from flags, else from
// PARLEY_* environment variables (a secret also from the file that PARLEY_*_FILE
// names), else from the defaults here.
type Config struct {
	// DatabaseURL is a file path (SQLite) or a postgres:// address.
	DatabaseURL string `env:"DATABASE_URL" envDefault:"parley-data/parley.db"`
	// BaseURL is the public address, as people's browsers and vendors reach it.
	BaseURL string `env:"BASE_URL" envDefault:"http://127.0.0.1:8080"`
	// Listen is the address the server listens on.
	Listen string `env:"LISTEN" envDefault:"127.0.0.1:8080"`
	// Keys seal tokens and sign links: base64 of 32 bytes each, separated by
	// commas, the first one in use. Without it a key file is made beside a
	// SQLite database; PostgreSQL needs it set, the same for all processes.
	Keys connector.Secret `env:"KEYS"`
	// MicrosoftClientID, and MicrosoftClientSecret or MicrosoftCertificate (PEM:
	// the certificate and its private key), are the application's registration at
	// Microsoft. They can be entered on the page Vendor apps instead; what is set
	// here stands above it. MicrosoftSecretExpires is when the secret ends.
	MicrosoftClientID      string           `env:"MICROSOFT_CLIENT_ID"`
	MicrosoftClientSecret  connector.Secret `env:"MICROSOFT_CLIENT_SECRET"`
	MicrosoftCertificate   connector.Secret `env:"MICROSOFT_CERTIFICATE"`
	MicrosoftSecretExpires Day              `env:"MICROSOFT_SECRET_EXPIRES"`
	// MicrosoftLoginURL and MicrosoftGraphURL point to another cloud or the sandbox.
	MicrosoftLoginURL string `env:"MICROSOFT_LOGIN_URL" envDefault:"https://login.microsoftonline.com"`
	MicrosoftGraphURL string `env:"MICROSOFT_GRAPH_URL" envDefault:"https://graph.microsoft.com"`
	// SMTPURL is the mail server: smtp://user:password@host:587?tls=starttls
	// (tls: none, starttls or tls).
	SMTPURL connector.Secret `env:"SMTP_URL"`
	// MailFrom is the address that mail comes from.
	MailFrom string `env:"MAIL_FROM"`
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES"`
	// CalendarOrigins are origins (https://mail.example.com) from which published
	// calendars may be read although they are inside the network, on another port
	// or without encryption; all others must be public and use https.
	CalendarOrigins []string `env:"CALENDAR_ORIGINS"`
	// LogLevel is debug, info, warn or error; LogFormat text or json.
	LogLevel  string `env:"LOG_LEVEL" envDefault:"info"`
	LogFormat string `env:"LOG_FORMAT" envDefault:"text"`
	// Workers is how many jobs one process runs at once.
	Workers int `env:"WORKERS" envDefault:"8"`
	// ShutdownWait bounds how long requests in flight may take at the end.
	ShutdownWait time.Duration `env:"SHUTDOWN_WAIT" envDefault:"20s"`

	// origins says by variable where a value came from.
	origins map[string]string
}

// A Day is a date as an operator writes it: 2027-05-03.
type Day struct{ time.Time }

// String writes the date; of none, nothing.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}

func parseDay(text string) (Day, error) {
	if text == "" {
		return Day{}, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Day{}, fmt.Errorf("%q is not a date such as 2027-05-03", text)
	}
	return Day{at}, nil
}

// An Origin says where the effective value of a setting came from.
type Origin struct {
	// Name is the environment variable's name.
	Name string
	// Value is what counts, secrets redacted.
	Value string
	// From is "flag", "environment", "file <path>" or "default".
	From string
}

// LoadConfig reads the configuration from an environment. Flags are values by
// variable name that stand above it.
func LoadConfig(environ []string, flags map[string]string) (Config, []Origin, error) {
	vars, from, err := gather(environ, flags)
	if err != nil {
		return Config{}, nil, err
	}
	var c Config
	opts := env.Options{Environment: vars, Prefix: prefix, FuncMap: map[reflect.Type]env.ParserFunc{
		reflect.TypeFor[connector.Secret](): func(s string) (any, error) { return connector.NewSecret(s), nil },
		reflect.TypeFor[Day]():              func(s string) (any, error) { return parseDay(s) },
		reflect.TypeFor[netip.Prefix]():     func(s string) (any, error) { return netip.ParsePrefix(s) },
	}}
	if err := env.ParseWithOptions(&c, opts); err != nil {
		return Config{}, nil, err
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	c.origins = from
	return c, origins(c, from), c.check()
}

// gather puts the environment, the files it names and the flags over each other.
func gather(environ []string, flags map[string]string) (vars, from map[string]string, err error) {
	vars, from = map[string]string{}, map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && strings.HasPrefix(name, prefix) {
			vars[name], from[name] = value, "environment"
		}
	}
	for name, path := range vars {
		target, isFile := strings.CutSuffix(name, "_FILE")
		if !isFile {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		vars[target], from[target] = strings.TrimSpace(string(content)), "file "+path
	}
	for name, value := range flags {
		vars[prefix+name], from[prefix+name] = value, "flag"
	}
	return vars, from, nil
}

func (c Config) check() error {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return fmt.Errorf("PARLEY_BASE_URL %q is not an http(s) address", c.BaseURL)
	}
	if base.Path != "" {
		return fmt.Errorf("PARLEY_BASE_URL %q has a path; Parley needs a host name of its own", c.BaseURL)
	}
	if c.Workers < 1 || c.Workers > 256 {
		return fmt.Errorf("PARLEY_WORKERS %d is not between 1 and 256", c.Workers)
	}
	for _, origin := range c.CalendarOrigins {
		at, err := url.Parse(origin)
		if err != nil || at.Host == "" || (at.Scheme != "http" && at.Scheme != "https") || at.Path != "" || at.RawQuery != "" {
			return fmt.Errorf("PARLEY_CALENDAR_ORIGINS: %q is not an origin such as https://mail.example.com", origin)
		}
	}
	return nil
}

// origins lists every setting in the order of the struct.
func origins(c Config, from map[string]string) []Origin {
	var list []Origin
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("env")
		if tag == "" {
			continue
		}
		name := prefix + tag
		o := Origin{Name: name, Value: fmt.Sprint(v.Field(i).Interface()), From: from[name]}
		if secret, ok := v.Field(i).Interface().(connector.Secret); ok && secret.Empty() {
			o.Value = ""
		}
		if o.From == "" {
			o.From = "default"
		}
		list = append(list, o)
	}
	return list
}
