package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCataloguesAreSound(t *testing.T) {
	if err := Broken(); err != nil {
		t.Error(err)
	}
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

func placeholders(f forms) []string {
	found := map[string]bool{}
	for _, text := range f {
		for _, p := range placeholder.FindAllString(text, -1) {
			found[p] = true
		}
	}
	// The form for one may say "a day" instead of "1 day".
	delete(found, "{{.Count}}")
	return slices.Sorted(maps.Keys(found))
}

func TestLanguagesSayTheSame(t *testing.T) {
	english := all().langs[Default].forms
	for _, lang := range tags()[1:] {
		other := all().langs[lang].forms
		for key, f := range english {
			o, ok := other[key]
			if !ok {
				t.Errorf("%s is missing in %s", key, lang)
				continue
			}
			if diff := cmp.Diff(placeholders(f), placeholders(o)); diff != "" {
				t.Errorf("%s has other placeholders in %s (-en +%s):\n%s", key, lang, lang, diff)
			}
			if (len(f) > 1) != (len(o) > 1) {
				t.Errorf("%s counts in only one of en and %s", key, lang)
			}
		}
		for key := range other {
			if _, ok := english[key]; !ok {
				t.Errorf("%s is in %s and not in en", key, lang)
			}
		}
	}
}

func TestTextsCanBeFilled(t *testing.T) {
	simple := regexp.MustCompile(`^\{\{\.[A-Z][A-Za-z0-9]*\}\}$`)
	for lang, tongue := range all().langs {
		for key, f := range tongue.forms {
			for _, text := range f {
				for _, p := range placeholder.FindAllString(text, -1) {
					if !simple.MatchString(p) {
						t.Errorf("%s in %s: %s is not a plain placeholder", key, lang, p)
					}
				}
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s is empty in %s", key, lang)
				}
			}
		}
	}
}

// TestKeysInSourceExist walks the whole tree, because a key that is spelled
// wrong is only seen by the person who meets it.
func TestKeysInSourceExist(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || (strings.HasPrefix(d.Name(), ".") && path != root)):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".templ"):
			checkTempl(t, path)
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go"):
			checkGo(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func known(key string) bool { return Reader{}.Has(key) }

var templCall = regexp.MustCompile(`\.T\("([^"]*)"\s*[,)]`)

func checkTempl(t *testing.T, path string) {
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range templCall.FindAllStringSubmatch(string(source), -1) {
		if !known(m[1]) {
			t.Errorf("%s: no catalogue has %q", path, m[1])
		}
	}
}

func checkGo(t *testing.T, path string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Logf("%s does not parse: %v", path, err)
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if key, ok := keyOf(call); ok && key != "" && !known(key) {
			t.Errorf("%s: no catalogue has %q", set.Position(call.Pos()), key)
		}
		return true
	})
}

// keyArgument says which argument of a call is a catalogue key. A name with a
// package is a function, one without is a method.
var keyArgument = map[string]int{"T": 0, "fault.New": 1, "fault.Wrap": 2, "card.Say": 0, "connector.OperatorFault": 1}

func keyOf(call *ast.CallExpr) (string, bool) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	name := selector.Sel.Name
	if pkg, ok := selector.X.(*ast.Ident); ok && name != "T" {
		name = pkg.Name + "." + name
	}
	at, ok := keyArgument[name]
	if !ok || at >= len(call.Args) {
		return "", false
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	key, err := strconv.Unquote(literal.Value)
	return key, err == nil
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":"x","a":"y"}`:       "twice",
		`{"a":{"one":"x"}}`:       `"other" is missing`,
		`{"a":{"sum":"x"}}`:       "no plural form",
		`{"a":["x"]}`:             "neither",
		`["a"]`:                   "not a JSON object",
		`{"a":"x"`:                "EOF",
		`{"a":"x",}`:              "invalid",
		`{"a":"x"}{}`:             "behind",
		`{"a":{"other":{"x":1}}}`: "neither",
	} {
		if _, err := parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want an error with %q", text, err, want)
		}
	}
}
