package vault_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/vault"
)

func event(id string) vault.Inbound {
	return vault.Inbound{ID: id, Kind: vault.DirectoryChanged, Subject: "subscription-1", Secret: connector.NewSecret("its-secret-state"), Data: []byte(`{"id":"x"}`)}
}

func TestWhatAVendorToldIsHandedOnOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		var got []vault.Inbound
		k.v.OnInbound[vault.DirectoryChanged] = func(_ context.Context, in vault.Inbound) error { got = append(got, in); return nil }
		for _, err := range dbtest.Race(8, func(int) error {
			return k.v.Remember(t.Context(), "acme", []vault.Inbound{event("1"), event("2"), event("1")})
		}) {
			k.ok(err)
		}
		k.work(0)
		k.ok(k.v.Remember(t.Context(), "acme", []vault.Inbound{event("2")}))
		k.work(0)
		if len(got) != 2 {
			t.Fatalf("handed on %d times", len(got))
		}
		in := got[0]
		if in.Subject != "subscription-1" || !in.Secret.Equal(connector.NewSecret("its-secret-state")) || string(in.Data) != `{"id":"x"}` || in.Kind != vault.DirectoryChanged {
			t.Errorf("handed on %+v", in)
		}
		kept, err := db.Values[[]byte](t.Context(), d, "SELECT sealed FROM inbound_events")
		if err != nil || len(kept) != 2 || string(kept[0]) == "" {
			t.Errorf("kept %d, %v", len(kept), err)
		}
		k.work(8 * 24 * time.Hour)
		if n, _ := db.Value[int64](t.Context(), d, "SELECT COUNT(*) FROM inbound_events"); n != 0 {
			t.Errorf("%d events are still kept after a week", n)
		}
	})
}

func TestWhatCouldNotBeHandedOnComesAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		tries := 0
		k.v.OnInbound[vault.DirectoryChanged] = func(context.Context, vault.Inbound) error {
			if tries++; tries < 3 {
				return fault.Wrap(fault.Away, errors.New("not now"), "")
			}
			return nil
		}
		k.ok(k.v.Remember(t.Context(), "acme", []vault.Inbound{event("1")}))
		for range 6 {
			k.work(10 * time.Minute)
		}
		if tries != 3 {
			t.Errorf("tried %d times", tries)
		}
	})
}

func TestAKindThatNobodyTakesIsDoneWith(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newClinic(t, d)
	k.ok(k.v.Remember(t.Context(), "acme", []vault.Inbound{event("1")}))
	k.work(0)
	if n, _ := db.Value[int64](t.Context(), d, "SELECT COUNT(*) FROM jobs WHERE kind = 'inbound'"); n != 0 {
		t.Error("its job goes on for ever")
	}
}

func TestWhatNoVendorSendsIsLeftOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		odd := event("2")
		odd.Subject = "a\x00b"
		long, none := event("3"), event("")
		long.Subject = strings.Repeat("x", 501)
		k.ok(k.v.Remember(t.Context(), "acme", []vault.Inbound{event("1"), odd, long, none, event("\xff")}))
		if n, _ := db.Value[int64](t.Context(), d, "SELECT COUNT(*) FROM inbound_events"); n != 1 {
			t.Errorf("%d were kept", n)
		}
	})
}

func TestAFloodIsAskedToComeBack(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newClinic(t, d)
	var last error
	kept := 0
	for batch := range 12 {
		var events []vault.Inbound
		for i := range 1000 {
			events = append(events, event(fmt.Sprint(batch, "-", i)))
		}
		if last = k.v.Remember(t.Context(), "acme", events); last == nil {
			kept++
		}
	}
	if f := fault.As(last); kept != 10 || f == nil || f.Kind != fault.Limited || f.After == 0 {
		t.Errorf("%d thousand kept, then %v", kept, last)
	}
}
