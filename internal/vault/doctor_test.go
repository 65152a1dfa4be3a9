package vault_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/vault"
)

// faultsOf are the names of what somebody should act on.
func faultsOf(r vault.Report) (names []string) {
	for _, f := range r.Faults() {
		names = append(names, f.Fault)
	}
	return names
}

func (k *clinic) examine(c vault.Connection) vault.Report {
	k.t.Helper()
	k.ok(k.v.AskExamination(k.t.Context(), k.actor, c.ID))
	k.work(0)
	all, err := k.v.Reports(k.t.Context(), k.d, c.OrgID, c.ID, 1)
	k.ok(err)
	if len(all) == 0 {
		k.t.Fatal("there is no report")
	}
	return all[0]
}

func TestAHealthyConnectionHasNoFinding(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		r := k.examine(c)
		if len(r.Faults()) != 0 || r.Worst() != vault.Fine || r.By != k.actor.PersonID {
			t.Errorf("report = %+v", r)
		}
		p := k.acme.patients[0]
		if p.Client == nil || p.Refused != nil || p.Probe != "their-id" || p.Registration.ClientID != "app-1" || p.Account.ID != "service" ||
			p.NotifyURL != "http://127.0.0.1:8080/hook/acme" || p.Now.IsZero() || p.Clock.IsZero() || cmp.Diff([]string{needs, wants}, p.Scopes) != "" {
			t.Errorf("patient = %+v", p)
		}
		if reads, err := k.v.Reads(t.Context(), d, c.OrgID, k.actor.PersonID, 5); err != nil || len(reads) > 1 {
			t.Errorf("reads = %v, %v", reads, err)
		}
	})
}

// A report comes back from the database as it was made.
func TestAReportIsKeptWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		k.acme.set(func() {
			k.acme.found = []connector.Finding{{Name: "consent", Fault: "consent.withdrawn", Severity: connector.Wrong, Act: connector.ActVendorAdmin,
				Title: "a", Text: "b", Fix: "c", Copy: "https://x.example", Args: []any{"Count", 3, "Name", "Nadia", "When", at, "Wait", time.Hour},
				Evidence: []connector.Evidence{{Call: "GET https://x.example/me", Status: 403, Code: "Forbidden", Correlation: "r-1", At: at}}}}
		})
		r := k.examine(c)
		kept, err := k.v.Report(t.Context(), d, c.OrgID, r.ID)
		k.ok(err)
		if diff := cmp.Diff(r, kept); diff != "" {
			t.Errorf("kept (-made +kept):\n%s", diff)
		}
		if !slices.Contains(k.journal(), "connection.examine") {
			t.Errorf("journal = %v", k.journal())
		}
	})
}

// Two faults at once are both named, the vendor's and ours.
func TestOneFaultHidesNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		now, err := d.Now(t.Context())
		k.ok(err)
		k.ends = now.Add(13*24*time.Hour + time.Hour)
		k.v = k.open(func(c *vault.Config) { c.RedirectURL = "http://parley.example/connect/callback" })
		c := k.connect()
		dbtest.Exec(t, d, "UPDATE people SET active = FALSE WHERE id = $1", k.actor.PersonID)
		k.acme.set(func() {
			k.acme.found = []connector.Finding{{Name: "licence", Fault: "licence.gone", Severity: connector.Wrong, Act: connector.ActVendorAdmin},
				{Name: "quota", Severity: connector.Fine}}
		})
		got := faultsOf(k.examine(c))
		if diff := cmp.Diff([]string{"registration.ends", "owner.left", "address.open", "licence.gone"}, got); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
	})
}

func TestTheRegistrationIsLookedAt(t *testing.T) {
	for name, x := range map[string]struct {
		ends time.Duration
		want []string
	}{
		"ended": {-time.Hour, []string{"registration.ended"}}, "in a fortnight": {13 * 24 * time.Hour, []string{"registration.ends"}},
		"in two months": {59 * 24 * time.Hour, []string{"registration.ends"}}, "in a year": {365 * 24 * time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			k := newClinic(t, d)
			c := k.connect()
			now, _ := d.Now(t.Context())
			k.ends = now.Add(x.ends)
			k.v = k.open()
			if diff := cmp.Diff(x.want, faultsOf(k.examine(c))); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		k := newClinic(t, dbtest.SQLite(t))
		c := k.connect()
		k.v = k.open(func(c *vault.Config) { c.Registrations = nil })
		if got := faultsOf(k.examine(c)); !slices.Contains(got, "registration.missing") {
			t.Errorf("found %v", got)
		}
	})
}

// What stopped the connection is the vendor's own answer, whether its doctor can
// call it or not.
func TestARefusedPatientSaysWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		k.acme.set(func() {
			k.acme.revoked = true
			k.acme.refuses = connector.WithEvidence(fault.New(fault.SignIn, "teams.again.revoked"), connector.Evidence{Status: 400, Code: "AADSTS50173"})
		})
		k.work(4 * time.Minute)
		r := k.examine(c)
		if diff := cmp.Diff([]string{"state.reauthorize"}, faultsOf(r)); diff != "" {
			t.Fatalf("found (-want +got):\n%s", diff)
		}
		f := r.Faults()[0]
		if f.Text != "teams.again.revoked" || len(f.Evidence) != 1 || f.Evidence[0].Code != "AADSTS50173" {
			t.Errorf("finding = %+v", f)
		}
		p := k.acme.patients[len(k.acme.patients)-1]
		if e, _ := connector.EvidenceOf(p.Refused); p.Client != nil || fault.As(p.Refused).Key != "teams.again.revoked" || e.Code != "AADSTS50173" {
			t.Errorf("refused = %v", p.Refused)
		}
		k.acme.set(func() {
			k.acme.found = []connector.Finding{{Name: "grant", Fault: "grant.revoked", Severity: connector.Wrong}}
		})
		if diff := cmp.Diff([]string{"grant.revoked"}, faultsOf(k.examine(c))); diff != "" {
			t.Errorf("the same is said twice (-want +got):\n%s", diff)
		}
	})
}

// What a doctor finds is what the connection says and its owner is told.
func TestWhatStopsMeetingsMakesTheConnectionAil(t *testing.T) {
	forbidden := connector.Finding{Name: connector.LookMeeting, Fault: "meeting.refused", Severity: connector.Wrong, Act: connector.ActVendorAdmin,
		Title: "teams.doctor.meeting.refused.title", Evidence: []connector.Evidence{{Status: 403, Code: "Forbidden"}}}
	for name, x := range map[string]struct {
		found connector.Finding
		ails  bool
	}{
		"forbidden":                  {forbidden, true},
		"one person's affair":        {with(forbidden, func(f *connector.Finding) { f.Alone = true }), false},
		"the operator's affair":      {with(forbidden, func(f *connector.Finding) { f.Act = connector.ActOperator }), false},
		"the vendor's":               {with(forbidden, func(f *connector.Finding) { f.Act = connector.ActVendor }), false},
		"something that may come":    {with(forbidden, func(f *connector.Finding) { f.Severity = connector.Risky }), false},
		"something not to be looked": {with(forbidden, func(f *connector.Finding) { f.Severity = connector.Unseen }), false},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			k := newClinic(t, d)
			c := k.connect()
			k.acme.set(func() { k.acme.found = []connector.Finding{x.found} })
			k.examine(c)
			got := k.now(c)
			if (got.Fault == forbidden.Title) != x.ails || got.State != vault.Connected || (got.Evidence.Code == "Forbidden") != x.ails {
				t.Fatalf("it says %q, %v", got.Fault, got.Evidence)
			}
			if !x.ails {
				return
			}
			for range 2 {
				k.work(11 * time.Minute)
			}
			k.acme.set(func() { k.acme.found = nil })
			k.work(11 * time.Minute)
			if got := k.now(c); got.Fault != "" {
				t.Errorf("allowed again: %+v", got)
			}
			if diff := cmp.Diff([]string{"connected " + forbidden.Title, "connected "}, k.told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

func with(f connector.Finding, change func(*connector.Finding)) connector.Finding {
	change(&f)
	return f
}

// A call that is forbidden has the doctor look at once, once in a while.
func TestAForbiddenCallHasTheDoctorLook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		k.acme.set(func() { k.acme.forbidden = true })
		client, err := k.v.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"})
		k.ok(err)
		call := func() {
			_, err := connector.Call(t.Context(), client, connector.Request{Method: "GET", URL: k.acme.url + "/meetings", Repeatable: true})
			if !fault.Is(err, fault.Denied) {
				t.Fatal(err)
			}
			k.acme.set(func() { k.acme.forbidden = false })
			k.work(time.Second)
			k.acme.set(func() { k.acme.forbidden = true })
		}
		call()
		call()
		if n := len(k.acme.patients); n != 1 {
			t.Errorf("the doctor looked %d times", n)
		}
		k.clock.Advance(2 * time.Hour)
		call()
		if n := len(k.acme.patients); n != 2 {
			t.Errorf("after two hours it had looked %d times", n)
		}
	})
}

func TestReportsAreMadeDailyAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		for range 25 {
			k.work(25 * time.Hour)
			k.work(time.Minute)
		}
		all, err := k.v.Reports(t.Context(), d, c.OrgID, c.ID, 100)
		if err != nil || len(all) != 20 || !all[0].At.After(all[1].At) || all[0].By != "" {
			t.Errorf("%d reports, %v", len(all), err)
		}
		if slices.Contains(k.journal(), "connection.examine") {
			t.Error("a round that found nothing fills the journal")
		}
	})
}

// What an examination leaves behind is known by its key, and is looked for until
// it is gone; an examination that asked for nothing leaves nothing.
func TestTheMeetingOfAnExaminationIsNotLeftBehind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		key := func() string {
			k.acme.mu.Lock()
			defer k.acme.mu.Unlock()
			return k.acme.patients[len(k.acme.patients)-1].Trial.Key
		}
		k.acme.set(func() { k.acme.leaves = true })
		k.examine(c)
		first := key()
		k.examine(c)
		if first == "" || key() != first {
			t.Errorf("the second examination had the key %q, the first %q", key(), first)
		}
		k.acme.set(func() { k.acme.leaves = false })
		before := len(k.acme.patients)
		k.work(4 * time.Minute)
		if got := len(k.acme.patients) - before; got != 1 || key() != first {
			t.Errorf("%d examinations looked for it, with the key %q", got, key())
		}
		k.work(20 * time.Minute)
		if got := len(k.acme.patients) - before; got != 1 {
			t.Errorf("%d examinations looked for what was gone", got-1)
		}
		k.examine(c)
		if key() == first {
			t.Error("a meeting that is gone is asked for again")
		}
	})
}

// Two examinations would find each other's meeting. Whoever asks while one goes on
// gets one of their own, after it.
func TestAConnectionIsExaminedByOneAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		colleague := k.actor
		colleague.PersonID, colleague.Name = db.NewID(), "Ruth Adeyemi"
		within := 0
		k.acme.during = func() {
			within++
			if within > 1 {
				return
			}
			k.ok(k.v.AskExamination(t.Context(), colleague, c.ID))
			_, err := k.jobs.RunDue(t.Context(), 50)
			k.ok(err)
			if within != 1 {
				t.Error("a second examination began before the first was over")
			}
		}
		k.ok(k.v.AskExamination(t.Context(), k.actor, c.ID))
		k.work(0)
		k.work(25 * time.Hour)
		k.work(time.Minute)
		all, err := k.v.Reports(t.Context(), d, c.OrgID, c.ID, 5)
		k.ok(err)
		var by []string
		for _, r := range all {
			by = append(by, r.ByName)
		}
		if diff := cmp.Diff([]string{"", "Ruth Adeyemi", k.actor.Name}, by); diff != "" {
			t.Errorf("the reports are by (-want +got):\n%s", diff)
		}
	})
}
