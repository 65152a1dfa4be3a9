package admin_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/internal/db/dbtest"
)

// TestAnExportThatFailsIsBrokenOff spoils the row of who comes last, behind the
// first part: what has begun is cut off rather than looking whole, and what has
// not begun is an error page.
func TestAnExportThatFailsIsBrokenOff(t *testing.T) {
	h := build(t, registered)
	h.crowd(500)
	b := h.as(h.eleanor)
	if n := strings.Count(b.open("/staff/export.csv").is(http.StatusOK).raw, "@harbourbank.example"); n < 500 {
		t.Fatalf("it names %d", n)
	}
	dbtest.Exec(t, h.d, `UPDATE people SET created_at = 'spoilt' WHERE id = $1`, h.staff["Tomás Herrera"].ID)
	answer, err := b.Get(h.url + "/staff/export.csv")
	h.ok(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil {
		t.Errorf("a part of %d bytes, status %d, came as if it were all", len(text), answer.StatusCode)
	}
	alone, err := b.Get(h.url + "/staff/export.csv?q=herrera")
	h.ok(err)
	defer alone.Body.Close()
	if alone.StatusCode != http.StatusInternalServerError {
		t.Errorf("what had not begun answered %d", alone.StatusCode)
	}
}
