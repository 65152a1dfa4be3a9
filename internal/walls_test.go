package internal_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// walls says which rooms each room may import. A room is a folder under
// internal; "connector/*" stands for every vendor below the seam. What is not
// listed may not be imported.
var walls = map[string]string{
	"fault":       "",
	"words":       "fault",
	"card":        "fault words",
	"pairing":     "fault",
	"holiday":     "words",
	"db":          "fault",
	"job":         "db fault",
	"org":         "db job words fault",
	"connector":   "card fault",
	"connector/*": "connector card fault",
	"vault":       "connector org job db fault",
	"calendar":    "vault connector org job db fault",
	"identity":    "vault connector org job db fault",
	"notify":      "identity vault connector card words org job db fault",
	"support":     "notify connector card words org db fault",
	"talk":        "notify card words org job db fault",
	"program":     "notify card words org job db fault",
	"survey":      "notify card words org job db fault",
	"meeting":     "calendar identity vault notify connector card words org job db fault",
	"appointment": "meeting calendar notify card words org job db fault",
	"mentoring":   "program meeting calendar talk pairing notify card words org job db fault",
	"erg":         "meeting calendar talk pairing notify card words org job db fault",
	"feed":        "vault connector org job db fault",
	"web":         "org words fault",
	"web/ui":      "words",
	"web/page":    "web web/ui support appointment program mentoring erg survey feed meeting talk notify identity vault calendar pairing holiday card words org fault",
	"web/api":     "web appointment program mentoring erg survey feed meeting talk notify identity vault calendar pairing card words org fault",
	"web/hook":    "notify identity vault connector card words org fault web",
	"app":         "*",
	"sandbox":     "sandbox",
	"contract":    "",
}

// testsMay lists what test files may import besides what their room may: a real
// vendor stands against the sandbox where a mock would stand elsewhere, and the
// runner of jobs runs what a test has rung.
var testsMay = []string{"db", "db/dbtest", "job", "connector", "connector/*", "sandbox", "contract", "words", "web/ui/uitest"}

// testRooms are for tests: no other file may import them.
var testRooms = []string{"db/dbtest", "sandbox/sandboxtest", "contract", "web/ui/uitest"}

// banned names say nothing about what a room owns.
var banned = []string{"util", "utils", "common", "helper", "helpers", "base", "shared", "types", "models"}

const module = "parley/internal/"

func TestRoomsImportOnlyWhatTheirWallsAllow(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, imported := range imports(t, f) {
			if why := forbidden(f, imported); why != "" {
				t.Errorf("%s imports %s: %s", f, imported, why)
			}
		}
	}
}

func TestOnlyDBKnowsADriver(t *testing.T) {
	for _, f := range goFiles(t) {
		if strings.HasPrefix(f, "db/") {
			continue
		}
		for _, imported := range imports(t, f) {
			for _, driver := range []string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx", "github.com/pressly/goose"} {
				if strings.HasPrefix(imported, driver) {
					t.Errorf("%s imports %s: only db may know the engine", f, imported)
				}
			}
		}
	}
}

func TestRoomsHaveNamesThatSayWhatTheyOwn(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, part := range strings.Split(path.Dir(f), "/") {
			if slices.Contains(banned, part) {
				t.Errorf("%s: a room named %q does not say what it owns", f, part)
			}
		}
	}
}

func forbidden(file, imported string) string {
	if !strings.HasPrefix(imported, module) {
		return ""
	}
	target, isTest := strings.TrimPrefix(imported, module), strings.HasSuffix(file, "_test.go")
	from, to := room(path.Dir(file)), room(target)
	testOnly := slices.Contains(testRooms, target)
	switch {
	case from == to || strings.HasPrefix(path.Dir(file)+"/", target+"/"):
		return ""
	case testOnly && !isTest && !slices.Contains(testRooms, path.Dir(file)):
		return target + " is for tests"
	case (isTest || slices.Contains(testRooms, path.Dir(file))) && (testOnly || slices.Contains(testsMay, to)):
		return ""
	case allowed(from, to):
		return ""
	}
	return fmt.Sprintf("%s may import %q", from, walls[from])
}

func allowed(from, to string) bool {
	may, known := walls[from]
	return known && (may == "*" || slices.Contains(strings.Fields(may), to))
}

// room names the room a folder belongs to: its longest entry in the table.
func room(dir string) string {
	if strings.HasPrefix(dir, "connector/") {
		return "connector/*"
	}
	for d := dir; d != "."; d = path.Dir(d) {
		if _, ok := walls[d]; ok {
			return d
		}
	}
	return dir
}

func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".go") && strings.Contains(name, "/") {
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}
