package admin_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/internal/words"
)

// recorded is what the source of the program writes into the journal.
type recorded struct {
	// verbs and kinds by where they stand; a verb that ends in a dot is the
	// beginning of several.
	verbs, kinds map[string]token.Position
	set          *token.FileSet
}

// TestEveryVerbHasItsSentence reads the source of the program, because a verb
// without a sentence is only seen by the administrator who looks it up.
func TestEveryVerbHasItsSentence(t *testing.T) {
	found := readSource(t)
	sentences := words.Keys("journal.")
	for verb, at := range found.verbs {
		if strings.HasSuffix(verb, ".") {
			if !slices.ContainsFunc(sentences, func(s string) bool { return strings.HasPrefix(s, verb) }) {
				t.Errorf("%s: no sentence begins with journal.%s", at, verb)
			}
			continue
		}
		for _, lang := range []string{"en", "fr"} {
			if !(words.Reader{Lang: lang}).Has("journal." + verb) {
				t.Errorf("%s: journal.%s has no sentence in %s", at, verb, lang)
			}
		}
	}
	for _, s := range sentences {
		if !(words.Reader{}).Has("admin.verb." + s) {
			t.Errorf("the filter of the audit log has no word for %s: write admin.verb.%s", s, s)
		}
	}
	for kind, at := range found.kinds {
		if !(words.Reader{}).Has("admin.kind." + kind) {
			t.Errorf("%s: the audit log has no word for the kind of thing: write admin.kind.%s", at, kind)
		}
	}
	if len(found.verbs) < 30 || len(found.kinds) < 8 {
		t.Errorf("found only %d verbs and %d kinds", len(found.verbs), len(found.kinds))
	}
}

func readSource(t *testing.T) recorded {
	t.Helper()
	r := recorded{verbs: map[string]token.Position{}, kinds: map[string]token.Position{}, set: token.NewFileSet()}
	byFolder := map[string][]*ast.File{}
	err := filepath.WalkDir(filepath.Join("..", "..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		f, err := parser.ParseFile(r.set, path, nil, parser.SkipObjectResolution)
		if err == nil {
			byFolder[filepath.Dir(path)] = append(byFolder[filepath.Dir(path)], f)
		}
		return nil // what does not parse fails elsewhere
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range byFolder {
		takes := takesVerb(files)
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool { r.visit(n, takes); return true })
		}
	}
	return r
}

// takesVerb says of each function of a package which of its parameters is a verb.
func takesVerb(files []*ast.File) map[string]int {
	takes := map[string]int{"Entry": 0}
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			at := 0
			for _, field := range fn.Type.Params.List {
				for _, name := range field.Names {
					if name.Name == "verb" {
						takes[fn.Name.Name] = at
					}
					at++
				}
			}
		}
	}
	return takes
}

// visit takes the verbs out of calls of functions that take one, and out of
// variables of that name.
func (r recorded) visit(n ast.Node, takes map[string]int) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
		case *ast.Ident:
			name = f.Name
		}
		at, ok := takes[name]
		if !ok || at >= len(n.Args) {
			return
		}
		r.verb(n.Args[at])
		if kind := text(n.Args[min(at+1, len(n.Args)-1)]); name == "Entry" && kind != "" {
			r.kinds[kind] = r.set.Position(n.Pos())
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if name, ok := left.(*ast.Ident); ok && name.Name == "verb" && i < len(n.Rhs) {
				r.verb(n.Rhs[i])
			}
		}
	}
}

func (r recorded) verb(e ast.Expr) {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		e = sum.X
	}
	if verb := text(e); strings.Contains(verb, ".") {
		r.verbs[verb] = r.set.Position(e.Pos())
	}
}

// text is a string literal, or empty.
func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(literal.Value)
	return s
}
