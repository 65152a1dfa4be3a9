package org

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	stdhash "hash"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/db"
	"parley/internal/fault"
)

// An ImportPart is what a room above takes from an imported file: its columns,
// how it judges a row, and how it keeps what it judged.
type ImportPart struct {
	Columns []ImportColumn
	// Begin reads what the rows are judged by, once for each reading of a file.
	Begin func(ctx context.Context, q db.Q, orgID string) (ImportJudge, error)
	// Keep saves what was judged, after the people were kept, in the transaction
	// of the import.
	Keep func(ctx context.Context, tx *db.Tx, by Actor, wants []ImportWant) error
}

// An ImportJudge looks at one row. The person's id is empty for a new one; a
// column that is not in the file, or empty in the row, is empty.
type ImportJudge func(personID string, cell func(column string) string) ImportVerdict

// An ImportVerdict is what a room above says of a row.
type ImportVerdict struct {
	// Want is handed to Keep as it is; nil keeps nothing.
	Want    any
	Changes []ImportChange
	// Scopes are where a scheduler of that row works; none is everywhere.
	Scopes []string
	// Err is what is wrong, each fault at its column.
	Err error
}

// An ImportWant is what a room above wanted of a row, with whose it is.
type ImportWant struct {
	PersonID string
	Want     any
}

// An ImportChange is one thing that comes to be different.
type ImportChange struct {
	Column string `json:"c"`
	Old    string `json:"o,omitempty"`
	New    string `json:"n,omitempty"`
}

// What an import does with a row.
const (
	LineNew       = "new"
	LineChanged   = "changed"
	LineUnchanged = "unchanged"
	LineWrong     = "error"
)

// An ImportLine is a row of the file with what it does.
type ImportLine struct {
	Line     int            `json:"l"`
	Kind     string         `json:"k"`
	PersonID string         `json:"p,omitempty"`
	Name     string         `json:"n,omitempty"`
	Email    string         `json:"e,omitempty"`
	Changes  []ImportChange `json:"d,omitempty"`
	// Faults say what is wrong; the field of each is a column's name.
	Faults []*fault.Error `json:"-"`
	// Cells are the row as it stands in the file. They are only good until the
	// next line is visited.
	Cells []string `json:"-"`

	person Person
	roles  []Held
	wants  []any
}

// ImportPlan says what an import would do.
type ImportPlan struct {
	New, Changed, Unchanged, Wrong int
	// Digest stands for all of it: the same digest is the same import.
	Digest string
}

// Total is how many rows there are.
func (p ImportPlan) Total() int { return p.New + p.Changed + p.Unchanged + p.Wrong }

func (p *ImportPlan) count(kind string) {
	switch kind {
	case LineNew:
		p.New++
	case LineChanged:
		p.Changed++
	case LineUnchanged:
		p.Unchanged++
	default:
		p.Wrong++
	}
}

// MissingColumns names the columns without which the file cannot be imported.
func (i Import) MissingColumns() (missing []string) {
	if !slices.Contains(i.Format.Columns, i.Format.Key) {
		missing = append(missing, i.Format.Key)
	}
	return missing
}

// ThinColumns names the columns without which the file can change people and add
// nobody.
func (i Import) ThinColumns() (thin []string) {
	has := func(c string) bool { return slices.Contains(i.Format.Columns, c) }
	if !has("name") && !has("last_name") {
		thin = append(thin, "name")
	}
	if !has("email") && i.Format.Key != "email" {
		thin = append(thin, "email")
	}
	return thin
}

// PreviewImport reads the file of an import and visits every row with what it
// would do now. Nothing is changed. However long the file, one row is held at a
// time.
func (o *Orgs) PreviewImport(ctx context.Context, q db.Q, by Actor, im Import, visit func(ImportLine) error) (plan ImportPlan, err error) {
	if missing := im.MissingColumns(); missing != nil {
		return plan, fault.New(fault.Invalid, "org.import.missing").At("columns")
	}
	s, err := im.sheet()
	if err != nil {
		return plan, err
	}
	p, err := o.planner(ctx, q, by, im, s)
	if err != nil {
		return plan, err
	}
	first := true
	err = s.each(func(r record) error {
		if first {
			first = false
			return nil
		}
		l := p.judge(r)
		plan.count(l.Kind)
		p.seal(l)
		return visit(l)
	})
	plan.Digest = hex.EncodeToString(p.sum.Sum(nil))
	return plan, err
}

// A planner knows the staff as they are and compares rows with them.
type planner struct {
	by      Actor
	key     string
	columns []string
	at      map[string]int
	byEmail map[string]*Person
	byNo    map[string][]*Person
	roles   map[string][]Held
	judges  []ImportJudge
	// twice are e-mails and employee ids that more than one row has, with the
	// first two of these rows.
	twice map[string][2]int
	sum   stdhash.Hash
}

func (o *Orgs) planner(ctx context.Context, q db.Q, by Actor, im Import, s sheet) (*planner, error) {
	p := &planner{by: by, key: im.Format.Key, columns: im.Format.Columns, at: map[string]int{}, byEmail: map[string]*Person{}, byNo: map[string][]*Person{},
		roles: map[string][]Held{}, sum: sha256.New()}
	for i, c := range im.Format.Columns {
		if c != "" {
			p.at[c] = i
		}
	}
	if err := p.load(ctx, q, im.OrgID); err != nil {
		return nil, err
	}
	for _, part := range o.ImportParts {
		j, err := part.Begin(ctx, q, im.OrgID)
		if err != nil {
			return nil, err
		}
		p.judges = append(p.judges, j)
	}
	return p, p.findTwice(s)
}

func (p *planner) load(ctx context.Context, q db.Q, orgID string) error {
	people, err := db.All[Person](ctx, q, allMembers, orgID)
	if err != nil {
		return err
	}
	for i := range people {
		n := &people[i]
		p.byEmail[n.emailFolded] = n
		if n.EmployeeNo != "" {
			p.byNo[db.Fold(n.EmployeeNo)] = append(p.byNo[db.Fold(n.EmployeeNo)], n)
		}
	}
	held, err := db.All[Held](ctx, q, rolesOfAll, orgID)
	for _, h := range held {
		p.roles[h.PersonID] = append(p.roles[h.PersonID], h)
	}
	return err
}

// findTwice reads the keys of all rows once, so that both of two rows that are
// the same person are told of.
func (p *planner) findTwice(s sheet) error {
	p.twice = map[string][2]int{}
	seen := map[string]int{}
	first := true
	return s.each(func(r record) error {
		if first {
			first = false
			return nil
		}
		for _, k := range p.keys(r) {
			if k == "" {
				continue
			}
			before, again := seen[k]
			if !again {
				seen[strings.Clone(k)] = r.line
			} else if _, told := p.twice[k]; !told {
				p.twice[strings.Clone(k)] = [2]int{before, r.line}
			}
		}
		return nil
	})
}

// keys are the folded e-mail and employee id of a row.
func (p *planner) keys(r record) (keys [2]string) {
	if e := foldEmail(p.cell(r, "email")); e != "" {
		keys[0] = "email " + e
	}
	if n := db.Fold(p.cell(r, "employee_no")); n != "" {
		keys[1] = "employee_no " + n
	}
	return keys
}

// cell is what a row says under a column.
func (p *planner) cell(r record, column string) string {
	i, there := p.at[column]
	if !there || i >= len(r.cells) {
		return ""
	}
	return cellText(r.cells[i])
}

// judge says what a row does.
func (p *planner) judge(r record) ImportLine {
	l := ImportLine{Line: r.line, Cells: r.cells}
	if bad := p.readable(r); bad != nil {
		return l.wrong(bad)
	}
	before, err := p.whose(r)
	if err == nil {
		err = p.once(r)
	}
	if err != nil {
		return p.named(l, r).wrong(err)
	}
	if before != nil {
		l.PersonID = before.ID
		l.person = *before
	} else {
		l.person = Person{Kind: KindMember, Active: true}
	}
	if err := p.fill(&l, r); err != nil {
		return p.named(l, r).wrong(err)
	}
	l.Name, l.Email = l.person.Name, l.person.Email
	switch {
	case before == nil:
		l.Kind = LineNew
	case len(l.Changes) > 0:
		l.Kind = LineChanged
	default:
		l.Kind = LineUnchanged
	}
	return l
}

// named says whose row it is, for one that is not taken.
func (p *planner) named(l ImportLine, r record) ImportLine {
	l.Name, l.Email = cmp.Or(p.nameIn(r), l.person.Name), cmp.Or(p.cell(r, "email"), l.person.Email)
	return l
}

func (l ImportLine) wrong(err error) ImportLine {
	l.Kind, l.Faults, l.Changes = LineWrong, fault.Of(err), nil
	return l
}

// readable refuses a row whose bytes are no text under the chosen encoding, whose
// quotes do not add up, or that has more cells than the header has names.
func (p *planner) readable(r record) error {
	if r.torn {
		return fault.New(fault.Invalid, "org.import.torn")
	}
	var bad fault.Fields
	for i, c := range r.cells {
		if i >= len(p.columns) {
			if strings.TrimSpace(c) != "" {
				bad.Say("", "org.import.cells.many", "Max", len(p.columns))
				break
			}
			continue
		}
		odd := func(r rune) bool { return r == unicode.ReplacementChar || unicode.IsControl(r) && !unicode.IsSpace(r) }
		if p.columns[i] != "" && (!utf8.ValidString(c) || strings.ContainsFunc(c, odd)) {
			bad.Say(p.columns[i], "org.import.odd")
		}
	}
	return bad.Err()
}

// whose finds the member a row is about; nil is somebody new.
func (p *planner) whose(r record) (*Person, error) {
	email, no := foldEmail(p.cell(r, "email")), db.Fold(p.cell(r, "employee_no"))
	byEmail, byNo := p.byEmail[email], p.byNo[no]
	if p.key == "email" {
		if email == "" {
			return nil, fault.New(fault.Invalid, "org.email.missing").At("email")
		}
		for _, other := range byNo {
			if byEmail == nil || other.ID != byEmail.ID {
				return nil, fault.New(fault.Invalid, "org.import.employee.taken", "Name", other.Name).At("employee_no")
			}
		}
		return byEmail, nil
	}
	switch {
	case no == "":
		return nil, fault.New(fault.Invalid, "org.import.employee.missing").At("employee_no")
	case len(byNo) > 1:
		return nil, fault.New(fault.Invalid, "org.import.employee.many", "Name", byNo[0].Name, "Other", byNo[1].Name).At("employee_no")
	case len(byNo) == 0 && byEmail != nil:
		return nil, fault.New(fault.Invalid, "org.import.email.known", "Name", byEmail.Name).At("email")
	case len(byNo) == 0:
		return nil, nil
	case byEmail != nil && byEmail.ID != byNo[0].ID:
		return nil, fault.New(fault.Invalid, "org.import.email.taken", "Name", byEmail.Name).At("email")
	}
	return byNo[0], nil
}

// once refuses a row whose person another row speaks of too.
func (p *planner) once(r record) error {
	var bad fault.Fields
	for i, column := range []string{"email", "employee_no"} {
		lines, twice := p.twice[p.keys(r)[i]]
		if !twice {
			continue
		}
		other := lines[0]
		if other == r.line {
			other = lines[1]
		}
		bad.Say(column, "org.import.twice", "Line", other)
	}
	return bad.Err()
}

// fill puts the row into the person and lists what comes to be different. An
// empty cell leaves things as they are.
func (p *planner) fill(l *ImportLine, r record) error {
	var bad []error
	was := l.person
	now, err := p.filled(was, r)
	now = now.tidy()
	bad = append(bad, err, now.check())
	l.person = now
	l.Changes = differences(was, now)
	var scopes []string
	for _, judge := range p.judges {
		v := judge(l.PersonID, func(column string) string { return p.cell(r, column) })
		bad = append(bad, v.Err)
		l.Changes = append(l.Changes, v.Changes...)
		l.wants = append(l.wants, v.Want)
		scopes = append(scopes, v.Scopes...)
	}
	bad = append(bad, p.fillRoles(l, r, scopes))
	if err := errors.Join(bad...); err != nil {
		return err
	}
	return p.mayChange(l)
}

// mayChange keeps a superuser from being changed by somebody below.
func (p *planner) mayChange(l *ImportLine) error {
	above := slices.ContainsFunc(p.roles[l.PersonID], func(h Held) bool { return h.Role == Superuser })
	if above && l.PersonID != "" && len(l.Changes) > 0 && !p.by.Is(Superuser) {
		return fault.New(fault.Denied, "org.role.superuser")
	}
	return nil
}

func (p *planner) nameIn(r record) string {
	return cmp.Or(p.cell(r, "name"), strings.TrimSpace(p.cell(r, "first_name")+" "+p.cell(r, "last_name")))
}

// seal adds a line to the digest.
func (p *planner) seal(l ImportLine) {
	fmt.Fprintf(p.sum, "%d\x00%s\x00%s\x00%q\x00%d\n", l.Line, l.Kind, l.PersonID, l.Changes, len(l.Faults))
}
