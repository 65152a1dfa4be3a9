package app

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/internal/contract"
)

// articlesFile is the table that says where a page of others is true of Parley.
const articlesFile = "../../docs/articles.md"

// A claim is one row of the table.
type claim struct {
	number           int
	kind, said       string
	where, by, other string
}

// claims reads the table; a row that is not whole is an error of the file.
func claims(t *testing.T) (all []claim) {
	t.Helper()
	text, err := os.ReadFile(articlesFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		number, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue
		}
		if len(cells) != 6 {
			t.Errorf("row %d has %d cells, want 6", number, len(cells))
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		all = append(all, claim{number, cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	return all
}

func TestEveryClaimOfTheArticlesHasItsTest(t *testing.T) {
	all := claims(t)
	if len(all) < 70 {
		t.Errorf("the table has %d rows: can it still be read?", len(all))
	}
	for i, c := range all {
		switch {
		case c.number != i+1:
			t.Errorf("row %d stands at place %d", c.number, i+1)
		case c.said == "" || c.where == "" || !slices.Contains([]string{"statement", "note", "tip", "step", "answer"}, c.kind):
			t.Errorf("row %d is not whole: %+v", c.number, c)
		}
		named := namedTest.FindAllStringSubmatch(c.by, -1)
		if len(named) == 0 {
			t.Errorf("row %d names no test", c.number)
		}
		for _, name := range named {
			if err := testStands(name[1], name[2], name[3]); err != nil {
				t.Errorf("row %d: %s: %v", c.number, name[0], err)
			}
		}
	}
}

// namedTest is a test by its folder under internal, its name and the number of a subtest.
var namedTest = regexp.MustCompile(`([a-z0-9/]+)\.(Test\w+)(?:/(\d+))?`)

// testStands is nil when a test exists, has the subtest, and is skipped for a
// good reason only.
func testStands(folder, name, sub string) error {
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
				return errors.Join(skips(f.Body), hasSubtest(files, sub))
			}
		}
	}
	return errors.New("there is no such test")
}

// skips refuses a test that leaves itself out, other than from short runs and
// where a thing that it needs is not on the machine.
func skips(body *ast.BlockStmt) (err error) {
	ast.Inspect(body, func(n ast.Node) bool {
		if branch, ok := n.(*ast.IfStmt); ok && excused(branch.Cond) {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok {
			if called, ok := call.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(called.Sel.Name, "Skip") {
				err = errors.New("it skips itself")
			}
		}
		return true
	})
	return err
}

// excused reports whether a condition asks for a short run or for a thing that
// may not be there.
func excused(cond ast.Expr) (yes bool) {
	ast.Inspect(cond, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "Short" || s.Sel.Name == "Folder") {
			yes = true
		}
		return !yes
	})
	return yes
}

// hasSubtest is nil when a text that begins with the number stands in the files.
func hasSubtest(files []string, number string) error {
	if number == "" {
		return nil
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.Contains(string(text), `"`+number+" ") {
			return nil
		}
	}
	return errors.New("there is no such subtest")
}

// TestTheArticleIsToldWhole counts what the page of others has, where a copy of
// it is at hand: each step, note, tip and answer is a row.
func TestTheArticleIsToldWhole(t *testing.T) {
	article := article(t)
	notes := len(regexp.MustCompile(`\bNOTE\b`).FindAllString(article, -1))
	steps := len(regexp.MustCompile(`(?m)^\s+\d+\. `).FindAllString(article, -1))
	answers := len(regexp.MustCompile(`(?m)^\s+• A(?: new)? staff member|^  • A staff member`).FindAllString(article, -1))
	_, list, _ := strings.Cut(article, "Hot Tips!")
	list, _, _ = strings.Cut(list, "Modify the video")
	tips := strings.Count(article, "Hot Tip!") + strings.Count(list, "•")
	got := map[string]int{}
	for _, c := range claims(t) {
		got[c.kind]++
	}
	for kind, want := range map[string]int{"note": notes, "step": steps, "tip": tips, "answer": answers} {
		if got[kind] != want {
			t.Errorf("%d rows tell a %s, the article has %d", got[kind], kind, want)
		}
	}
}

// run is how many words in a row are a copy.
const run = 8

func TestTheArticleIsToldInOurOwnWords(t *testing.T) {
	theirs := map[string]bool{}
	words := runOfWords(article(t))
	for i := range len(words) - run + 1 {
		theirs[strings.Join(words[i:i+run], " ")] = true
	}
	text, err := os.ReadFile(articlesFile)
	if err != nil {
		t.Fatal(err)
	}
	ours := runOfWords(string(text))
	for i := range len(ours) - run + 1 {
		if said := strings.Join(ours[i:i+run], " "); theirs[said] {
			t.Errorf("these words are the article's: %s", said)
		}
	}
}

func runOfWords(text string) []string {
	return regexp.MustCompile(`[\p{L}\p{N}]+`).FindAllString(strings.ToLower(text), -1)
}

// article is the page itself, where somebody put it beside the repository.
func article(t *testing.T) string {
	t.Helper()
	contracts, ok := contract.Folder()
	if !ok {
		t.Skip("the article is not here")
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(contracts), "sources", "002_0cbfcc641e72c54a.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the article is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
