package identity_test

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/vault"
)

// feed is what a listed vendor at Full tells of changes, and whom it promised to.
type feed struct {
	all     []connector.Change
	oldest  int // cursors before are too old
	address string
	secret  string
	made    int
	renewed int
	ended   int
	expires time.Time
	lost    bool // the vendor forgot the subscription
	denied  bool // the vendor tells of no changes
}

// Now is the cursor after all changes so far.
func (f *feed) Now(context.Context, *http.Client) (string, error) {
	if f.denied {
		return "", fault.New(fault.Denied, "teams.changes.denied")
	}
	return strconv.Itoa(len(f.all)), nil
}

// Since yields each change twice, since vendors repeat themselves.
func (f *feed) Since(_ context.Context, _ *http.Client, cursor string) iter.Seq2[connector.ChangePage, error] {
	return func(yield func(connector.ChangePage, error) bool) {
		from, _ := strconv.Atoi(cursor)
		if from < f.oldest {
			yield(connector.ChangePage{}, fault.New(fault.Conflict, ""))
			return
		}
		news := f.all[from:]
		yield(connector.ChangePage{Changes: append(append([]connector.Change{}, news...), news...), Cursor: strconv.Itoa(len(f.all))}, nil)
	}
}

// Subscribe promises.
func (f *feed) Subscribe(_ context.Context, _ *http.Client, address string, secret connector.Secret, until time.Time) (connector.Subscription, error) {
	f.made, f.address, f.secret, f.expires, f.lost = f.made+1, address, secret.Reveal(), until, false
	return connector.Subscription{ID: "sub-" + strconv.Itoa(f.made), Expires: until}, nil
}

// Renew prolongs the promise.
func (f *feed) Renew(_ context.Context, _ *http.Client, id string, until time.Time) (connector.Subscription, error) {
	if f.lost {
		return connector.Subscription{}, fault.New(fault.NotFound, "")
	}
	f.renewed, f.expires = f.renewed+1, until
	return connector.Subscription{ID: id, Expires: until}, nil
}

// Unsubscribe takes the promise back.
func (f *feed) Unsubscribe(context.Context, *http.Client, string) error { f.ended++; return nil }

// Longest is a month.
func (f *feed) Longest() time.Duration { return 28 * 24 * time.Hour }

// Path is where the vendor tells us.
func (f *feed) Path() string { return "lists" }

// Read reads nothing: events are made by the test.
func (f *feed) Read(context.Context, *http.Request, []byte) ([]connector.Inbound, string, error) {
	return nil, "", nil
}

// fullWorld has a vendor whose consent shows everything.
func fullWorld(t *testing.T, d *db.DB, names ...string) (*world, *listed, *feed) {
	f := &feed{}
	l := &listed{name: "lists", account: "s", level: connector.Full, changes: f}
	w := emptyWorld(t, d, l.vendor())
	for i, name := range names {
		w.add(name, i)
	}
	return w, l, f
}

func TestWhatFullConsentShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, _ := fullWorld(t, d, "Amelia Hart", "Priya Nair", "Omar Farouk", "Grace Kim", "Noah Tremblay", "Julia Novak")
		entries := func() []connector.Entry {
			return []connector.Entry{
				{ID: "1", SignInName: emailOf("Amelia Hart"), Guest: connector.No, Disabled: connector.No, Licensed: connector.Yes},
				{ID: "2", SignInName: "nair@harbourbank.example", Aliases: []string{emailOf("Priya Nair")}, Disabled: connector.No, Licensed: connector.Yes},
				{ID: "3", SignInName: emailOf("Omar Farouk"), Disabled: connector.Yes},
				{ID: "4", SignInName: emailOf("Grace Kim"), Licensed: connector.No},
				{ID: "5", SignInName: "noah_partner.example#EXT#@bank.example", Mail: emailOf("Noah Tremblay"), Guest: connector.Yes},
			}
		}
		l.entries = list(entries()...)
		c := w.complete(w.begin("lists"))
		w.run()
		reasons := func(want map[string]string) {
			t.Helper()
			for name, reason := range want {
				got := w.of(c, name)
				if got.Reason != reason || (reason == "") != (got.State == identity.Matched) || (got.VendorID != "") != (reason == "") {
					t.Errorf("%s: %s %s, want %q", name, got.State, got.Reason, reason)
				}
			}
		}
		reasons(map[string]string{"Amelia Hart": "", "Priya Nair": "identity.reason.alias", "Omar Farouk": "identity.reason.disabled",
			"Grace Kim": "identity.reason.licence", "Noah Tremblay": "identity.reason.guest", "Julia Novak": "identity.reason.unknown"})
		if got := w.of(c, "Priya Nair"); got.Hint != "nair@harbourbank.example" {
			t.Errorf("Priya's hint is %q", got.Hint)
		}
		// The same directory, at the level that shows names only.
		l.level = connector.Basic
		w.rematch(c)
		reasons(map[string]string{"Amelia Hart": "", "Priya Nair": "identity.reason.unknown", "Omar Farouk": "", "Grace Kim": "", "Noah Tremblay": ""})
		w.facetsAreTrue(c)
	})
}

func TestChangesAreFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, f := fullWorld(t, d, "Amelia Hart", "Priya Nair", "Omar Farouk")
		entries := []connector.Entry{{ID: "1", SignInName: emailOf("Amelia Hart")}, {ID: "2", SignInName: emailOf("Priya Nair")}}
		l.entries = list(entries...)
		c := w.complete(w.begin("lists"))
		w.run()
		if f.made != 1 || f.address != "https://parley.example/hook/lists" || f.secret == "" {
			t.Fatalf("the subscription: %+v", f)
		}
		if n := w.rows("SELECT COUNT(*) FROM directory_subscriptions WHERE org_id = $1 AND secret_hash = '"+f.secret+"'", c.OrgID); n != 0 {
			t.Error("the secret itself is kept")
		}
		l.scans = 0
		event := connector.Inbound{ID: "e", Kind: connector.DirectoryChanged, Subject: "sub-1", Secret: connector.NewSecret(f.secret)}
		// A rename, somebody new, and somebody gone.
		entries[0].SignInName = "amelia.park@harbourbank.example"
		l.entries = list(entries[0], connector.Entry{ID: "3", SignInName: emailOf("Omar Farouk")})
		f.all = append(f.all, connector.Change{ID: "1"}, connector.Change{ID: "3"}, connector.Change{ID: "2", Gone: true})
		for _, forged := range []connector.Inbound{{Subject: "sub-1", Secret: connector.NewSecret("guess")}, {Subject: "sub-9", Secret: event.Secret}, {Secret: event.Secret}} {
			w.must(w.is.ApplyInbound(t.Context(), forged))
		}
		if n, _ := w.jobs.RunDue(t.Context(), 50); n != 0 {
			t.Errorf("a forged event rang %d jobs", n)
		}
		w.matches = 0
		w.must(w.is.ApplyInbound(t.Context(), event))
		w.run()
		for name, want := range map[string]string{"Amelia Hart": "matched amelia.park@harbourbank.example", "Priya Nair": "missed " + emailOf("Priya Nair"), "Omar Farouk": "matched " + emailOf("Omar Farouk")} {
			if got := w.of(c, name); string(got.State)+" "+got.SignInName != want {
				t.Errorf("%s: %s %s, want %s", name, got.State, got.SignInName, want)
			}
		}
		if l.scans != 0 || w.matches != 3 {
			t.Errorf("%d scans, %d told; want none and three", l.scans, w.matches)
		}
		w.facetsAreTrue(c)
		// Restored, without a notification: found within a day.
		l.entries = list(entries[0], entries[1])
		f.all = append(f.all, connector.Change{ID: "2"}, connector.Change{ID: "3"})
		w.clock.Advance(25 * time.Hour)
		w.round()
		if a, b := w.of(c, "Priya Nair"), w.of(c, "Omar Farouk"); a.State != identity.Matched || b.Reason != "identity.reason.gone" {
			t.Errorf("restored: %+v; gone: %+v", a, b)
		}
		// Too old a cursor has everybody read.
		f.all, f.oldest = append(f.all, connector.Change{ID: "x"}), len(f.all)+1
		w.clock.Advance(25 * time.Hour)
		w.round()
		if l.scans != 1 {
			t.Errorf("%d scans after the cursor grew old, want one", l.scans)
		}
	})
}

// A vendor that tells of no changes is read all the same, and followed by reading
// again; once it tells of them, it is followed by that.
func TestADirectoryWithoutChangesIsRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, f := fullWorld(t, d, "Amelia Hart")
		f.denied = true
		l.entries = list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")})
		c := w.complete(w.begin("lists"))
		w.run()
		got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || got.State != identity.Read || got.Fault != "" || got.Level != identity.Full || w.of(c, "Amelia Hart").State != identity.Matched || f.made != 0 {
			t.Errorf("directory = %+v, %v, %d subscriptions", got, err, f.made)
		}
		f.denied = false
		w.rematch(c)
		if w.run(); f.made != 1 {
			t.Errorf("%d subscriptions", f.made)
		}
	})
}

// The reason why a directory cannot be read is that of its pages, whatever was
// refused before.
func TestAHiddenDirectoryAtFullSaysThatItIsHidden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, f := fullWorld(t, d)
		f.denied = true
		l.entries = func(yield func(connector.Entry, error) bool) {
			yield(connector.Entry{}, fault.New(fault.Denied, "teams.directory.denied"))
		}
		c := w.begin("lists")
		got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || got.State != identity.Failed || got.Fault != "teams.directory.denied" {
			t.Errorf("directory = %+v, %v", got, err)
		}
	})
}

func TestASubscriptionIsRenewedAndMadeAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, f := fullWorld(t, d, "Amelia Hart")
		l.entries = list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")})
		c := w.complete(w.begin("lists"))
		w.run()
		days := func(n int) {
			for range n {
				w.clock.Advance(24 * time.Hour)
				w.round()
			}
		}
		if days(13); f.renewed != 0 || f.made != 1 {
			t.Errorf("before half its life: %+v", f)
		}
		if days(2); f.renewed != 1 {
			t.Errorf("after half its life it was renewed %d times", f.renewed)
		}
		f.lost = true
		if days(15); f.made != 2 {
			t.Errorf("one that the vendor forgot was made %d times", f.made)
		}
		l.level = connector.Basic
		w.rematch(c)
		if f.ended != 1 || w.rows("SELECT COUNT(*) FROM directory_subscriptions WHERE org_id = $1", c.OrgID) != 0 {
			t.Errorf("at Basic the subscription is ended %d times", f.ended)
		}
		l.level = connector.Full
		w.rematch(c)
		w.must(w.vault.Disconnect(t.Context(), w.actor, c.ID))
		for _, table := range []string{"directory_people", "directory_aliases", "directory_subscriptions"} {
			if n := w.rows("SELECT COUNT(*) FROM "+table+" WHERE org_id = $1", c.OrgID); n != 0 {
				t.Errorf("%d rows of %s are kept of a connection that is off", n, table)
			}
		}
		if got := w.of(c, "Amelia Hart"); got.State != identity.Matched {
			t.Errorf("our own identity went with it: %+v", got)
		}
	})
}

func (w *world) rows(text, orgID string) int64 {
	w.t.Helper()
	n, err := db.Value[int64](w.t.Context(), w.d, text, orgID)
	w.must(err)
	return n
}

func TestByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, f := fullWorld(t, d, "Amelia Hart", "Priya Nair", "Omar Farouk")
		all := []connector.Entry{{ID: "1", SignInName: emailOf("Amelia Hart"), Name: "Amelia Hart"}, {ID: "2", SignInName: "nair@harbourbank.example", Name: "Nair", Aliases: []string{emailOf("Priya Nair")}},
			{ID: "9", SignInName: "off@harbourbank.example", Name: "Nobody", Disabled: connector.Yes}}
		l.entries = list(all...)
		c := w.complete(w.begin("lists"))
		w.run()
		ctx, priya, omar := t.Context(), w.people["Priya Nair"].ID, w.people["Omar Farouk"].ID
		found, err := w.is.Candidates(ctx, w.actor, c.ID, "Nai")
		if err != nil || len(found) != 1 || found[0].VendorID != "2" || found[0].Taken != "" || found[0].Reason != "" {
			t.Errorf("candidates: %+v, %v", found, err)
		}
		if found, err = w.is.Candidates(ctx, w.actor, c.ID, "Amelia"); err != nil || found[0].Taken != w.people["Amelia Hart"].ID || found[0].TakenName != "Amelia Hart" {
			t.Errorf("whose it is: %+v, %v", found, err)
		}
		if found, err = w.is.Candidates(ctx, w.actor, c.ID, "Nobody"); err != nil || found[0].Reason != "identity.reason.disabled" {
			t.Errorf("why not: %+v, %v", found, err)
		}
		refused := func(err error, kind fault.Kind) {
			t.Helper()
			if !fault.Is(err, kind) {
				t.Errorf("%v, want %s", err, kind)
			}
		}
		refused(w.is.MatchByHand(ctx, w.actor, c.ID, priya, "1"), fault.Conflict)
		refused(w.is.MatchByHand(ctx, w.actor, c.ID, priya, "77"), fault.NotFound)
		refused(w.is.MatchByHand(ctx, w.actor, c.ID, db.NewID(), "2"), fault.NotFound)
		stranger := w.actor
		stranger.OrgID = db.NewID()
		refused(w.is.MatchByHand(ctx, stranger, c.ID, priya, "2"), fault.NotFound)
		refused(w.is.UndoHand(ctx, stranger, c.ID, priya), fault.NotFound)
		refused(w.is.Rematch(ctx, stranger, c.ID), fault.NotFound)
		_, err = w.is.Candidates(ctx, stranger, c.ID, "Nair")
		refused(err, fault.NotFound)
		_, err = w.is.ToggleAll(ctx, stranger, c.ID, true, identity.Filter{})
		refused(err, fault.NotFound)

		w.must(w.is.MatchByHand(ctx, w.actor, c.ID, priya, "2"))
		byHand := func(state identity.State, reason string) {
			t.Helper()
			got := w.of(c, "Priya Nair")
			if got.State != state || !got.Hand || got.Reason != reason || got.SignInName != "nair@harbourbank.example" {
				t.Errorf("by hand: %+v", got)
			}
		}
		byHand(identity.Matched, "")
		w.rematch(c)
		byHand(identity.Matched, "")
		// Another's value becomes the account's name: the hand has the better claim.
		dbtest.Exec(t, d, "UPDATE people SET email = $3 WHERE org_id = $1 AND id = $2", c.OrgID, omar, "nair@harbourbank.example")
		w.tx(func(ctx context.Context, tx *db.Tx) error { return w.is.PeopleChanged(ctx, tx, c.OrgID, omar) })
		if got := w.of(c, "Omar Farouk"); got.Reason != "identity.reason.taken" {
			t.Errorf("who also leads there: %+v", got)
		}
		l.entries = list(all[0])
		f.all = append(f.all, connector.Change{ID: "2", Gone: true})
		w.clock.Advance(25 * time.Hour)
		w.round()
		byHand(identity.Missed, "identity.reason.gone")
		l.entries = list(all...)
		w.must(w.is.MatchByHand(ctx, w.actor, c.ID, priya, "2")) // the same again: it is there again
		byHand(identity.Matched, "")
		w.rematch(c)
		byHand(identity.Matched, "")
		w.must(w.is.UndoHand(ctx, w.actor, c.ID, priya))
		w.must(w.is.UndoHand(ctx, w.actor, c.ID, priya))
		if got := w.of(c, "Priya Nair"); got.Hand || got.Reason != "identity.reason.alias" {
			t.Errorf("undone: %+v", got)
		}
		if got := w.of(c, "Omar Farouk"); got.VendorID != "2" {
			t.Errorf("whom the account is free for: %+v", got)
		}
		w.facetsAreTrue(c)
	})
}

var _ vault.Listener = (*feed)(nil)
