package app

import (
	"parley/internal/support"
	"parley/internal/web/page/help"
)

// help is the "?" of every page, with where people get help behind it.
func (h *house) help() *help.Pages {
	s := support.New(support.Config{DB: h.db, Orgs: h.orgs, Notify: h.notify})
	return &help.Pages{Site: h.site, Orgs: h.orgs, Support: s, Now: h.db.Now}
}
