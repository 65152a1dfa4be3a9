// Package contract holds traffic against the vendors' own machine-readable descriptions. It is for tests only: it
// reads the descriptions from a folder beside the project, which is not part of it, and lets everything pass where
// that folder is missing.
package contract

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Folder finds the descriptions: the folder PARLEY_CONTRACTS names, else shared/contracts beside the module's root.
func Folder() (string, bool) {
	if named := os.Getenv("PARLEY_CONTRACTS"); named != "" {
		return named, isFolder(named)
	}
	at, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(at, "go.mod")); missing == nil {
			folder := filepath.Join(filepath.Dir(at), "shared", "contracts")
			return folder, isFolder(folder)
		}
		if filepath.Dir(at) == at {
			break
		}
		at = filepath.Dir(at)
	}
	return "", false
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// Require skips a test that is about nothing but the descriptions where they are missing, and says so.
func Require(t testing.TB) {
	t.Helper()
	if _, ok := Folder(); !ok {
		t.Skip("the vendors' descriptions are not here (PARLEY_CONTRACTS, or shared/contracts beside the project)")
	}
}

// book is one vendor's descriptions, ready for looking up.
type book struct {
	operations []*operation
}

// operation is one described call.
type operation struct {
	name   string
	method string
	path   *regexp.Regexp
	params []string
	spec   *openapi3.T
	item   *openapi3.PathItem
	op     *openapi3.Operation
	// login marks the sign-in endpoints, whose addresses begin with the tenant instead of a version.
	login bool
}

var graphBook = sync.OnceValues(func() (*book, error) {
	folder, ok := Folder()
	if !ok {
		return nil, nil
	}
	b := &book{}
	for _, name := range []string{"graph-v1.0-slice.openapi.yaml", "identity-batch-webhook.handwritten.openapi.yaml"} {
		loader := openapi3.NewLoader()
		spec, err := loader.LoadFromFile(filepath.Join(folder, "graph", name))
		if err != nil {
			return nil, fmt.Errorf("the description %s cannot be read: %w", name, err)
		}
		tighten(spec)
		b.add(spec)
	}
	return b, nil
})

// add takes every operation of a description. Plain segments are looked up before parameters.
func (b *book) add(spec *openapi3.T) {
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			pattern, params := matcher(strings.TrimPrefix(path, "/v1.0"))
			b.operations = append(b.operations, &operation{
				name: method + " " + path, method: method, path: pattern, params: params, spec: spec, item: item, op: op,
				login: strings.HasPrefix(path, "/{tenant}"),
			})
		}
	}
	slices.SortFunc(b.operations, func(x, y *operation) int {
		if d := len(x.params) - len(y.params); d != 0 {
			return d
		}
		return strings.Compare(x.name, y.name)
	})
}

var parameter = regexp.MustCompile(`\{([^}]+)\}`)

// matcher turns a path template into a pattern. A function may be called with or without its empty brackets.
func matcher(path string) (*regexp.Regexp, []string) {
	var pattern strings.Builder
	var params []string
	path = strings.TrimSuffix(path, "()")
	last := 0
	for _, at := range parameter.FindAllStringSubmatchIndex(path, -1) {
		pattern.WriteString(regexp.QuoteMeta(path[last:at[0]]) + `([^/]+)`)
		params, last = append(params, path[at[2]:at[3]]), at[1]
	}
	pattern.WriteString(regexp.QuoteMeta(path[last:]))
	return regexp.MustCompile(`^` + pattern.String() + `(?:\(\))?$`), params
}

// tighten repairs what would let anything pass: the description writes "this type or null" as "this type or any
// object".
func tighten(spec *openapi3.T) {
	for _, ref := range spec.Components.Schemas {
		tightenSchema(ref, map[*openapi3.Schema]bool{})
	}
	for _, item := range spec.Paths.Map() {
		for _, op := range item.Operations() {
			tightenOperation(op)
		}
	}
}

func tightenOperation(op *openapi3.Operation) {
	seen := map[*openapi3.Schema]bool{}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Value.Content {
			tightenSchema(media.Schema, seen)
		}
	}
	for _, answer := range op.Responses.Map() {
		for _, media := range answer.Value.Content {
			tightenSchema(media.Schema, seen)
		}
	}
}

func tightenSchema(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	seen[ref.Value] = true
	s := ref.Value
	if len(s.AnyOf) == 2 && isAnyObject(s.AnyOf[1].Value) {
		s.AnyOf[1].Value.Enum = []any{nil}
	}
	for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf, slices.Collect(maps.Values(s.Properties))) {
		tightenSchema(part, seen)
	}
	tightenSchema(s.Items, seen)
}

func isAnyObject(s *openapi3.Schema) bool {
	return s.Type.Is("object") && s.Nullable && len(s.Properties) == 0 && len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) == 0
}

// validated are the operations of all checkers in this process whose request and answer were both held against the
// description.
var validated = struct {
	sync.Mutex
	names map[string]int
}{names: map[string]int{}}

func count(name string) {
	validated.Lock()
	defer validated.Unlock()
	validated.names[name]++
}

// Validated lists the distinct operations validated in this process.
func Validated() []string {
	validated.Lock()
	defer validated.Unlock()
	return slices.Sorted(maps.Keys(validated.names))
}

// Print writes how many distinct operations were validated, or that the descriptions are missing.
func Print(w io.Writer) {
	if _, ok := Folder(); !ok {
		fmt.Fprintln(w, "contracts: the vendors' descriptions are not here; nothing was validated")
		return
	}
	fmt.Fprintf(w, "contracts: %d distinct Microsoft operations validated\n", len(Validated()))
}
