package admin_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/internal/org"
)

// crowd adds staff whom nobody knows at Microsoft, before they are looked for.
func (h *house) crowd(n int) {
	h.t.Helper()
	for i := range n {
		p := org.Person{Name: fmt.Sprintf("Person %03d", i), Email: fmt.Sprintf("person%03d@harbourbank.example", i)}
		h.staff[p.Name] = h.member(h.bank, p)
	}
}

// order are the names that a page shows, in its order.
func (s seen) order(names ...string) string {
	slices.SortFunc(names, func(a, b string) int { return strings.Index(s.main(), a) - strings.Index(s.main(), b) })
	return strings.Join(names, ", ")
}

func TestTheListIsSortedFilteredAndPaged(t *testing.T) {
	h := build(t, registered)
	h.crowd(60)
	b, path := h.connected()
	first := b.open(path+"?rows=25").shows("1 to 25 of 72", `aria-sort="ascending"`, "Page 1", "Page 3", `rows=50`)
	second := b.open(path + "?rows=25&page=2").shows("26 to 50 of 72").lacks("Amelia Hart")
	if first.between("Person 000", "email") == "" || strings.Contains(second.text, "Person 000") {
		t.Error("the pages overlap")
	}
	b.open(path + "?rows=25&page=99").shows("51 to 72 of 72")
	if got := b.open(path+"?sort=-name&match=matched").shows(`aria-sort="descending"`, "sort=name").order("Amelia Hart", "Grace Kim", "Tomás Herrera"); got != "Tomás Herrera, Grace Kim, Amelia Hart" {
		t.Errorf("backwards by name: %s", got)
	}
	for _, by := range []string{"vendor", "match", "toggle", "changed", "-vendor", "-match", "-toggle", "-changed", "nonsense"} {
		b.open(path + "?sort=" + by).is(http.StatusOK).shows("Person 0")
	}
	b.open(path+"?reason=unknown").shows("Nobody has this name (62)", "Person 000").lacks("Amelia Hart")
	b.open(path+"?match=missed&toggle=off&q=person+01").shows("1 to 10 of 10", "Person 010").lacks("Person 020", "Omar Farouk")
	b.open(path + "?match=attention").shows("Nothing matches your search")
	b.open(path + "?match=made-up").is(http.StatusOK).lacks("Amelia Hart")
}

func TestAllThatMatchAreSwitched(t *testing.T) {
	h := build(t, registered)
	h.crowd(60)
	b, path := h.connected()
	b.open(path+"?match=missed").shows("All 25 on this page are selected.", "Select all 62 that match", `value="all"`)
	b.open(path+"?match=matched").shows("All 10 on this page").lacks("Select all 10 that match", `value="all"`)
	sure := b.post(path+"/staff?match=missed", url.Values{"scope": {"all"}, "on": {"true"}}).is(http.StatusOK).
		shows("Switch video calls on for 62 people?", "Match: Not matched", "Switch on for 62 people")
	b.open(path + "?toggle=off").shows("1 to 25 of 62")
	b.post(path+"/staff?match=missed", hiddenIn(sure)).shows("Video calls are on for 62 people.")
	b.open(path + "?toggle=off").shows("Nothing matches your search")
	page := b.open(path + "?q=person+00")
	shown := page.between(`name="shown" value="`, `"`)
	b.post(path+"/staff?q=person+00", url.Values{"scope": {"page"}, "on": {"false"}, "shown": {shown}}).shows("Video calls are off for 10 people.")
	b.open(path + "?toggle=off").shows("1 to 10 of 10")
	b.post(path+"/staff?q=nobody", url.Values{"scope": {"all"}, "on": {"true"}}).shows("Tick the staff you mean first.")
	b.post(path+"/staff", url.Values{"scope": {"page"}, "on": {"true"}, "shown": {h.eleanor.ID}}).is(http.StatusNotFound)
	b.open("/settings/audit?verb=identity.enable.all").shows("62")
}

func TestTheListIsExported(t *testing.T) {
	h := build(t, registered)
	evil := h.member(h.bank, org.Person{Name: "=HYPERLINK(1)", Email: "evil@harbourbank.example"})
	h.staff[evil.Name] = evil
	h.crowd(3)
	b, path := h.connected()
	file := b.open(path + "/export.csv?match=missed&sort=-name").is(http.StatusOK)
	if kind := file.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/csv") {
		t.Errorf("it is %s", kind)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.raw, "\ufeff"))).ReadAll()
	h.ok(err)
	if len(rows) != 1+6 || rows[0][0] != "Parley user" || rows[1][0] != "Person 002" || rows[1][4] != "Not matched" || !strings.Contains(rows[1][7], "person002@") {
		t.Errorf("the sheet is %q", rows)
	}
	if !strings.Contains(file.raw, "'=HYPERLINK(1)") {
		t.Error("a formula is not made plain")
	}
}

func TestSomebodyIsMatchedByHand(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	omar := h.staff["Omar Farouk"]
	hand := path + "/staff/" + omar.ID + "/match"
	b.open(path+"?q=omar").shows("Match by hand", `href="`+hand+`"`)
	b.open(hand).on(hand).shows("Match Omar Farouk by hand", "Nobody is found by “Omar Farouk”", `value="Omar Farouk"`)
	b.open(hand+"?q=x").is(http.StatusUnprocessableEntity).shows("Type at least two letters", `href="#q"`)
	found := b.open(hand+"?q=amelia").shows("amelia.hart@harbourbank.example", "Matched with Amelia Hart")
	if strings.Contains(found.main(), `name="vendor_id"`) {
		t.Error("an account that somebody has is offered")
	}
	found = b.open(hand+"?q=it.admin").shows("Nobody has it yet", "Choose")
	chosen := hiddenIn(found)
	b.post(hand, nil).is(http.StatusUnprocessableEntity).shows("Choose an account from the list.")
	b.post(hand, url.Values{"vendor_id": {"made-up"}, "q": {"it.admin"}}).is(http.StatusUnprocessableEntity).shows("That account is not offered any more.")
	sure := b.post(hand, chosen).is(http.StatusOK).shows("Is this the account of Omar Farouk?", "who signs in as it.admin@harbourbank.example")
	done := b.post(hand, hiddenIn(sure)).is(http.StatusOK).shows("Omar Farouk is matched with the account you chose.", "Matched by hand", "it.admin@harbourbank.example", "Undo")
	b.post(path+"/rematch", nil)
	h.work()
	b.open(path+"?match=hand").shows("Omar Farouk", "Matched by hand")
	b.post(hand+"/undo", nil).shows("Omar Farouk is matched by the rule again.", "Not matched")
	b.open("/settings/audit?verb=identity.hand").shows("Omar Farouk")
	b.open(path + "/staff/" + h.eleanor.ID + "/match").is(http.StatusNotFound)
	if !strings.HasPrefix(done.path, path) {
		t.Errorf("it ends at %s", done.path)
	}
}

func TestTheFieldIsChangedWithoutDisconnecting(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open(path+"/field").on(path+"/field").shows("Now it is: E-mail.", "10 of 12 match (83 %)", "0 of 12 match (0 %)", "Omar Farouk")
	b.post(path+"/field", url.Values{"field": {"made up"}}).is(http.StatusUnprocessableEntity).shows("Choose the field that holds the sign-in name.")
	b.post(path+"/field", url.Values{"field": {"email"}}).on(path).shows("Staff are matched by E-mail already.")
	sure := b.post(path+"/field", url.Values{"field": {"employee_no"}}).is(http.StatusOK).
		shows("Match staff by Employee number?", "0 of 12 staff will be matched. By E-mail, as it is now, it is 10.", "10 people fewer would be matched")
	b.open(path).shows("E-mail").lacks("Employee number")
	b.post(path+"/field", hiddenIn(sure)).on(path).shows("Staff are matched by Employee number now.", "Connected")
	h.work()
	b.open(path + "?match=matched").shows("Nothing matches your search")
}

// TestWhatARematchChangedIsAFilter: each figure of the confirmation shows its people.
func TestWhatARematchChangedIsAFilter(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	if !h.sandbox.DeleteUser("amelia.hart@harbourbank.example") {
		t.Fatal("nobody was deleted")
	}
	b.post(path+"/rematch", nil)
	h.work()
	b.open(path).shows("Matched: 9", "Lost: 1", "Newly matched: 0")
	b.open(path+"?outcome=lost").shows("1 to 1 of 1", "Amelia Hart", "Not matched").lacks("Daniel Okafor")
	b.open(path + "?outcome=new").shows("Nothing matches your search")
	b.open(path+"?reason=gone").shows("Gone from the directory (1)", "Amelia Hart")
}

func TestTheDefaultIsChosenOnTheList(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open("/settings/video").shows("Default for your organization").lacks("Make default")
	b.post(path+"/default", nil).on("/settings/video").shows("appointments@harbourbank.example is the default for video calls now.")
	b.post(path+"/disconnect", nil)
	b.post(path+"/default", nil).is(http.StatusConflict)
}

func TestMeetingsWithoutALinkAreListed(t *testing.T) {
	h := build(t, registered)
	b, path := h.connected()
	b.open("/settings/video").shows("Meetings in the next 7 days without a working link", "Every link is there", `href="/settings/video/links"`)
	b.open("/settings/video/links").on("/settings/video/links").shows("Every meeting has its link")
	b.open(path + "/left").on(path + "/left").shows("Nothing is left there")
}
