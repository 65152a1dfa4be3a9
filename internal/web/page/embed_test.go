package page_test

import (
	"strings"
	"testing"

	"parley/internal/web/page"
)

func TestOriginsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"":                                "",
		"https://www.bank.example":        "https://www.bank.example",
		"https://WWW.Bank.example/book?x": "https://www.bank.example",
		"https://b.example:8443\nhttps://a.example https://a.example/": "https://a.example https://b.example:8443",
		"http://localhost:3000": "http://localhost:3000",
	} {
		got, err := page.ParseOrigins(typed)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v %v", typed, got, err)
		}
	}
	for _, typed := range []string{"bank.example", "*", "https://*.bank.example", "http://bank.example", "https://a@b.example", "javascript:alert(1)", "https://a.example;script-src", "'none'"} {
		if got, err := page.ParseOrigins(typed); err == nil {
			t.Errorf("%q gave %v", typed, got)
		}
	}
}
