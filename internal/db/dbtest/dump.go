package dbtest

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Dump reads every table of the database at an address (a file path or
// postgres://) as it is kept, past everything that db does: a line of name=value
// for each row, sorted, by table. It is for tests that look for what must not
// be there, or must not have changed.
func Dump(t testing.TB, address string) map[string][]string {
	t.Helper()
	driver, list := "sqlite", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if strings.HasPrefix(address, "postgres") {
		driver, list = "pgx", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	d, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := map[string][]string{}
	for _, table := range lines(t, d, list) {
		name := strings.TrimSpace(table[strings.Index(table, "=")+1:])
		all[name] = lines(t, d, `SELECT * FROM "`+name+`"`)
		slices.Sort(all[name])
	}
	return all
}

// lines runs a query and writes each row as a line.
func lines(t testing.TB, d *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		all = append(all, line(names, values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func line(names []string, values []any) string {
	var b strings.Builder
	for i, v := range values {
		if bytes, ok := v.([]byte); ok {
			v = string(bytes)
		}
		fmt.Fprintf(&b, "%s=%v ", names[i], v)
	}
	return b.String()
}
