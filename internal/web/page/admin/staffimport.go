package admin

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

const (
	importsPath = "/staff-import"
	// importRoom is what a form needs around the file, and a little more, so that
	// a file that is too large is told on the page and not by a broken connection.
	importRoom = org.ImportMax + 4<<20
	// spooled is how much of an upload is held in memory before it goes to disk.
	spooled = 1 << 20
)

func (p *Pages) importPages() {
	s, may := p.Site, org.ManageStaff
	s.Handle("GET /staff/export.csv", may, p.exportStaff)
	s.Handle("GET "+importsPath, may, p.uploadForm)
	s.Handle("POST "+importsPath, may, p.upload, web.Body(importRoom))
	s.Handle("GET "+importsPath+"/sample.csv", may, p.importSample)
	s.Handle("GET "+importsPath+"/{import}", may, p.showImport)
	s.Handle("POST "+importsPath+"/{import}/format", may, p.formatImport)
	s.Handle("POST "+importsPath+"/{import}/start", may, p.startImport)
	s.Handle("POST "+importsPath+"/{import}/drop", may, p.dropImport)
	s.Handle("GET "+importsPath+"/{import}/errors.csv", may, p.importErrors)
}

// uploadView is the page that asks for the file.
type uploadView struct {
	errors  web.Errors
	columns []ui.Row
}

func (p *Pages) uploadForm(w http.ResponseWriter, r *http.Request) error {
	return p.drawUpload(w, r, http.StatusOK, nil)
}

func (p *Pages) drawUpload(w http.ResponseWriter, r *http.Request, status int, errors web.Errors) error {
	reader := web.ReaderOf(r)
	v := uploadView{errors: errors}
	for _, c := range p.Orgs.ImportColumns() {
		v.columns = append(v.columns, ui.Row{Cells: []ui.Cell{{Text: reader.T(org.ColumnKey(c.Name))}, {Text: reader.T("admin.import.about." + c.Name)}}})
	}
	title := reader.T("admin.import")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.import.lead"), Breadcrumb: aboveStaff(reader)}
	return page.Render(w, r, status, uploadPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

func aboveStaff(r words.Reader, more ...ui.NavItem) []ui.NavItem {
	return append([]ui.NavItem{crumb(r.T("admin.staff"), "/staff")}, more...)
}

func (p *Pages) upload(w http.ResponseWriter, r *http.Request) error {
	name, data, err := readUpload(r)
	var im org.Import
	if err == nil {
		im, err = p.Orgs.Upload(r.Context(), web.ActorOf(r), name, data)
	}
	bad, err := web.FieldErrors(r, err)
	if err != nil {
		return err
	}
	if bad != nil {
		return p.drawUpload(w, r, http.StatusUnprocessableEntity, bad)
	}
	return web.Redirect(w, r, importPath(im))
}

func readUpload(r *http.Request) (name string, data []byte, err error) {
	if err := r.ParseMultipartForm(spooled); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return "", nil, err
		}
		return "", nil, fault.Wrap(fault.Invalid, err, "admin.import.file.missing").At("file")
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }() // what stays is swept with the temporary folder
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", nil, fault.Wrap(fault.Invalid, err, "admin.import.file.missing").At("file")
	}
	defer file.Close()
	data, err = io.ReadAll(io.LimitReader(file, org.ImportMax+1))
	return head.Filename, data, err
}

func importPath(im org.Import) string { return importsPath + "/" + im.ID }

func (p *Pages) importAt(r *http.Request) (org.Import, error) {
	return p.Orgs.Import(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, r.PathValue("import"))
}

// showImport is the preview, the progress or the result, as far as it is.
func (p *Pages) showImport(w http.ResponseWriter, r *http.Request) error {
	im, err := p.importAt(r)
	if err != nil {
		return err
	}
	switch im.State {
	case org.ImportQueued:
		return p.drawProgress(w, r, im)
	case org.ImportDone:
		return p.drawResult(w, r, im)
	}
	return p.drawImport(w, r, http.StatusOK, im, nil)
}

func (p *Pages) formatImport(w http.ResponseWriter, r *http.Request) error {
	im, err := p.importAt(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	f := im.Format
	f.Encoding, f.Key = org.Encoding(form.Get("encoding")), form.Get("key")
	f.Separator = separators[form.Get("separator")]
	f.Columns = make([]string, len(f.Header))
	for i := range f.Columns {
		f.Columns[i] = form.Get(columnField(i))
	}
	bad, err := web.FieldErrors(r, p.Orgs.SaveImportFormat(r.Context(), web.ActorOf(r), im.ID, f))
	if err != nil {
		return err
	}
	if bad != nil {
		if f.Separator != "" {
			im.Format = f
		}
		return p.drawImport(w, r, http.StatusUnprocessableEntity, im, bad)
	}
	return web.Redirect(w, r, importPath(im))
}

func columnField(i int) string { return "column." + strconv.Itoa(i) }

// separators are what stands between cells, by the names that forms post.
var separators = map[string]string{"comma": ",", "semicolon": ";", "tab": "\t"}

func separatorName(s string) string {
	for name, sign := range separators {
		if sign == s {
			return name
		}
	}
	return ""
}

func (p *Pages) startImport(w http.ResponseWriter, r *http.Request) error {
	im, err := p.importAt(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Get("wrong") != "0" && form.Get("policy") != org.ImportGood {
		return p.drawImport(w, r, http.StatusUnprocessableEntity, im, web.Errors{"policy": web.ReaderOf(r).T("org.import.wrong")})
	}
	if err := p.Orgs.StartImport(r.Context(), web.ActorOf(r), im.ID, form.Get("digest"), form.Get("policy")); err != nil {
		return err
	}
	return web.Redirect(w, r, importPath(im))
}

func (p *Pages) dropImport(w http.ResponseWriter, r *http.Request) error {
	im, err := p.importAt(r)
	if err != nil {
		return err
	}
	if err := p.Orgs.DropImport(r.Context(), web.ActorOf(r), im.ID); err != nil {
		return err
	}
	return tell(w, r, "/staff", "success", "admin.import.dropped", "File", im.FileName)
}

// importErrors is the file with the rows that were refused, and why.
func (p *Pages) importErrors(w http.ResponseWriter, r *http.Request) error {
	im, err := p.importAt(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	out := sheetOf(w, strings.TrimSuffix(im.FileName, ".csv")+"-errors.csv", im.Format.Separator)
	if err := out.Write(append([]string{reader.T("admin.import.line"), reader.T("admin.import.error")}, plainCells(im.Format.Header)...)); err != nil {
		return err
	}
	_, err = p.Orgs.PreviewImport(r.Context(), p.Orgs.Read(), web.ActorOf(r), im, func(l org.ImportLine) error {
		if l.Kind != org.LineWrong {
			return nil
		}
		return out.Write(append([]string{strconv.Itoa(l.Line), faultText(reader, l)}, plainCells(l.Cells)...))
	})
	out.Flush()
	return cmp.Or(err, out.Error())
}

func faultText(r words.Reader, l org.ImportLine) string {
	var all []string
	for _, f := range l.Faults {
		text := words.Fault(r, f)
		if f.Field != "" {
			text = r.T("admin.import.at", "Column", r.T(org.ColumnKey(f.Field)), "Text", text)
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// importSample is a small file to begin from, with the headings of the reader.
func (p *Pages) importSample(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	names, err := p.sampleNames(r)
	if err != nil {
		return err
	}
	out := sheetOf(w, "staff.csv", ",")
	var header, first, second []string
	for _, c := range p.Orgs.ImportColumns() {
		if c.Name == "first_name" || c.Name == "last_name" {
			continue
		}
		header = append(header, reader.T(org.ColumnKey(c.Name)))
		first, second = append(first, names[0][c.Name]), append(second, names[1][c.Name])
	}
	for _, row := range [][]string{header, first, second} {
		if err := out.Write(plainCells(row)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// sampleNames are two invented people who offer what there is.
func (p *Pages) sampleNames(r *http.Request) (rows [2]map[string]string, err error) {
	at, reader := web.OrganizationOf(r), web.ReaderOf(r)
	rows[0] = map[string]string{"name": "Amelia Hart", "email": "amelia.hart@example.com", "username": "amelia.hart@example.com", "employee_no": "H1001", "phone": "020 7946 0001",
		"lang": "en", "zone": at.Zone, "role": reader.T("org.role.name.scheduler"), "languages": "en; fr", "daily_limit": "8"}
	rows[1] = map[string]string{"name": "Lucas Moreau", "email": "lucas.moreau@example.com", "employee_no": "H1002", "lang": "fr", "languages": "fr"}
	services, err := p.Appointments.Services(r.Context(), p.Orgs.Read(), at.ID)
	if err != nil {
		return rows, err
	}
	for i, s := range services[:min(2, len(services))] {
		rows[0]["services"] += strings.Repeat("; ", i) + s.Name
		rows[1]["services"] = s.Name
	}
	locations, err := p.Appointments.Locations(r.Context(), p.Orgs.Read(), at.ID)
	for _, l := range locations[:min(1, len(locations))] {
		rows[0]["locations"], rows[1]["locations"] = l.Name, l.Name
	}
	return rows, err
}
