package org

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"slices"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// How far an import is.
const (
	// ImportReady waits for somebody to look at the preview.
	ImportReady = "ready"
	// ImportQueued was started; a job does it.
	ImportQueued = "queued"
	// ImportDone kept its people.
	ImportDone = "done"
)

// What is done with rows that have errors.
const (
	// ImportAll imports nothing while a row has an error.
	ImportAll = "all"
	// ImportGood imports the rows that have none.
	ImportGood = "good"
)

// importLife is how long a file of people is kept.
const importLife = 24 * time.Hour

// An ImportFormat says how a file is read.
type ImportFormat struct {
	Encoding  Encoding `json:"encoding"`
	Separator string   `json:"separator"`
	// Header is the first row of the file, and Columns what each of it means;
	// an empty one is ignored.
	Header  []string `json:"header"`
	Columns []string `json:"columns"`
	// Key is the column by which a row is known to be a member already: "email"
	// or "employee_no".
	Key string `json:"key"`
}

// An Import is a file of staff on its way in: uploaded, looked at, and then
// taken over as a whole or not at all.
type Import struct {
	OrgID, ID string
	State     string
	ByID      string
	ByName    string
	FileName  string
	Format    ImportFormat
	// Policy is ImportAll or ImportGood.
	Policy string
	// Total is how many rows the file has, Done how many of them were read by
	// the job.
	Total, Done int64
	// Fault is the catalogue key of why a started import was not done.
	Fault   string
	Created time.Time
	Expires time.Time
	Version int64

	digest string
	file   []byte
	result []byte
}

// Columns maps the import to its table.
func (i *Import) Columns(c *db.Columns) {
	c.Col("org_id", &i.OrgID)
	c.Col("id", &i.ID)
	c.Col("state", &i.State)
	c.Col("by_id", &i.ByID)
	c.Col("by_name", &i.ByName)
	c.Col("file_name", &i.FileName)
	c.Col("format", db.JSON[ImportFormat]{To: &i.Format})
	c.Col("policy", &i.Policy)
	c.Col("total", &i.Total)
	c.Col("done", &i.Done)
	c.Col("fault", &i.Fault)
	c.Col("created_at", (*db.Time)(&i.Created))
	c.Col("expires_at", (*db.Time)(&i.Expires))
	c.Col("version", &i.Version)
	c.Col("digest", &i.digest)
	c.Col("file", &i.file)
	c.Col("result", &i.result)
}

// Upload keeps a file of staff for a day, so that it can be looked at. How it is
// written and what its columns mean is guessed, and can be changed.
func (o *Orgs) Upload(ctx context.Context, by Actor, fileName string, data []byte) (Import, error) {
	im := Import{OrgID: by.OrgID, ID: db.NewID(), State: ImportReady, ByID: by.PersonID, ByName: by.Name, FileName: tame(fileName), Policy: ImportAll, Version: 1}
	if !by.May(ManageStaff) {
		return im, fault.New(fault.Denied, "")
	}
	if err := o.take(&im, data); err != nil {
		return im, err
	}
	err := o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		im.Created, im.Expires = tx.Now(), tx.Now().Add(importLife)
		if err := db.Insert(ctx, tx, "imports", &im); err != nil {
			return err
		}
		return job.Add(ctx, tx, job.Job{Key: "import.drop:" + im.ID, OrgID: im.OrgID, Kind: ImportDropJob, Args: []byte(im.ID), Due: im.Expires})
	})
	return im, err
}

// take puts a file into the import and finds out how it is to be read.
func (o *Orgs) take(im *Import, data []byte) (err error) {
	if len(data) > ImportMax {
		return fault.New(fault.Invalid, "org.import.large", "Max", ImportMax>>20).At("file")
	}
	s := guessSheet(data)
	im.Format = ImportFormat{Encoding: s.encoding, Separator: s.separator, Key: "email"}
	if err := o.head(im, s); err != nil {
		return err
	}
	if im.Total == 0 {
		return fault.New(fault.Invalid, "org.import.empty").At("file")
	}
	im.file, err = packed(data)
	return err
}

// tame cuts a file's name to what fits a page.
func tame(name string) string {
	name = string(bytes.ToValidUTF8([]byte(name), nil))
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100])
	}
	return name
}

// head reads the header and counts the rows, under the format of the import.
func (o *Orgs) head(im *Import, s sheet) (err error) {
	if im.Format.Header, err = s.header(); err != nil {
		return err
	}
	im.Format.Columns = o.recognise(im.Format.Header)
	n, err := s.count()
	im.Total = int64(n)
	return err
}

// Import returns an import that is not older than a day.
func (o *Orgs) Import(ctx context.Context, q db.Q, orgID, id string) (Import, error) {
	im, err := db.One[Import](ctx, q, importByID, orgID, id)
	if err != nil {
		return im, err
	}
	if now, err := o.db.Now(ctx); err != nil || !now.Before(im.Expires) {
		return Import{}, fault.Wrap(fault.NotFound, err, "org.import.gone")
	}
	return im, nil
}

// SaveImportFormat has the file read in another way. With another encoding or
// separator the header is another, and the columns are recognised anew.
func (o *Orgs) SaveImportFormat(ctx context.Context, by Actor, id string, f ImportFormat) error {
	if !by.May(ManageStaff) {
		return fault.New(fault.Denied, "")
	}
	im, err := o.Import(ctx, o.db, by.OrgID, id)
	if err != nil {
		return err
	}
	if err := o.checkFormat(f); err != nil {
		return err
	}
	s, err := im.sheet()
	if err != nil {
		return err
	}
	anew := f.Encoding != im.Format.Encoding || f.Separator != im.Format.Separator
	f.Header = im.Format.Header
	f.Columns = padded(f.Columns, len(f.Header))
	im.Format, s.encoding, s.separator = f, f.Encoding, f.Separator
	if anew {
		if err := o.head(&im, s); err != nil {
			return err
		}
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, saveImportFormat, im.OrgID, im.ID, db.JSON[ImportFormat]{To: &im.Format}, im.Total)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "org.import.started")
		}
		return err
	})
}

func (o *Orgs) checkFormat(f ImportFormat) error {
	known := []string{""}
	for _, c := range o.ImportColumns() {
		known = append(known, c.Name)
	}
	var bad fault.Fields
	if !slices.Contains(Encodings, f.Encoding) {
		bad.Say("encoding", "org.import.choice")
	}
	if !slices.Contains(Separators, f.Separator) {
		bad.Say("separator", "org.import.choice")
	}
	if f.Key != "email" && f.Key != "employee_no" {
		bad.Say("key", "org.import.choice")
	}
	seen := map[string]bool{}
	for _, c := range f.Columns {
		if !slices.Contains(known, c) {
			bad.Say("columns", "org.import.choice")
		}
		if c != "" && seen[c] {
			bad.Add("columns", fault.New(fault.Invalid, "org.import.column.twice"))
		}
		seen[c] = true
	}
	return bad.Err()
}

// padded gives a list as many entries as there are columns.
func padded(columns []string, n int) []string {
	list := make([]string, n)
	copy(list, columns)
	return list
}

// StartImport has the import done by a job, once however often it is asked for.
// What is done is what the digest of the preview stands for: if anything has
// changed since, nothing is done.
func (o *Orgs) StartImport(ctx context.Context, by Actor, id, digest, policy string) error {
	if !by.May(ManageStaff) {
		return fault.New(fault.Denied, "")
	}
	if policy != ImportGood {
		policy = ImportAll
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		im, err := db.One[Import](ctx, tx, touchImport, by.OrgID, id)
		if err != nil || im.State != ImportReady {
			return err
		}
		if !tx.Now().Before(im.Expires) {
			return fault.New(fault.NotFound, "org.import.gone")
		}
		if _, err := tx.Exec(ctx, startImport, im.OrgID, im.ID, by.PersonID, by.Name, policy, digest); err != nil {
			return err
		}
		return job.Add(ctx, tx, job.Job{Key: "import:" + im.ID, OrgID: im.OrgID, Kind: ImportJob, Args: []byte(im.ID)})
	})
}

// DropImport forgets an uploaded file at once.
func (o *Orgs) DropImport(ctx context.Context, by Actor, id string) error {
	if !by.May(ManageStaff) {
		return fault.New(fault.Denied, "")
	}
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropImport, by.OrgID, id, ImportReady)
		return err
	})
}

// Result lists what a finished import did, in the order of the file.
func (i Import) Result() (all []ImportLine, err error) {
	if len(i.result) == 0 {
		return nil, nil
	}
	text, err := unpacked(i.result)
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal(text, &all)
}

// sheet is the file under the format of the import.
func (i Import) sheet() (sheet, error) {
	data, err := unpacked(i.file)
	return sheet{data: data, encoding: i.Format.Encoding, separator: i.Format.Separator}, err
}

func packed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is a known one
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

func unpacked(data []byte) ([]byte, error) {
	if len(data) == 0 {
		return nil, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
