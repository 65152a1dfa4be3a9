package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

func TestPublishedCalendars(t *testing.T) {
	s := sandboxtest.Start(t)
	get := func(name, tag string) (int, string, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/calendar/"+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("If-None-Match", tag)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, res.Header.Get("ETag"), string(body)
	}
	status, tag, text := get("amelia.hart.ics", "")
	if status != http.StatusOK || !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") || strings.Count(text, "BEGIN:VEVENT") != 5 {
		t.Fatalf("%d %s", status, text)
	}
	if status, _, _ = get("amelia.hart.ics", tag); status != http.StatusNotModified {
		t.Errorf("an unchanged calendar is answered with %d", status)
	}
	for _, name := range []string{"nobody.ics", "amelia.hart", "amelia.hart.html"} {
		if status, _, _ = get(name, ""); status != http.StatusNotFound {
			t.Errorf("%s is answered with %d", name, status)
		}
	}
	s.Fault(sandbox.Fault{Vendor: "calendar", Call: "ics", Who: "amelia.hart", Status: http.StatusGone, Times: 1})
	if status, _, _ = get("amelia.hart.ics", ""); status != http.StatusGone {
		t.Errorf("a fault that was asked for gives %d", status)
	}
}
