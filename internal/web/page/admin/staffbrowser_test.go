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
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next=/staff"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Looks(t, ctx, "staff-list")
	uitest.Press(t, ctx, "main a[href='/staff-import']")
	uitest.Looks(t, ctx, "import-upload")
	uitest.Do(t, ctx, chromedp.SetUploadFiles("#file", []string{file}))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "import-preview")
	uitest.Do(t, ctx, chromedp.Click("input[value='good']"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "import-running")
	h.work()
	uitest.Appears(t, ctx, "main .callout.tone-success")
	uitest.Looks(t, ctx, "import-done")
	uitest.Look(t, ctx, h.url+"/staff?q=nobody+at+all", "staff-nobody")
	uitest.Look(t, ctx, h.url+"/staff/new", "staff-new")
	amelia := h.url + "/staff/" + h.staff["Amelia Hart"].ID
	uitest.Look(t, ctx, amelia, "staff-profile")
	uitest.Look(t, ctx, amelia+"/deactivate", "staff-leave")
}
