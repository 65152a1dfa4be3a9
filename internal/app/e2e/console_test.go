package e2e_test

import (
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// listen fails the test at its end for every error on the browser's console:
// what a page wrote there, what it asked for and did not get. Errors of scripts
// and of the Content-Security-Policy are uitest's to watch.
func (b *tab) listen() {
	b.t.Helper()
	var mu sync.Mutex
	var heard []string
	err := chromedp.Listen(b.ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventConsoleAPICalled:
			if ev.Type == runtime.ConsoleAPICalledTypeError {
				heard = append(heard, "console.error was called")
			}
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError && (b.refusal == "" || !strings.Contains(ev.Entry.Text, b.refusal)) {
				heard = append(heard, ev.Entry.Text+" "+ev.Entry.URL)
			}
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, text := range heard {
			b.t.Errorf("on the console: %s", text)
		}
	})
}
