package org

import (
	"cmp"
	"slices"
	"strings"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/words"
)

// filled is a person with what a row says of them.
func (p *planner) filled(n Person, r record) (Person, error) {
	var bad fault.Fields
	n.Name = cmp.Or(p.nameIn(r), n.Name)
	n.Email = cmp.Or(p.cell(r, "email"), n.Email)
	n.Username = cmp.Or(p.cell(r, "username"), n.Username)
	n.EmployeeNo = cmp.Or(p.cell(r, "employee_no"), n.EmployeeNo)
	n.Phone = cmp.Or(p.cell(r, "phone"), n.Phone)
	n.Zone = cmp.Or(p.cell(r, "zone"), n.Zone)
	if text := p.cell(r, "lang"); text != "" {
		if tag, _ := words.FindLanguage(text); words.IsLang(tag) {
			n.Lang = tag
		} else {
			bad.Say("lang", "org.import.lang.unknown", "Text", text)
		}
	}
	return n, bad.Err()
}

// differences are the changes between two states of a person.
func differences(was, now Person) (all []ImportChange) {
	add := func(column, old, text string) {
		if old != text {
			all = append(all, ImportChange{Column: column, Old: old, New: text})
		}
	}
	add("name", was.Name, now.Name)
	add("email", was.Email, now.Email)
	add("username", was.Username, now.Username)
	add("employee_no", was.EmployeeNo, now.EmployeeNo)
	add("phone", was.Phone, now.Phone)
	add("lang", was.Lang, now.Lang)
	add("zone", was.Zone, now.Zone)
	return all
}

// importedRoles are the roles that a file may give and take.
var importedRoles = []Role{Administrator, Scheduler}

// fillRoles puts the roles of a row into the line. A scheduler of locations is
// one of these; who is a scheduler already and gets no location stays where they are.
func (p *planner) fillRoles(l *ImportLine, r record, scopes []string) error {
	text := p.cell(r, "role")
	if text == "" {
		return nil
	}
	wanted, err := rolesNamed(text)
	if err != nil {
		return err
	}
	var before, after []Held
	for _, h := range p.roles[l.PersonID] {
		if slices.Contains(importedRoles, h.Role) && l.PersonID != "" {
			before = append(before, h)
		}
	}
	for _, role := range wanted {
		after = append(after, scoped(role, before, scopes)...)
	}
	slices.SortFunc(before, byRole)
	slices.SortFunc(after, byRole)
	if slices.EqualFunc(before, after, func(a, b Held) bool { return a.Role == b.Role && a.Scope == b.Scope }) {
		return nil
	}
	l.roles = append([]Held{}, after...)
	l.Changes = append(l.Changes, ImportChange{Column: "role", Old: roleNames(before), New: roleNames(after)})
	return nil
}

func byRole(a, b Held) int { return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Scope, b.Scope)) }

// scoped is a role with where it holds.
func scoped(role Role, before []Held, scopes []string) (all []Held) {
	if role != Scheduler {
		return []Held{{Role: role}}
	}
	for _, s := range scopes {
		all = append(all, Held{Role: role, Scope: s})
	}
	if all != nil {
		return all
	}
	for _, h := range before {
		if h.Role == role {
			all = append(all, Held{Role: role, Scope: h.Scope})
		}
	}
	if all != nil {
		return all
	}
	return []Held{{Role: role}}
}

// roleNames lists roles as the file writes them, each once.
func roleNames(held []Held) string {
	names := []string{}
	for _, h := range held {
		if !slices.Contains(names, string(h.Role)) {
			names = append(names, string(h.Role))
		}
	}
	return cmp.Or(strings.Join(names, "; "), string(Member))
}

// rolesNamed reads the cell of a role, in any language that pages are written in.
func rolesNamed(text string) (roles []Role, err error) {
	for _, name := range CellList(text) {
		role, known := roleNamed(name)
		if !known {
			return nil, fault.New(fault.Invalid, "org.import.role.unknown", "Text", name).At("role")
		}
		if role != Member && !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles, nil
}

// alsoRoles are words that other programs use.
var alsoRoles = map[string]Role{"admin": Administrator, "staff": Member, "user": Member, "employee": Member, "contact center": Scheduler}

func roleNamed(name string) (Role, bool) {
	name = db.Fold(name)
	if r, ok := alsoRoles[name]; ok {
		return r, true
	}
	for _, r := range append(slices.Clone(importedRoles), Member) {
		if name == string(r) {
			return r, true
		}
		for _, l := range words.Langs() {
			if name == db.Fold(words.Reader{Lang: l.Tag}.T("org.role.name."+string(r))) {
				return r, true
			}
		}
	}
	return "", false
}

// CellList splits a cell that names several things: with semicolons, bars or
// lines, or where there are none of these, with commas.
func CellList(text string) (all []string) {
	by := ";|\n"
	if !strings.ContainsAny(text, by) {
		by = ","
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(by, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}
