package admin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// TestAnImportInARealBrowser goes from the list of the staff to an import that is
// done, and looks at every page on the way at both sizes.
func TestAnImportInARealBrowser(t *testing.T) {
	h := build(t, registered)
	h.service("Mortgage review")
	file := filepath.Join(t.TempDir(), "staff.csv")
	text := "Name;E-mail;Services;Languages;Daily limit;Shoe size\nNora Quinn;nora.quinn@harbourbank.example;Mortgage review;French, English;4;40\n" +
		"Amelia Stone;amelia.hart@harbourbank.example;;;;\nDaniel Okafor;daniel.okafor@harbourbank.example;;;;\nBad;not an address;No such service;;many;\n"
	h.ok(os.WriteFile(file, []byte(text), 0o600))
	ctx := uitest.Browser(t)
	run(t, ctx, chromedp.Navigate(h.url+"/signin?next=/staff"))
	press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	looks(t, ctx, "staff-list")
	press(t, ctx, "main a[href='/staff-import']")
	looks(t, ctx, "import-upload")
	run(t, ctx, chromedp.SetUploadFiles("#file", []string{file}))
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "import-preview")
	run(t, ctx, chromedp.Click("input[value='good']"))
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "import-running")
	h.work()
	run(t, ctx, chromedp.WaitVisible("main .callout.tone-success"))
	looks(t, ctx, "import-done")
	look(t, ctx, h.url+"/staff?q=nobody+at+all", "staff-nobody")
	look(t, ctx, h.url+"/staff/new", "staff-new")
	amelia := h.url + "/staff/" + h.staff["Amelia Hart"].ID
	look(t, ctx, amelia, "staff-profile")
	look(t, ctx, amelia+"/deactivate", "staff-leave")
}
