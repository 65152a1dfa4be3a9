package org

import (
	"slices"
	"strings"
	"unicode"

	"parley/internal/db"
	"parley/internal/words"
)

// An ImportColumn is one that an import of staff understands. People read its
// name as the catalogue key "org.import.column.<name>".
type ImportColumn struct {
	Name string
	// Also are further headings under which other programs write it.
	Also []string
}

// ownColumns are what this room knows of a member.
var ownColumns = []ImportColumn{
	{"name", []string{"full name", "display name", "staff name", "employee name", "nom complet", "nom et prénom"}},
	{"first_name", []string{"given name", "forename", "first", "prénom"}},
	{"last_name", []string{"surname", "family name", "last", "nom de famille"}},
	{"email", []string{"email", "mail", "e-mail address", "work e-mail", "adresse e-mail", "courriel", "adresse électronique"}},
	{"username", []string{"upn", "user principal name", "user name", "login", "sign-in name", "nom d'utilisateur", "identifiant"}},
	{"employee_no", []string{"employee number", "employee no", "staff id", "staff number", "personnel number", "matricule", "numéro d'employé", "id employé"}},
	{"phone", []string{"telephone", "phone number", "mobile", "mobile phone", "business phone", "téléphone", "portable"}},
	{"lang", []string{"language of the pages", "preferred language", "locale", "langue préférée"}},
	{"zone", []string{"zone", "timezone", "tz", "fuseau"}},
	{"role", []string{"roles", "access", "permissions", "rôles"}},
}

// ImportColumns lists every column that an import understands, with those of the
// rooms above.
func (o *Orgs) ImportColumns() []ImportColumn {
	all := slices.Clone(ownColumns)
	for _, part := range o.ImportParts {
		all = append(all, part.Columns...)
	}
	return all
}

// ColumnKey names what people call a column.
func ColumnKey(name string) string { return "org.import.column." + name }

// recognise says which column each heading means; empty is none. No column is
// taken twice.
func (o *Orgs) recognise(header []string) []string {
	byName := map[string]string{}
	for _, c := range o.ImportColumns() {
		for _, l := range words.Langs() {
			byName[heading(words.Reader{Lang: l.Tag}.T(ColumnKey(c.Name)))] = c.Name
		}
		for _, also := range append(c.Also, c.Name) {
			byName[heading(also)] = c.Name
		}
	}
	columns := make([]string, len(header))
	for i, h := range header {
		if name := byName[heading(h)]; name != "" && !slices.Contains(columns, name) {
			columns[i] = name
		}
	}
	return columns
}

// heading makes headings comparable: "E-mail address", "EMAIL_ADDRESS".
func heading(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, db.Fold(text))
}

// formula are the signs with which a spreadsheet begins a formula (OWASP, CSV
// injection).
const formula = "=+-@\t\r\n"

// PlainCell writes text so that a spreadsheet shows it and does not reckon with
// it.
func PlainCell(text string) string {
	if text != "" && strings.ContainsRune(formula, rune(text[0])) {
		return "'" + text
	}
	return text
}

// cellText is what somebody wrote into a cell, without what PlainCell put in front.
func cellText(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 1 && text[0] == '\'' && strings.ContainsRune(formula, rune(text[1])) {
		return text[1:]
	}
	return text
}
