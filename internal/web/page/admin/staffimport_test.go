package admin_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/org"
)

// sendFile sends a file as a browser does.
func (b *browser) sendFile(path, name, text string) seen {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	file, err := w.CreateFormFile("file", name)
	b.h.ok(err)
	_, err = file.Write([]byte(text))
	b.h.ok(err)
	b.h.ok(w.Close())
	return b.send(http.MethodPost, path, w.FormDataContentType(), &body)
}

// startForm is the form of a preview with its choice.
func startForm(page seen, policy string) url.Values {
	return url.Values{"digest": {page.between(`name="digest" value="`, `"`)}, "wrong": {page.between(`name="wrong" value="`, `"`)}, "policy": {policy}}
}

func TestStaffAreImported(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	b := h.as(h.eleanor)
	b.open("/staff").shows("Import", "/staff-import")
	b.open("/staff-import").on("/staff-import").shows("Import staff", "Download a sample", "Languages")
	csv := "Name;E-mail;Services;Languages;Daily limit;Shoe size\n" +
		"Nora Quinn;nora.quinn@harbourbank.example;Mortgage review;French, English;4;40\n" +
		"Amelia Stone;amelia.hart@harbourbank.example;;;;\n" +
		"Bad;not an address;No such service;;many;\n"
	preview := b.sendFile("/staff-import", "staff.csv", csv).is(http.StatusOK).
		shows("From staff.csv", "Ignored: Shoe size.", "Nora Quinn", "English, French", "Name: Amelia Hart → Amelia Stone", "E-mail: Enter an e-mail address", "There is no service called “No such service”", "1 row has an error")
	path := preview.path
	b.open(path + "?show=error").shows("not an address").lacks("Nora Quinn")
	errors := b.open(path + "/errors.csv").is(http.StatusOK)
	if !strings.HasPrefix(errors.raw, "\ufeff"+"Line;Error;Name;") || !strings.Contains(errors.raw, "Bad;not an address") || strings.Contains(errors.raw, "Nora") {
		t.Errorf("the rows with errors: %s", errors.raw)
	}
	b.post(path+"/start", startForm(preview, org.ImportAll)).is(http.StatusUnprocessableEntity).shows("Rows with errors stop the import.")
	good := startForm(preview, org.ImportGood)
	b.post(path+"/start", good).on(path).shows("Importing", "data-refresh")
	b.post(path+"/start", good).on(path)
	h.work()
	b.open(path).shows("2 people are imported", "Nora Quinn", "Amelia Stone").lacks("not an address")
	b.open("/staff?q=nora").shows("Nora Quinn", "Mortgage review")
	b.open("/staff?service=" + s.ID).shows("Nora Quinn").lacks("Eleanor Price</a>")
	b.open("/staff?offers=nothing").shows("Eleanor Price</a>").lacks("Nora Quinn")
	b.open("/settings/audit").shows("Eleanor Price imported 2 members of staff from staff.csv.")
}

func TestColumnsAreSaidByHand(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	page := b.sendFile("/staff-import", "people.csv", "Wer,Adresse\nNora Quinn,nora@harbourbank.example\n").is(http.StatusOK).shows("The column E-mail is missing")
	form := url.Values{"encoding": {"utf-8"}, "separator": {"comma"}, "key": {"email"}, "column.0": {"name"}, "column.1": {"name"}}
	b.post(page.path+"/format", form).is(http.StatusUnprocessableEntity).shows("Two columns of the file have the same meaning.")
	form.Set("column.1", "email")
	b.post(page.path+"/format", form).on(page.path).shows("Nora Quinn", "1 person will be added or changed.")
	form.Set("encoding", "utf-16le")
	b.post(page.path+"/format", form).is(http.StatusOK)
	b.post(page.path+"/drop", nil).on("/staff").shows("people.csv is discarded.")
	b.open(page.path).is(http.StatusNotFound)
	b.sendFile("/staff-import", "x.csv", "").is(http.StatusUnprocessableEntity).shows("The file has no rows.")
	b.post("/staff-import", url.Values{}).is(http.StatusUnprocessableEntity).shows("Choose a CSV file.")
}

func TestTheSampleAndTheExportCanBeImported(t *testing.T) {
	h := build(t, registered)
	h.service("Mortgage review")
	b := h.as(h.eleanor)
	for _, path := range []string{"/staff-import/sample.csv", "/staff/export.csv"} {
		file := b.open(path).is(http.StatusOK)
		if got := file.header.Get("Content-Disposition"); got != `attachment; filename="staff.csv"` {
			t.Errorf("%s comes as %s", path, got)
		}
		page := b.sendFile("/staff-import", "staff.csv", file.raw).is(http.StatusOK).lacks("rows have errors", "row has an error")
		b.post(page.path+"/drop", nil)
	}
	b.open("/staff/export.csv?q=amelia").shows("Amelia Hart").lacks("Daniel Okafor")
	h.member(h.bank, org.Person{Name: "=HYPERLINK(\"x\")", Email: "f@harbourbank.example"})
	b.open("/staff/export.csv?q=hyper").shows("'=HYPERLINK")
}

func TestAStaleFormIsRefused(t *testing.T) {
	h := build(t, registered)
	amelia := h.staff["Amelia Hart"]
	path := "/staff/" + amelia.ID
	b := h.as(h.eleanor)
	form := url.Values{"name": {"Amelia Hart"}, "email": {amelia.Email}, "phone": {"1"}, "version": {b.open(path).between(`name="version" value="`, `"`)}}
	b.post(path, form).on(path).shows("Amelia Hart is saved.")
	form.Set("phone", "22")
	page := b.post(path, form).is(http.StatusUnprocessableEntity).shows("Saved by somebody else meanwhile", "Eleanor Price changed the details of Amelia Hart.", `value="22"`)
	form.Set("version", page.between(`name="version" value="`, `"`))
	b.post(path, form).on(path).shows(`value="22"`)
}

func TestWhatSomebodyOffersIsSavedWithThem(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	amelia := h.staff["Amelia Hart"]
	path := "/staff/" + amelia.ID
	b := h.as(h.eleanor)
	form := url.Values{"name": {"Amelia Hart"}, "email": {amelia.Email}, "services": {s.ID}, "languages": {"fr", "de"}, "daily_limit": {"5"}, "roles": {"scheduler"}}
	b.post(path, form).on(path).shows(fmt.Sprintf(`value="%s" checked`, s.ID), `value="de" checked`, `value="scheduler" checked`, `value="5"`)
	form.Set("email", h.eleanor.Email)
	form.Del("services")
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("already has the address")
	b.open(path).shows(fmt.Sprintf(`value="%s" checked`, s.ID))
	form.Set("email", amelia.Email)
	form["services"] = []string{"no such service"}
	form.Set("name", "Amelia Stone")
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("One of these is not there any more.")
	b.open(path).shows("Amelia Hart").lacks("Amelia Stone")
	form["services"] = nil
	form.Set("reach", "some")
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("Choose at least one location, or all of them.")
}
