package main

import (
	"strings"
	"testing"
)

func TestANamedTestThatWasLeftOutFails(t *testing.T) {
	const told = `{"Action":"run","Package":"parley/internal/app/e2e","Test":"TestArticle"}
{"Action":"pass","Package":"parley/internal/app/e2e","Test":"TestArticle/41_several_providers"}
{"Action":"skip","Package":"parley/internal/app/e2e","Test":"TestArticle/42_the_field"}
{"Action":"output","Package":"parley/internal/app/e2e","Test":"TestOther","Output":"quiet\n"}
{"Action":"pass","Package":"parley/internal/app/e2e","Test":"TestOther"}
{"Action":"output","Package":"parley/internal/app/e2e","Output":"ok  \tparley/internal/app/e2e\t1s\n"}
{"Action":"pass","Package":"parley/internal/app/e2e"}`
	for text, want := range map[string]string{
		"app/e2e.TestArticle/41":                        "",
		"app/e2e.TestArticle/42":                        "was skipped",
		"app/e2e.TestArticle/4":                         "did not run",
		"app/e2e.TestGone and app/e2e.TestArticle/41":   "app/e2e.TestGone is relied on and did not run",
		"a word of prose, and web/page/admin.TestRows.": "web/page/admin.TestRows is relied on and did not run",
	} {
		var out strings.Builder
		failed, err := judge(strings.NewReader(told), &out, named(text))
		if err != nil || failed != (want != "") || !strings.Contains(out.String(), want) {
			t.Errorf("%s: failed %v, %v: %s", text, failed, err, out.String())
		}
		if !strings.Contains(out.String(), "ok  \tparley/internal/app/e2e") || strings.Contains(out.String(), "quiet") {
			t.Errorf("the telling is not go test's: %s", out.String())
		}
	}
}

func TestWhatFailedIsTold(t *testing.T) {
	const told = `{"Action":"output","Package":"p","Test":"TestX","Output":"    x_test.go:1: no\n"}
{"Action":"fail","Package":"p","Test":"TestX"}
{"Action":"build-output","ImportPath":"q","Output":"q.go:1: syntax error\n"}
not json`
	var out strings.Builder
	failed, err := judge(strings.NewReader(told), &out, nil)
	if err != nil || !failed || !strings.Contains(out.String(), "x_test.go:1: no") || !strings.Contains(out.String(), "syntax error") || !strings.Contains(out.String(), "not json") {
		t.Errorf("failed %v, %v: %s", failed, err, out.String())
	}
}
