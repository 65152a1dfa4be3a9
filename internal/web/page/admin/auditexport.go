package admin

import (
	"encoding/csv"
	"errors"
	"net/http"
	"time"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/words"
)

const (
	// exportRows is how many entries are read at a time.
	exportRows = 500
	// exportPause is how long one such part may take to reach a slow reader.
	exportPause = time.Minute
)

// exportAudit writes every entry that the filters leave, newest first, as they
// are read: however long the log is, one part of it is held at a time.
func (p *Pages) exportAudit(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	filter, bad, err := p.auditFilter(r, reader)
	if err = errors.Join(bad, err); err != nil {
		return err
	}
	names, err := p.connectionNames(r, reader)
	if err != nil {
		return err
	}
	part, err := p.journal(r, filter, org.Page{Limit: exportRows})
	if err != nil {
		return err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	name := "audit-" + web.ActorOf(r).Organization.Slug + "-" + now.In(reader.Zone).Format(time.DateOnly) + ".csv"
	w.Header().Set("Cache-Control", "no-store")
	out := sheetOf(w, name, ",")
	_ = out.Write(exportHead(reader, now)) // what cannot be written shows at Flush
	return p.exportParts(w, r, out, names, filter, part)
}

// exportParts writes part after part. What has begun cannot become an error page:
// a failure breaks the answer off, so that nobody takes half a log for all of it.
func (p *Pages) exportParts(w http.ResponseWriter, r *http.Request, out *csv.Writer, names map[string]string, f org.JournalFilter, part []org.Entry) (err error) {
	reader, line := web.ReaderOf(r), http.NewResponseController(w)
	for len(part) > 0 {
		_ = line.SetWriteDeadline(time.Now().Add(exportPause))
		for _, e := range part {
			_ = out.Write(exportRow(reader, names, e))
		}
		if out.Flush(); out.Error() != nil {
			panic(http.ErrAbortHandler)
		}
		last := part[len(part)-1]
		if len(part) < exportRows {
			break
		}
		if part, err = p.journal(r, f, org.Page{Before: last.Cursor(), Limit: exportRows}); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	out.Flush()
	return nil
}

func exportHead(r words.Reader, now time.Time) []string {
	return []string{r.T("admin.audit.when") + " (UTC)", r.T("admin.audit.when") + " (" + r.ZoneName(now) + ")", r.T("admin.audit.who"),
		r.T("admin.audit.what"), r.T("admin.audit.verb.code"), r.T("admin.audit.kind.code"), r.T("admin.audit.id")}
}

func exportRow(r words.Reader, names map[string]string, e org.Entry) []string {
	return plainCells([]string{e.At.UTC().Format(time.RFC3339), e.At.In(r.Zone).Format("2006-01-02 15:04:05"), actorOf(r, e), sentence(r, names, e), e.Verb, e.Object, e.ObjectID})
}

// auditExport is the address of the answer as a file, with the page's filters.
func auditExport(r *http.Request) string {
	q := r.URL.Query()
	for name := range q {
		if name == "at" || name == "rows" || q.Get(name) == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return auditPath + "/export.csv"
	}
	return auditPath + "/export.csv?" + q.Encode()
}
