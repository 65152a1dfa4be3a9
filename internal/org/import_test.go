package org_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

const threePeople = `Name,E-mail,Employee ID,Phone,Language,Role
Amelia Hart,amelia.hart@harbourbank.example,H1,+44 20 7946 0001,English,Scheduler
"Moreau, Lucas",lucas.moreau@harbourbank.example,H2,,français,
Zoë Ünal,zoe@harbourbank.example,H3,,,Member
`

// told is what the preview says of one row, shortly.
func (h *house) told(im org.Import) (lines []string, plan org.ImportPlan) {
	h.t.Helper()
	plan, err := h.PreviewImport(h.t.Context(), h.d, h.boss, im, func(l org.ImportLine) error {
		text := fmt.Sprint(l.Line, " ", l.Kind)
		for _, c := range l.Changes {
			text += fmt.Sprintf(" %s:%s>%s", c.Column, c.Old, c.New)
		}
		for _, f := range l.Faults {
			text += " " + f.Field + ":" + f.Key
		}
		lines = append(lines, text)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return lines, plan
}

func (h *house) upload(text string) org.Import {
	h.t.Helper()
	im, err := h.Upload(h.t.Context(), h.boss, "staff.csv", []byte(text))
	if err != nil {
		h.t.Fatal(err)
	}
	return im
}

func (h *house) work() {
	h.t.Helper()
	run := job.New(h.d, slog.New(slog.DiscardHandler))
	h.Work(run)
	if _, err := run.RunDue(h.t.Context(), 10); err != nil {
		h.t.Fatal(err)
	}
}

// take imports a file as it stands and returns how that ended.
func (h *house) take(im org.Import, policy string) org.Import {
	h.t.Helper()
	_, plan := h.told(im)
	for range 2 { // the second click
		if err := h.StartImport(h.t.Context(), h.boss, im.ID, plan.Digest, policy); err != nil {
			h.t.Fatal(err)
		}
	}
	h.work()
	return h.again(im)
}

func (h *house) again(im org.Import) org.Import {
	h.t.Helper()
	im, err := h.Import(h.t.Context(), h.d, h.org.ID, im.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return im
}

func (h *house) names() (names []string) {
	h.t.Helper()
	people, err := h.People(h.t.Context(), h.d, h.org.ID, org.PeopleFilter{Kind: org.KindMember})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range people {
		names = append(names, p.Name)
	}
	return names
}

func TestAFileOfStaffIsTakenOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		heard := map[string]bool{}
		h.OnMember = append(h.OnMember, func(_ context.Context, _ *db.Tx, _ string, ids ...string) error {
			for _, id := range ids {
				heard[id] = true
			}
			return nil
		})
		done := h.take(h.upload(threePeople), org.ImportAll)
		same(t, "state", done.State, org.ImportDone)
		same(t, "people told of", len(heard), 3)
		if diff := cmp.Diff([]string{"Amelia Hart", "Eleanor Price", "Moreau, Lucas", "Zoë Ünal"}, h.names()); diff != "" {
			t.Error(diff)
		}
		result, err := done.Result()
		if err != nil || len(result) != 3 || result[0].Kind != org.LineNew || result[0].PersonID == "" {
			t.Errorf("result: %+v, %v", result, err)
		}
		entries, err := h.Journal(t.Context(), d, h.org.ID, org.JournalFilter{Verb: "member.add", ActorID: h.boss.PersonID}, org.Page{})
		if err != nil || len(entries) != 3 {
			t.Errorf("%d people in the journal, want 3: %v", len(entries), err)
		}
		lines, _ := h.told(h.upload(threePeople))
		if diff := cmp.Diff([]string{"2 unchanged", "3 unchanged", "4 unchanged"}, lines); diff != "" {
			t.Error(diff)
		}
		held, err := h.RolesOf(t.Context(), d, h.org.ID, result[0].PersonID)
		if err != nil || len(held) != 2 || held[1].Role != org.Scheduler {
			t.Errorf("roles: %v, %v", held, err)
		}
	})
}

func TestPeopleAreUpdatedByMailOrEmployeeID(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.take(h.upload(threePeople), org.ImportAll)
		byMail := h.upload("Email;Phone;Role\nAMELIA.HART@harbourbank.example;'+44 1;Administrator\n")
		lines, _ := h.told(byMail)
		if diff := cmp.Diff([]string{"2 changed email:amelia.hart@harbourbank.example>AMELIA.HART@harbourbank.example phone:+44 20 7946 0001>+44 1 role:scheduler>administrator"}, lines); diff != "" {
			t.Error(diff)
		}
		h.take(byMail, org.ImportAll)
		byNo := h.upload("matricule\tE-mail\tPrénom\tNom\nh2\tluc@harbourbank.example\tLuc\tMoreau\n")
		f := byNo.Format
		f.Key = "employee_no"
		if err := h.SaveImportFormat(t.Context(), h.boss, byNo.ID, f); err != nil {
			t.Fatal(err)
		}
		h.take(h.again(byNo), org.ImportAll)
		if diff := cmp.Diff([]string{"Amelia Hart", "Eleanor Price", "Luc Moreau", "Zoë Ünal"}, h.names()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatIsWrongIsToldRowByRow(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.take(h.upload(threePeople), org.ImportAll)
	im := h.upload("Name,E-mail,Employee ID,Language,Role,Shoe size\n" +
		"A,a@harbourbank.example,N1,,,44\n" +
		"B,A@harbourbank.example,N2,,,\n" + // twice by e-mail
		"C,c@harbourbank.example,N3,Klingon,King,\n" +
		",d@harbourbank.example,N4,,,\n" +
		"E,no address,N5,,,\n" +
		"F,f@harbourbank.example,H1,,,\n" + // Amelia's employee id
		"Amelia Hart,amelia.hart@harbourbank.example,H2,,,\n" + // two people
		"G,g@harbourbank.example,n1,,,\n" + // N1 again
		"H \"x\",h@harbourbank.example,N6,,,\n" +
		"I,i@harbourbank.example,N7,,,,,more\n" +
		"=1+1,j@harbourbank.example,N8,,,\n" +
		"K\x01,k@harbourbank.example,N9,,,\n")
	lines, plan := h.told(im)
	want := []string{
		"2 error email:org.import.twice employee_no:org.import.twice",
		"3 error email:org.import.twice",
		"4 error lang:org.import.lang.unknown role:org.import.role.unknown",
		"5 error name:org.name.missing",
		"6 error email:org.email.shape",
		"7 error employee_no:org.import.employee.taken",
		"8 error employee_no:org.import.employee.taken",
		"9 error employee_no:org.import.twice",
		"10 error :org.import.torn",
		"11 error :org.import.cells.many",
		"12 new name:>=1+1 email:>j@harbourbank.example employee_no:>N8",
		"13 error name:org.import.odd",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	same(t, "rows with errors", plan.Wrong, 11)
	if done := h.take(im, org.ImportAll); done.State != org.ImportReady || done.Fault != "org.import.wrong" {
		t.Errorf("with errors it is %s, %s", done.State, done.Fault)
	}
	same(t, "people before", len(h.names()), 4)
	same(t, "the good rows", h.take(im, org.ImportGood).State, org.ImportDone)
	same(t, "people after", len(h.names()), 5)
}

func TestEveryWayOfWritingIsRead(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	text := "Nom;E-mail;Prénom\r\nLefèvre;z@harbourbank.example;\"Zoé\r\nMarie\"\r\n"
	encoded := func(e interface{ Bytes([]byte) ([]byte, error) }) []byte {
		b, err := e.Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for want, data := range map[org.Encoding][]byte{
		org.UTF8:        append([]byte("\xef\xbb\xbf"), text...),
		org.UTF16LE:     encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		org.UTF16BE:     encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()),
		org.Windows1252: encoded(charmap.Windows1252.NewEncoder()),
	} {
		im, err := h.Upload(t.Context(), h.boss, "personnel.csv", data)
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		same(t, "encoding", im.Format.Encoding, want)
		same(t, "separator", im.Format.Separator, ";")
		if diff := cmp.Diff([]string{"last_name", "email", "first_name"}, im.Format.Columns); diff != "" {
			t.Errorf("%s: %s", want, diff)
		}
		lines, _ := h.told(im)
		if diff := cmp.Diff([]string{"2 error name:org.name.line"}, lines); diff != "" {
			t.Errorf("%s: %s", want, diff)
		}
	}
}

func TestWhatIsNoFileOfStaffIsRefused(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	for name, c := range map[string]struct{ text, want string }{
		"nothing":     {"", "org.import.empty"},
		"a header":    {"Name,E-mail\n\n", "org.import.empty"},
		"large":       {strings.Repeat("x", org.ImportMax+1), "org.import.large"},
		"many rows":   {string(crowdOf(100_000)), "org.import.rows.many"},
		"a row more":  {string(crowdOf(20_001)), "org.import.rows.many"},
		"many titles": {strings.Repeat("a,", 300) + "\nx\n", "org.import.columns.many"},
	} {
		_, err := h.Upload(t.Context(), h.boss, "x.csv", []byte(c.text))
		same(t, name, fault.As(err).Key, c.want)
	}
	im := h.upload("Who,Where\nAmelia,Bristol\n")
	if diff := cmp.Diff([]string{"email"}, im.MissingColumns()); diff != "" {
		t.Error(diff)
	}
	if _, err := h.PreviewImport(t.Context(), h.d, h.boss, im, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("a preview without the column: %v", err)
	}
	stranger := org.Actor{OrgID: h.org.ID, PersonID: "x", Roles: []org.Role{org.Member}}
	if _, err := h.Upload(t.Context(), stranger, "x.csv", []byte(threePeople)); !fault.Is(err, fault.Denied) {
		t.Errorf("a member uploads: %v", err)
	}
	if _, err := h.Import(t.Context(), h.d, h.organization("Other Bank").ID, im.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another organization reads: %v", err)
	}
}

func TestNothingIsDoneThatWasNotLookedAt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		im := h.upload(threePeople)
		_, plan := h.told(im)
		h.member(h.org.ID, "Zoe Unal", "zoe@harbourbank.example")
		if err := h.StartImport(t.Context(), h.boss, im.ID, plan.Digest, org.ImportAll); err != nil {
			t.Fatal(err)
		}
		h.work()
		same(t, "why not", h.again(im).Fault, "org.import.stale")
		same(t, "people", len(h.names()), 2)
		last := h.upload("E-mail,Role\neleanor.price@harbourbank.example,Member\n")
		same(t, "the last administrator", h.take(last, org.ImportAll).Fault, "org.role.last")
		same(t, "still", len(h.names()), 2)
	})
}

// TestTwoImportsAtOnceAreOne has two administrators import the same people.
func TestTwoImportsAtOnceAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var ids []string
		for range 4 {
			im := h.upload(threePeople)
			_, plan := h.told(im)
			if err := h.StartImport(t.Context(), h.boss, im.ID, plan.Digest, org.ImportAll); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, im.ID)
		}
		var all sync.WaitGroup
		for range ids {
			all.Go(func() {
				run := job.New(d, slog.New(slog.DiscardHandler))
				h.Work(run)
				_, _ = run.RunDue(t.Context(), 4)
			})
		}
		all.Wait()
		done := 0
		for _, id := range ids {
			if im, err := h.Import(t.Context(), d, h.org.ID, id); err == nil && im.State == org.ImportDone {
				done++
			}
		}
		same(t, "imports done", done, 1)
		same(t, "people", len(h.names()), 4)
	})
}

func TestASuperuserIsNotChangedByAFile(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.member(h.org.ID, "Sam Whitfield", "sam@harbourbank.example", org.Superuser)
	lines, _ := h.told(h.upload("E-mail,Phone\nsam@harbourbank.example,1\n"))
	if diff := cmp.Diff([]string{"2 error :org.role.superuser"}, lines); diff != "" {
		t.Error(diff)
	}
}

// crowdOf writes a file of so many people.
func crowdOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Name,E-mail,Username,Employee ID,Phone,Language,Time zone\n")
	for i := range n {
		fmt.Fprintf(&b, "Person %d,person%d@harbourbank.example,p%d@harbour.example,E%d,+44 20 7946 %04d,en,Europe/London\n", i, i, i, i, i%10000)
	}
	return b.Bytes()
}

// TestALongFileIsReadInSteadyMemory reads the longest file there may be and looks at
// what is held meanwhile, beyond the keys by which doubles are found.
func TestALongFileIsReadInSteadyMemory(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	im, err := h.Upload(t.Context(), h.boss, "all.csv", crowdOf(20_000))
	if err != nil {
		t.Fatal(err)
	}
	var early, late uint64
	n := 0
	_, err = h.PreviewImport(t.Context(), h.d, h.boss, im, func(org.ImportLine) error {
		if n++; n == 1000 || n == 19_000 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			early, late = late, m.HeapAlloc
		}
		return nil
	})
	if err != nil || n != 20_000 {
		t.Fatalf("%d rows, %v", n, err)
	}
	if late > early+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes while reading", early, late)
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{threePeople, "a\n\"", "\xff\xfea\x00", "\xef\xbb\xbfE-mail\nx@y.example", "E-mail;Name\n;;\n\"\n", "E-mail\n\xe9@x.example\n"} {
		f.Add([]byte(seed))
	}
	d := dbtest.SQLite(f)
	o := org.Open(d, slog.New(slog.DiscardHandler))
	by := org.Actor{OrgID: "o", PersonID: "p", Roles: []org.Role{org.Administrator}}
	f.Fuzz(func(t *testing.T, data []byte) {
		im, err := o.Taken(by.OrgID, data)
		if err != nil {
			if k := fault.As(err).Kind; k == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		seen := 0
		plan, err := o.PreviewImport(t.Context(), d, by, im, func(l org.ImportLine) error {
			seen++
			if l.Kind == org.LineWrong && len(l.Faults) == 0 {
				t.Errorf("line %d is wrong without a word", l.Line)
			}
			return nil
		})
		if err == nil && (plan.Total() != seen || int64(seen) != im.Total) {
			t.Errorf("%d rows counted, %d seen, %d planned", im.Total, seen, plan.Total())
		}
	})
}
