package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/sandbox"
)

// The program is killed at every point between a booking and its confirmation,
// started again on the same file, and has to end with one meeting, one link and
// one e-mail. What runs is the real binary; what it talks to is the sandbox,
// whose faults hold a call open for as long as it takes to kill the caller.

// held is longer than any test waits: the kill ends it.
const held = sandbox.Delay(time.Minute)

// A killPoint is a window in which the program dies.
type killPoint struct {
	name string
	// window holds the call open in which the program is killed; without one it
	// is killed as soon as the page has answered.
	window sandbox.Fault
	// expired makes the access token one that has to be renewed first.
	expired bool
	// doubles says that the client may have the mail twice, marked.
	doubles bool
	// slow says that a lease has to run out first, which takes half a minute.
	slow bool
}

var killPoints = []killPoint{
	{name: "the page has answered"},
	{name: "the meeting was asked for, in vain", window: sandbox.Fault{Vendor: "graph", Call: "createOrGet", Delay: held, Hangup: true}},
	{name: "the meeting was made, the answer not read", window: sandbox.Fault{Vendor: "graph", Call: "createOrGet", Delay: held, After: true}},
	{name: "its settings were sent, in vain", window: sandbox.Fault{Vendor: "graph", Call: "updateMeeting", Delay: held, Hangup: true}},
	{name: "its settings were made, the answer not read", window: sandbox.Fault{Vendor: "graph", Call: "updateMeeting", Delay: held, After: true}},
	{name: "the mail was begun", window: sandbox.Fault{Vendor: "mail", Call: "from", Delay: held}},
	{name: "the mail was accepted, the answer not read", window: sandbox.Fault{Vendor: "mail", Call: "data", Who: tourEmail, Delay: held, After: true}, doubles: true},
	{name: "the token was renewed, the answer not read", expired: true, slow: true, window: sandbox.Fault{Vendor: "entra", Call: "token", Delay: held, After: true}},
}

func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: it builds and kills the program")
	}
	r := newRange(t)
	for _, p := range killPoints {
		t.Run(p.name, func(t *testing.T) {
			if p.slow && !proving() {
				t.Skip("left out: it takes half a minute; set PARLEY_PROVE=1")
			}
			r.at(t).killAt(p)
		})
	}
}

// TestKillProve kills at random moments, from the press of the button on.
func TestKillProve(t *testing.T) {
	if !proving() {
		t.Skip("left out: set PARLEY_PROVE=1 for 40 kills at random moments")
	}
	r := newRange(t)
	var all moments
	for i := range 40 {
		t.Run(fmt.Sprint(i), func(t *testing.T) { r.at(t).killAfter(time.Duration(rand.Int64N(int64(killSpan))), &all) })
	}
	t.Logf("40 kills: %d before the page had answered, %d before Microsoft had the meeting, %d before a mail was accepted; %d mails came twice, each marked",
		all.unanswered, all.unmade, all.unmailed, all.doubled)
}

// killSpan is as long as all that follows the press of the button usually takes.
const killSpan = 30 * time.Millisecond

// moments counts what had happened when the program was killed.
type moments struct{ unanswered, unmade, unmailed, doubled int }

// proving reports whether the proofs run at full scale.
func proving() bool { return os.Getenv("PARLEY_PROVE") != "" }

// A killRange is what all kills share: the program, a file with a connected
// organization in it, and the vendors.
type killRange struct {
	*lodging
	program string
	port    string
	// session is the administrator's, from before the first kill.
	session *http.Cookie
}

func newRange(t testing.TB) *killRange {
	t.Helper()
	g := lodge(t, "", quiet)
	g.connect()
	session := g.signIn(g.people[demoAdministrator])
	g.server.Close()
	g.ok(g.db.Close())
	return &killRange{lodging: g, program: buildParley(t), port: freePort(t), session: session}
}

// buildParley builds the program as people run it.
func buildParley(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley")
	if out, err := exec.Command("go", "build", "-o", path, "parley/cmd/parley").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// A victim is one installation, on its own copy of the file.
type victim struct {
	*tour
	t       *testing.T
	r       *killRange
	cfg     Config
	running *exec.Cmd
	said    *bytes.Buffer
	// before are the meetings and mails that other cases left.
	meetings map[string]bool
	mails    int
}

func (r *killRange) at(t *testing.T) *victim {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"parley.db", "parley.db-wal", "parley.key"} {
		copyFile(t, filepath.Join(filepath.Dir(r.file()), name), filepath.Join(dir, name))
	}
	cfg := r.lodging.cfg
	cfg.BaseURL, cfg.Listen, cfg.DatabaseURL = "http://127.0.0.1:"+r.port, "127.0.0.1:"+r.port, filepath.Join(dir, "parley.db")
	v := &victim{t: t, r: r, cfg: cfg, meetings: map[string]bool{}, mails: len(r.vendors.Messages(""))}
	v.tour = &tour{h: &house{cfg: cfg}, vendors: r.vendors.Server, client: newWalker()}
	for _, m := range r.vendors.Meetings() {
		v.meetings[m.ID] = true
	}
	t.Cleanup(func() {
		r.vendors.ClearFaults()
		if v.running != nil {
			v.kill()
		}
		if t.Failed() && v.said != nil {
			said := strings.Split(strings.TrimSpace(v.said.String()), "\n")
			t.Logf("the last that the program said:\n%s", strings.Join(said[max(0, len(said)-20):], "\n"))
		}
	})
	return v
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if os.IsNotExist(err) {
		return
	}
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (v *victim) ok(err error) {
	if err != nil {
		v.t.Helper()
		v.t.Fatal(err)
	}
}

// start runs the program and waits until it is ready.
func (v *victim) start() {
	v.t.Helper()
	v.running, v.said = serveParley(v.t, v.r.program, v.cfg)
	v.client.http.CloseIdleConnections()
	v.ok(until(v.t.Context(), func() error { return isReady(v.cfg.BaseURL) }))
}

// serveParley starts the program with the settings of cfg.
func serveParley(t testing.TB, program string, cfg Config) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	c := exec.Command(program, "serve")
	c.Env = []string{"HOME=" + t.TempDir(), "PARLEY_DATABASE_URL=" + cfg.DatabaseURL, "PARLEY_BASE_URL=" + cfg.BaseURL, "PARLEY_LISTEN=" + cfg.Listen,
		"PARLEY_MICROSOFT_LOGIN_URL=" + cfg.MicrosoftLoginURL, "PARLEY_MICROSOFT_GRAPH_URL=" + cfg.MicrosoftGraphURL,
		"PARLEY_MICROSOFT_CLIENT_ID=" + cfg.MicrosoftClientID, "PARLEY_MICROSOFT_CLIENT_SECRET=" + cfg.MicrosoftClientSecret.Reveal(),
		"PARLEY_SMTP_URL=" + cfg.SMTPURL.Reveal(), "PARLEY_MAIL_FROM=" + cfg.MailFrom, "PARLEY_LOG_LEVEL=warn"}
	said := &bytes.Buffer{}
	c.Stdout, c.Stderr = said, said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, said
}

func isReady(base string) error {
	answer, err := http.Get(base + "/readyz")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz answers %d", answer.StatusCode)
	}
	return nil
}

// kill ends the program without a word.
func (v *victim) kill() { v.end(syscall.SIGKILL) }

func (v *victim) end(signal syscall.Signal) {
	_ = v.running.Process.Signal(signal)
	_ = v.running.Wait()
	v.running = nil
}

// killAt kills in a window, and proves that all came right.
func (v *victim) killAt(p killPoint) {
	if p.expired {
		v.r.vendors.ExpireAccessTokens(sandbox.Service)
	}
	window := ""
	if p.window.Vendor != "" {
		window = v.r.vendors.Fault(p.window)
	}
	if p.window.Vendor != "mail" { // no mail goes out by chance
		v.r.vendors.Fault(sandbox.Fault{Vendor: "mail", Call: "from", Delay: held})
	}
	v.start()
	v.form()
	v.ok(v.confirm())
	if window != "" {
		v.ok(until(v.t.Context(), func() error { return v.open(window) }))
	}
	v.kill()
	v.r.vendors.ClearFaults()
	v.start()
	if twice := v.prove(); twice > 0 && !p.doubles {
		v.t.Errorf("%d people had the mail twice", twice)
	}
}

// open reports whether the program stands in the window.
func (v *victim) open(fault string) error {
	for _, f := range v.r.vendors.Faults() {
		if f.ID == fault && f.Used > 0 {
			return nil
		}
	}
	return fmt.Errorf("the window did not open; the page says: %s", v.client.said())
}

// killAfter kills a while after the button was pressed; who got no answer
// presses it again.
func (v *victim) killAfter(while time.Duration, all *moments) {
	v.start()
	v.form()
	pressed := make(chan error, 1)
	moment := time.NewTimer(while)
	go func() { pressed <- v.confirm() }()
	<-moment.C
	v.kill()
	if len(v.made()) == 0 {
		all.unmade++
	}
	if len(v.r.vendors.Messages("")) == v.mails {
		all.unmailed++
	}
	err := <-pressed
	v.start()
	if err != nil {
		all.unanswered++
		v.ok(v.confirm())
	}
	all.doubled += v.prove()
}

// form goes to the last page of the booking, as a client without JavaScript.
func (v *victim) form() {
	v.t.Helper()
	ctx := v.t.Context()
	v.ok(v.client.open(ctx, v.cfg.BaseURL+"/book/"+demoSlug))
	for _, link := range []string{"Mortgage advice", "Video call", "Anyone available"} {
		v.ok(v.client.follow(ctx, link))
	}
	v.ok(v.chooseSlot(ctx, 2))
}

func (v *victim) confirm() error {
	answer := v.client.fieldStarting("answer.", atom.Select)
	if err := v.client.press(v.t.Context(), "Confirm", "name", tourClient, "email", tourEmail, answer, "Moving home"); err != nil {
		return err
	}
	if v.manage, v.joinURL = v.client.at.String(), v.client.copied("/j/"); v.joinURL == "" {
		return fmt.Errorf("no join link: %s", v.client.said())
	}
	return nil
}

// prove waits until the client's page says that the call is ready, stops the
// program, lets all that is left to do be done, and counts. It returns how many
// people had the mail twice.
func (v *victim) prove() (twice int) {
	v.t.Helper()
	ctx := v.t.Context()
	v.ready(ctx)
	made := v.made()
	if len(made) != 1 || made[0].Deleted != nil || !made[0].Start.Equal(v.starts) {
		v.t.Fatalf("Microsoft holds %+v, want one meeting at %s", made, v.starts)
	}
	v.vendorURL = made[0].JoinWebURL
	_, err := v.joined(ctx)
	v.ok(err)
	v.end(syscall.SIGTERM)
	ledger := v.finish(ctx)
	if again := v.made(); len(again) != 1 {
		v.t.Errorf("Microsoft holds %d meetings in the end", len(again))
	}
	return v.count(ledger)
}

// ready waits until the client's page says that the call is ready. A lease that
// the dead process left behind may have to run out.
func (v *victim) ready(ctx context.Context) {
	v.t.Helper()
	var err error
	for range 5 {
		if _, err = v.linkArrives(ctx); err == nil {
			return
		}
	}
	v.t.Fatal(err)
}

// made are the meetings that this installation made, with those it took back.
func (v *victim) made() []sandbox.Meeting {
	return slices.DeleteFunc(v.r.vendors.Meetings(), func(m sandbox.Meeting) bool { return v.meetings[m.ID] })
}

// finish opens the file, does what is due, and returns the appointment's ledger
// by the address that each row went to.
func (v *victim) finish(ctx context.Context) map[string]notify.Delivery {
	v.t.Helper()
	h, err := open(ctx, v.cfg, quiet, nil, false)
	v.ok(err)
	defer h.db.Close()
	for range 3 {
		_, err := h.jobs.RunDue(ctx, 200)
		v.ok(err)
		v.ok(h.notify.Drain(ctx))
	}
	orgID := v.r.org.ID
	ids, err := db.Values[string](ctx, h.db, "SELECT a.id FROM appointments a JOIN people p ON p.org_id = a.org_id AND p.id = a.client_id WHERE a.org_id = $1 AND p.email = $2", orgID, tourEmail)
	v.ok(err)
	if len(ids) != 1 {
		v.t.Fatalf("%d appointments, want 1", len(ids))
	}
	view, err := h.appointments.Get(ctx, h.db, orgID, ids[0])
	v.ok(err)
	v.claimed(ctx, h, view)
	rows, err := h.notify.Ledger(ctx, h.db, orgID, ids[0])
	v.ok(err)
	ledger := map[string]notify.Delivery{}
	for _, row := range rows {
		if row.State != notify.Delivered {
			v.t.Errorf("a row of the ledger ended %s: %+v", row.State, row)
		}
		address := tourEmail
		if row.PersonID == view.Staff.ID {
			address = view.Staff.Email
		}
		if _, two := ledger[address]; two {
			v.t.Errorf("two rows of the ledger for %s", address)
		}
		ledger[address] = row
	}
	if len(ledger) != 2 {
		v.t.Errorf("the ledger has rows for %d people, want client and staff", len(ledger))
	}
	return ledger
}

// claimed proves that the time is taken once.
func (v *victim) claimed(ctx context.Context, h *house, a appointment.View) {
	v.t.Helper()
	sheets, err := calendar.Load(ctx, h.db, a.OrgID, []string{a.Staff.ID}, a.Span())
	v.ok(err)
	if busy := sheets[a.Staff.ID].Busy(a.Span()); len(busy) != 1 {
		v.t.Errorf("the staff member's time is %v, want one claim", busy)
	}
}

// count holds the mails that arrived against the ledger.
func (v *victim) count(ledger map[string]notify.Delivery) (twice int) {
	v.t.Helper()
	arrived := map[string][]sandbox.Message{}
	for _, m := range v.r.vendors.Messages("")[v.mails:] {
		if strings.Contains(m.Text, v.joinURL) {
			arrived[m.To[0]] = append(arrived[m.To[0]], m)
		}
	}
	for address, row := range ledger {
		mails := arrived[address]
		if len(mails) == 0 || len(mails) > 2 || mails[0].Calendar == nil {
			v.t.Errorf("%d mails to %s", len(mails), address)
			continue
		}
		if len(mails) == 1 {
			continue
		}
		twice++
		a, b := mails[0], mails[1]
		if a.MessageID != b.MessageID || a.Calendar.UID != b.Calendar.UID || a.Calendar.Sequence != b.Calendar.Sequence {
			v.t.Errorf("the second mail to %s is another: %s, %s, %d and %s, %s, %d", address,
				a.MessageID, a.Calendar.UID, a.Calendar.Sequence, b.MessageID, b.Calendar.UID, b.Calendar.Sequence)
		}
		if !row.Doubled {
			v.t.Errorf("the mail to %s came twice, and the ledger does not say so", address)
		}
	}
	return twice
}
