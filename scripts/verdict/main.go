// Command verdict reads what `go test -json` tells, prints it as go test prints
// it, and fails when a test that the named documents rely on was skipped or did
// not run: a page of claims is worth what its tests are.
//
//	go test -json ./... | go run ./scripts/verdict docs/articles.md
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	var texts []string
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		texts = append(texts, string(text))
	}
	failed, err := judge(os.Stdin, os.Stdout, named(strings.Join(texts, "\n")))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

// An event is one line of go test's telling.
type event struct {
	Action, Package, Test, Output string
}

// A result is what became of a test.
type result struct {
	pkg, test, action string
}

var reference = regexp.MustCompile(`([a-z0-9]+(?:/[a-z0-9]+)+)\.(Test\w+)(?:/(\d+))?`)

// named are the tests that a document relies on, each once.
func named(text string) []string {
	all := reference.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// judge prints the telling and says whether anything failed, a named test that
// was left out among it.
func judge(in io.Reader, out io.Writer, names []string) (failed bool, err error) {
	var results []result
	said := map[string]*strings.Builder{}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // what a build says
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			if said[key] == nil {
				said[key] = &strings.Builder{}
			}
			said[key].WriteString(e.Output)
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "build-fail":
			failed = true
		case "pass", "fail", "skip":
			failed = failed || e.Action == "fail"
			if e.Test != "" {
				results = append(results, result{e.Package, e.Test, e.Action})
			}
			if text := said[key]; text != nil && (e.Test == "" || e.Action == "fail") {
				fmt.Fprint(out, text)
			}
			delete(said, key)
		}
	}
	for _, name := range names {
		if why := missing(results, name); why != "" {
			fmt.Fprintf(out, "FAIL\t%s %s\n", name, why)
			failed = true
		}
	}
	return failed, lines.Err()
}

// missing says what is wrong with a named test; empty when it ran. Its own
// failure was told already.
func missing(results []result, name string) string {
	parts := reference.FindStringSubmatch(name)
	test := parts[2]
	if parts[3] != "" {
		test += "/" + parts[3]
	}
	why := "is relied on and did not run"
	for _, r := range results {
		if !strings.HasSuffix(r.pkg, "/"+parts[1]) || r.test != test && !strings.HasPrefix(r.test, test+"_") {
			continue
		}
		if r.action != "skip" {
			return ""
		}
		why = "is relied on and was skipped"
	}
	return why
}
