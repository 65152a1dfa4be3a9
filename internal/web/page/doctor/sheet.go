package doctor

import (
	"net/http"
	"regexp"
	"slices"

	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// sheetView is a report as somebody without an account reads it.
type sheetView struct {
	vault.Share
	// vendor and account say what was examined.
	vendor, account        string
	problems, unseen, fine []vault.Finding
}

// sheet shows a report to whoever was given its link, until it ends or is taken
// back. It names no staff and holds no secret.
func (p *Pages) sheet(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), p.Orgs.Read()
	now, err := p.Orgs.Now(ctx)
	if err != nil {
		return err
	}
	claim, err := p.Links.Verify(r.PathValue("token"), sheetPath, now)
	if err != nil {
		return err
	}
	var v sheetView
	if v.Share, err = p.Vault.Shared(ctx, q, claim.OrgID, claim.Object, now); err != nil {
		return err
	}
	o, err := p.Orgs.Organization(ctx, q, v.OrgID)
	if err != nil {
		return err
	}
	c, err := p.Vault.Connection(ctx, q, v.OrgID, v.ConnectionID)
	if err != nil {
		return err
	}
	web.InOrganization(r, o)
	reader := web.ReaderOf(r)
	v.vendor, v.account = reader.T(p.Vault.Title(c.Vendor)), c.Account.Name
	v.problems, v.unseen, v.fine = sorted(nameless(reader, v.Findings, v.account))
	shell := page.Public(w, r, reader.T("doctor.sheet.title", "Vendor", v.vendor))
	shell.Wide = true
	return page.Render(w, r, http.StatusOK, sheetPage(reader, shell, v))
}

// mailbox is what a sign-in name looks like.
var mailbox = regexp.MustCompile(`[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)

// nameless are findings that name nobody but the account that is connected.
func nameless(r words.Reader, all []vault.Finding, account string) []vault.Finding {
	somebody := r.T("doctor.somebody")
	hide := func(text string) string {
		return mailbox.ReplaceAllStringFunc(text, func(name string) string {
			if name == account {
				return name
			}
			return somebody
		})
	}
	all = slices.Clone(all)
	for i, f := range all {
		f.Args, f.Evidence = slices.Clone(f.Args), slices.Clone(f.Evidence)
		for j := 1; j < len(f.Args); j += 2 {
			if text, is := f.Args[j].(string); is {
				f.Args[j] = hide(text)
			}
			if f.Args[j-1] == "Person" {
				f.Args[j] = somebody
			}
		}
		for j := range f.Evidence {
			f.Evidence[j].Call = hide(f.Evidence[j].Call)
		}
		f.Copy = hide(f.Copy)
		all[i] = f
	}
	return all
}
