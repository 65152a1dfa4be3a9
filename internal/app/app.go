// Package app builds every room, fills the tables through which a lower room
// tells a higher one, and runs them: the server, the demo and the operator's
// commands. It is the only room that sees all others; only cmd imports it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/connector/ical"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/job"
	"parley/internal/meeting"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/hook"
	"parley/internal/web/page"
	"parley/internal/web/page/admin"
)

// house is every room, built on one database.
type house struct {
	cfg  Config
	log  *slog.Logger
	base *url.URL
	db   *db.DB
	// demo runs with invented people, who sign in without proof.
	demo bool
	// unseen is the doctor's: the database is an empty one that stands in for
	// the real one, which cannot be looked at now.
	unseen bool

	jobs         *job.Runner
	orgs         *org.Orgs
	vault        *vault.Vault
	identities   *identity.Identities
	calendars    *calendar.Calendars
	busy         *calendar.Busy
	notify       *notify.Notify
	meetings     *meeting.Meetings
	appointments *appointment.Appointments
	links        notify.LinkKeys
	site         *web.Site
}

// Version is the version of the program, from its build.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			version += " (" + s.Value + ")"
		}
	}
	return version
}

// open opens the database, migrates it and builds the house on it.
func open(ctx context.Context, cfg Config, log *slog.Logger, clock func() time.Duration, demo bool) (_ *house, err error) {
	keys, err := loadKeys(cfg)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, cfg.DatabaseURL, db.Options{Offset: clock})
	if err != nil {
		return nil, plain(err)
	}
	h := &house{cfg: cfg, log: log, db: d, demo: demo}
	if err := errors.Join(d.Migrate(ctx), h.build(keys)); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return h, nil
}

// build makes the rooms from the ground floor up.
func (h *house) build(keys []masterKey) (err error) {
	if h.base, err = url.Parse(h.cfg.BaseURL); err != nil {
		return err
	}
	sealKeys, linkKeys, siteKey, err := roomKeys(keys)
	if err != nil {
		return err
	}
	h.links = linkKeys
	h.jobs = job.New(h.db, h.log)
	h.orgs = org.Open(h.db, h.log)
	h.orgs.Demo = h.demo
	if h.vault, err = h.newVault(sealKeys); err != nil {
		return err
	}
	h.identities = identity.New(identity.Config{
		DB: h.db, Orgs: h.orgs, Vault: h.vault, Log: h.log,
		StaffOf: func(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]bool, error) {
			return h.appointments.StaffOf(ctx, q, orgID, personIDs)
		},
		NotifyURL: func(path string) string { return h.cfg.BaseURL + hook.Path + path },
	})
	h.calendars = calendar.Open(h.db)
	h.busy = calendar.OpenBusy(calendar.BusyConfig{
		DB: h.db, Orgs: h.orgs, Vault: h.vault, Log: h.log, Read: ical.NewReader(h.cfg.CalendarOrigins...).Read,
	})
	if h.notify, err = notify.New(notify.Config{
		DB: h.db, Orgs: h.orgs, Log: h.log, Mail: h.mailer, Vault: h.vault, BaseURL: h.cfg.BaseURL, Keys: linkKeys, Brand: h.brand,
	}); err != nil {
		return err
	}
	h.meetings = meeting.New(meeting.Config{DB: h.db, Vault: h.vault, Log: h.log})
	h.appointments = appointment.New(appointment.Config{
		DB: h.db, Orgs: h.orgs, Notify: h.notify, Host: h.base.Hostname(), CanHost: h.identities.CanHost, WhyNot: h.identities.WhyNot,
		CanHostAt: h.identities.CanHostAt, LostAt: h.identities.LostAt, VideoName: h.videoName, VideoOff: h.videoOff, Refresh: h.busy.Refresh, OnStaff: h.identities.PeopleChanged,
	})
	h.fill()
	return h.newSite(siteKey)
}

// vendors is the list of all vendors. A new one is a folder and a line here.
func (h *house) vendors() ([]connector.Vendor, error) {
	teams := graph.Config{LoginURL: h.cfg.MicrosoftLoginURL, GraphURL: h.cfg.MicrosoftGraphURL, Clock: h.db.Now}
	if err := teams.Check(); err != nil {
		return nil, err
	}
	return []connector.Vendor{graph.Vendor(teams)}, nil
}

func (h *house) newVault(keys vault.Keys) (*vault.Vault, error) {
	vendors, err := h.vendors()
	if err != nil {
		return nil, err
	}
	relay, err := h.relay()
	if err != nil {
		return nil, err
	}
	return vault.New(vault.Config{
		DB: h.db, Orgs: h.orgs, Vendors: vendors, Keys: keys, Log: h.log, Mail: relay, RedirectURL: h.cfg.BaseURL + admin.CallbackPath,
		HookURL: h.cfg.BaseURL + hook.Path, Registrations: h.cfg.registrations(), Sources: h.cfg.sources(),
		Probe: func(ctx context.Context, q db.Q, orgID, connectionID string) (vendorID, personID string, err error) {
			return h.identities.Probe(ctx, q, orgID, connectionID)
		},
		Hosts: func(ctx context.Context, q db.Q, orgID, connectionID string, most int) ([]string, error) {
			return h.identities.Hosts(ctx, q, orgID, connectionID, most)
		},
		Made: func(ctx context.Context, q db.Q, orgID, connectionID string, now time.Time) (int, error) {
			return h.meetings.Made(ctx, q, orgID, connectionID, now)
		},
	}), nil
}

// fill connects what lower rooms report with the rooms above that care, and
// names every job's handler.
func (h *house) fill() {
	h.orgs.SendLink = h.sendLink
	h.orgs.OnMember = append(h.orgs.OnMember, h.identities.PeopleChanged, touchCalendar)
	h.orgs.OnErase = append(h.orgs.OnErase, h.vault.Erase, h.identities.Erase, h.notify.Erase, h.calendars.Erase, h.appointments.Erase)
	h.vault.OnState = append(h.vault.OnState, h.identities.ConnectionChanged, h.meetings.ConnectionChanged, h.ringRescues, h.tellHealth)
	h.vault.OnReady = append(h.vault.OnReady, h.tellReady)
	h.vault.OnOperator = append(h.vault.OnOperator, h.tellOperator)
	h.vault.OnInbound[vault.DirectoryChanged] = h.identities.ApplyInbound
	h.vault.OnInbound[vault.SubscriptionEnds] = h.identities.ApplyInbound
	h.identities.OnMatch = append(h.identities.OnMatch, h.meetings.MatchesChanged, h.appointments.MatchesChanged)
	h.vault.OnExpiring = append(h.vault.OnExpiring, h.tellExpiring)
	h.busy.OnFailing = append(h.busy.OnFailing, h.tellFailing)
	h.meetings.OnChange = append(h.meetings.OnChange, h.appointments.OnChange)
	h.jobs.Handle(kindOperator, h.operatorJob)
	h.vault.Work(h.jobs)
	h.identities.Work(h.jobs)
	h.notify.Handle(h.jobs)
	h.meetings.Work(h.jobs)
	h.appointments.Work(h.jobs)
	h.notify.AddVerbs(h.appointments.Verbs())
	h.busy.Work(h.jobs)
	h.jobs.Handle(org.LinkJob, h.orgs.SendLinks)
	h.orgs.ImportParts = append(h.orgs.ImportParts, h.appointments.ImportPart())
	h.orgs.Work(h.jobs)
}

// touchCalendar makes what was read of a member's time stale: their zone decides
// what their hours mean, and who is not active any more has none.
func touchCalendar(ctx context.Context, tx *db.Tx, orgID string, personIDs ...string) error {
	return calendar.Touch(ctx, tx, orgID, personIDs...)
}

func (h *house) newSite(key []byte) (err error) {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), h.notify)
	metrics.MustRegister(h.vault.Collectors()...)
	h.site, err = web.New(web.Config{
		Orgs: h.orgs, BaseURL: h.base, Log: h.log, Metrics: metrics, Draw: page.DrawProblem, Ready: h.ready,
		Proxies: h.cfg.TrustedProxies, Key: key, Demo: h.demo, Pace: h.pace(),
	})
	if err != nil {
		return err
	}
	h.routes()
	return nil
}

// pace lets a machine that measures the demo post as fast as it can.
func (h *house) pace() web.Pace {
	if h.demo {
		return web.Pace{Burst: 1 << 20, Each: time.Microsecond, StrictBurst: 1 << 20, StrictEach: time.Microsecond}
	}
	return web.Pace{}
}

func (h *house) ready(ctx context.Context) error {
	pending, err := h.db.Pending(ctx)
	if err == nil && pending {
		err = fault.Wrap(fault.Away, errors.New("migrations are pending"), "")
	}
	return err
}

// serve answers requests on l and does the work behind them until ctx ends,
// then lets both come to an end and closes the database.
func (h *house) serve(ctx context.Context, l net.Listener) error {
	if err := h.vault.Void(ctx); err != nil {
		return errors.Join(err, l.Close(), h.db.Close())
	}
	// Work outlives the requests: what the last ones asked for may begin.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	var rooms sync.WaitGroup
	rooms.Go(func() { h.jobs.Run(working, h.cfg.Workers) })
	rooms.Go(func() {
		if err := h.notify.Run(working); err != nil && working.Err() == nil {
			h.log.Error("lanes ended", "error", err)
		}
	})
	err := serveHTTP(ctx, h.site.Server(), l, h.cfg.ShutdownWait)
	stop()
	rooms.Wait()
	h.identities.Settle()
	return errors.Join(err, h.db.Close())
}

func serveHTTP(ctx context.Context, s *http.Server, l net.Listener, wait time.Duration) error {
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	patience, stop := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer stop()
	if err := s.Shutdown(patience); err != nil {
		return errors.Join(err, s.Close())
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// roomKeys derives what each room signs and seals with.
func roomKeys(masters []masterKey) (seal vault.Keys, links notify.LinkKeys, site []byte, err error) {
	var seals []string
	links = notify.LinkKeys{Current: masters[0].id, Keys: map[string][]byte{}}
	for _, k := range masters {
		sealing, err1 := k.derive("seal")
		signing, err2 := k.derive("links")
		if err := errors.Join(err1, err2); err != nil {
			return seal, links, nil, err
		}
		seals = append(seals, fmt.Sprintf("%s:%s", k.id, encode(sealing)))
		links.Keys[k.id] = signing
	}
	if site, err = masters[0].derive("site"); err != nil {
		return seal, links, nil, err
	}
	seal, err = vault.ParseKeys(strings.Join(seals, " "))
	return seal, links, site, err
}
