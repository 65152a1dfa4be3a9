package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// importView is the preview of an import, or its result.
type importView struct {
	im     org.Import
	plan   org.ImportPlan
	errors web.Errors
	// missing and thin name columns that are not in the file.
	missing, thin []string
	tiles         []ui.Stat
	rows          []ui.Row
	pages         ui.PaginationProps
	columns       []ui.Option
	filtered      bool
}

func (v importView) path() string { return importPath(v.im) }

// kinds are what rows can be, in the order of the tiles.
var kinds = []string{org.LineNew, org.LineChanged, org.LineUnchanged, org.LineWrong}

var kindTones = map[string]ui.Tone{org.LineNew: ui.Success, org.LineChanged: ui.Info, org.LineUnchanged: ui.Neutral, org.LineWrong: ui.Danger}

// window picks one page of the rows that are asked for.
type window struct {
	show        string
	first, size int
	seen        int
}

func windowOf(r *http.Request) window {
	size := rowsOf(r)
	show := r.URL.Query().Get("show")
	if !slices.Contains(kinds, show) {
		show = ""
	}
	return window{show: show, first: (page.PageOf(r) - 1) * size, size: size}
}

func (w *window) takes(l org.ImportLine) bool {
	if w.show != "" && l.Kind != w.show {
		return false
	}
	w.seen++
	return w.seen > w.first && w.seen <= w.first+w.size
}

func (w *window) pages(r *http.Request) ui.PaginationProps {
	p := page.Numbered(web.ReaderOf(r), w.first/w.size+1, w.size, w.seen, func(n int) string { return addressWith(r, "page", strconv.Itoa(n)) })
	p.Sizes = sizesOf(r)
	return p
}

func (p *Pages) drawImport(w http.ResponseWriter, r *http.Request, status int, im org.Import, bad web.Errors) error {
	reader := web.ReaderOf(r)
	v := importView{im: im, errors: bad, missing: im.MissingColumns(), thin: im.ThinColumns(), columns: p.columnOptions(reader)}
	if v.missing == nil {
		show := windowOf(r)
		plan, err := p.Orgs.PreviewImport(r.Context(), p.Orgs.Read(), web.ActorOf(r), im, func(l org.ImportLine) error {
			if show.takes(l) {
				v.rows = append(v.rows, lineRow(reader, l))
			}
			return nil
		})
		if err != nil {
			return err
		}
		v.plan, v.filtered = plan, show.show != ""
		v.tiles, v.pages = tilesOf(r, reader, plan, show.show), show.pages(r)
	}
	title := reader.T("admin.import.preview")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.import.preview.lead", "File", im.FileName), Breadcrumb: aboveStaff(reader, crumb(reader.T("admin.import"), importsPath))}
	return page.Render(w, r, status, importPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

// tilesOf count the rows of each kind, and filter by it.
func tilesOf(r *http.Request, reader words.Reader, plan org.ImportPlan, show string) (all []ui.Stat) {
	counts := map[string]int{org.LineNew: plan.New, org.LineChanged: plan.Changed, org.LineUnchanged: plan.Unchanged, org.LineWrong: plan.Wrong}
	for _, k := range kinds {
		tile := ui.Stat{Figure: reader.Number(counts[k]), Label: reader.T("admin.import.kind." + k), Tone: kindTones[k], Current: show == k}
		if counts[k] == 0 {
			tile.Tone = ui.Neutral
		}
		wanted := k
		if show == k {
			wanted = ""
		}
		tile.Href = page.Address(r.URL.Path, "show", wanted, "rows", r.URL.Query().Get("rows"))
		all = append(all, tile)
	}
	return all
}

func lineRow(r words.Reader, l org.ImportLine) ui.Row {
	who := ui.Cell{Text: orDash(r, l.Name), Sub: strings.ToValidUTF8(l.Email, "?")}
	if l.PersonID != "" && l.Kind != org.LineWrong {
		who.Href = "/staff/" + l.PersonID
	}
	return ui.Row{Muted: l.Kind == org.LineUnchanged, Cells: []ui.Cell{{Text: r.T("admin.import.line.of", "Line", l.Line)}, who,
		{Body: kindBadge(r, l.Kind)}, {Body: lineChanges(r, l)}}}
}

func orDash(r words.Reader, text string) string {
	if text = strings.ToValidUTF8(text, "?"); text == "" {
		return r.T("admin.import.nobody")
	}
	return text
}

// inReaderWords puts languages and roles, which files keep as codes, into words.
func inReaderWords(r words.Reader, column, text string) string {
	var all []string
	for part := range strings.SplitSeq(text, "; ") {
		switch {
		case part == "":
		case column == "languages" || column == "lang":
			all = append(all, r.LanguageName(part))
		case column == "role":
			all = append(all, known(r, "org.role.name.", part))
		default:
			all = append(all, part)
		}
	}
	return strings.Join(all, ", ")
}

// columnOptions are what a column of the file can mean.
func (p *Pages) columnOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("admin.import.ignore")}}
	for _, c := range p.Orgs.ImportColumns() {
		all = append(all, ui.Option{Value: c.Name, Label: r.T(org.ColumnKey(c.Name))})
	}
	return all
}

func encodingOptions(r words.Reader) (all []ui.Option) {
	for _, e := range org.Encodings {
		all = append(all, ui.Option{Value: string(e), Label: r.T("admin.import.encoding." + string(e))})
	}
	return all
}

func separatorOptions(r words.Reader) (all []ui.Option) {
	for _, s := range org.Separators {
		all = append(all, ui.Option{Value: separatorName(s), Label: r.T("admin.import.separator." + separatorName(s))})
	}
	return all
}

// ignored are the headings that nothing is taken from.
func (v importView) ignored() (all []string) {
	for i, h := range v.im.Format.Header {
		if v.im.Format.Columns[i] == "" && h != "" {
			all = append(all, h)
		}
	}
	return all
}

func columnNames(r words.Reader, names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, r.T(org.ColumnKey(n)))
	}
	return r.List(all...)
}

// problems are the errors of the form that says how the file is read.
func (v importView) problems() []ui.Problem {
	return page.Problems(v.errors, "policy", "encoding", "separator", "key", "columns")
}

// imported is how many people the import would write.
func (v importView) imported() int { return v.plan.New + v.plan.Changed }

func (p *Pages) drawProgress(w http.ResponseWriter, r *http.Request, im org.Import) error {
	reader := web.ReaderOf(r)
	title := reader.T("admin.import.running")
	shell := page.Frame(w, r, title, inStaff)
	shell.Page.Refresh = "1"
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.import.preview.lead", "File", im.FileName), Breadcrumb: aboveStaff(reader)}
	return page.Render(w, r, http.StatusOK, importProgressPage(reader, shell, header, im))
}

func progressOf(r words.Reader, im org.Import) ui.ProgressProps {
	text := r.T("admin.import.read", "Done", int(im.Done), "Total", int(im.Total))
	if im.Done >= im.Total {
		text = r.T("admin.import.saving")
	}
	return ui.ProgressProps{ID: "import", Label: r.T("admin.import.running"), Done: int(im.Done), Total: int(im.Total), Text: text}
}

func (p *Pages) drawResult(w http.ResponseWriter, r *http.Request, im org.Import) error {
	reader, show := web.ReaderOf(r), windowOf(r)
	lines, err := im.Result()
	if err != nil {
		return err
	}
	v := importView{im: im}
	for _, l := range lines {
		if l.Kind == org.LineNew {
			v.plan.New++
		} else {
			v.plan.Changed++
		}
		if show.takes(l) {
			v.rows = append(v.rows, lineRow(reader, l))
		}
	}
	v.tiles, v.pages = tilesOf(r, reader, v.plan, show.show)[:2], show.pages(r)
	title := reader.T("admin.import.done")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.import.preview.lead", "File", im.FileName), Breadcrumb: aboveStaff(reader),
		Actions: link(ui.ButtonProps{Label: reader.T("admin.staff"), Href: "/staff", Kind: ui.Primary})}
	return page.Render(w, r, http.StatusOK, importResultPage(reader, page.Frame(w, r, title, inStaff), header, v))
}
