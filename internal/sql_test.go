package internal_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// everyOrganization marks a query that may see all organizations, with its reason.
var everyOrganization = regexp.MustCompile(`/\* every organization: ([^*]+?) \*/`)

var (
	isSQL       = regexp.MustCompile(`(?is)^\s*(/\*.*?\*/\s*)*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s`)
	createTable = regexp.MustCompile(`(?is)CREATE TABLE (\w+) \((.*?)\n\);`)
	primaryKey  = regexp.MustCompile(`(?i)PRIMARY KEY \((\w+)`)
)

// shared tables serve all organizations at once, so their keys need not begin
// with one: work queues, paces, and what is looked up before it is known whose
// it is.
var shared = []string{"jobs", "ticks", "gates", "lanes"}

// TestEveryQueryNamesTheOrganization reads all SQL text: a query on a table
// that belongs to organizations names org_id, or says why it need not. The
// exceptions are listed in testdata/every_organization.golden.
func TestEveryQueryNamesTheOrganization(t *testing.T) {
	owned := ownedTables(t)
	var exceptions []string
	for _, f := range goFiles(t) {
		if strings.HasSuffix(f, "_test.go") || strings.HasPrefix(f, "db/dbtest/") {
			continue
		}
		for _, q := range queries(t, f) {
			tables := slices.DeleteFunc(slices.Clone(owned), func(table string) bool { return !mentions(q, table) })
			if len(tables) == 0 {
				continue
			}
			if m := everyOrganization.FindStringSubmatch(q); m != nil {
				exceptions = append(exceptions, filepath.ToSlash(filepath.Dir(f))+": "+strings.Join(tables, " ")+": "+m[1])
				continue
			}
			if !strings.Contains(q, "org_id") && !strings.HasPrefix(strings.ToUpper(strings.TrimSpace(q)), "INSERT") {
				t.Errorf("%s: a query on %v names no organization:\n%s", f, tables, q)
			}
		}
	}
	slices.Sort(exceptions)
	golden(t, "testdata/every_organization.golden", strings.Join(slices.Compact(exceptions), "\n")+"\n")
}

// TestKeysBeginWithTheOrganization keeps the way open to spread organizations
// over machines.
func TestKeysBeginWithTheOrganization(t *testing.T) {
	for table, body := range tables(t) {
		if !strings.Contains(body, "org_id") || slices.Contains(shared, table) {
			continue
		}
		if m := primaryKey.FindStringSubmatch(body); (m == nil || m[1] != "org_id") && !strings.Contains(body, "every organization:") {
			t.Errorf("table %s: its primary key does not begin with org_id", table)
		}
	}
}

func mentions(query, table string) bool {
	return regexp.MustCompile(`(?i)\b(FROM|JOIN|INTO|UPDATE)\s+` + table + `\b`).MatchString(query)
}

// ownedTables are the tables with an org_id column.
func ownedTables(t *testing.T) []string {
	t.Helper()
	var owned []string
	for table, body := range tables(t) {
		if strings.Contains(body, "org_id") {
			owned = append(owned, table)
		}
	}
	slices.Sort(owned)
	return owned
}

func tables(t *testing.T) map[string]string {
	t.Helper()
	files, _ := filepath.Glob("db/migrations/*.sql")
	all := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range createTable.FindAllStringSubmatch(string(text), -1) {
			all[m[1]] = m[2]
		}
	}
	if len(all) == 0 {
		t.Fatal("no tables found")
	}
	return all
}

// queries returns the SQL texts of a file, concatenations joined.
func queries(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, whole := literal(e)
		if isSQL.MatchString(text) {
			found = append(found, text)
		}
		return !whole
	})
	return found
}

// literal joins the string literals of a concatenation; whole says that e is
// one, so that its parts are not read again.
func literal(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, _ := strconv.Unquote(e.Value)
			return s, true
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, l := literal(e.X)
			right, r := literal(e.Y)
			return left + right, l || r
		}
	}
	return "", false
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update once you have read it:\n%s", name, diff)
	}
}
