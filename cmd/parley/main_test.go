package main

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"parley": main})
}

// TestScript runs the program as an operator does; each file in testdata/script
// is one thing that they try.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: alone,
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"await": await},
	})
}

// alone keeps a script on this machine: its own folder, free ports, and no
// vendor that could be reached.
func alone(e *testscript.Env) error {
	for _, name := range []string{"PORT", "PORT2"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		e.Setenv(name, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
		if err := l.Close(); err != nil {
			return err
		}
	}
	e.Setenv("PARLEY_DATABASE_URL", e.WorkDir+"/data/parley.db")
	e.Setenv("PARLEY_BASE_URL", "http://127.0.0.1:"+e.Getenv("PORT"))
	e.Setenv("PARLEY_LISTEN", "127.0.0.1:"+e.Getenv("PORT"))
	e.Setenv("PARLEY_MICROSOFT_LOGIN_URL", "http://127.0.0.1:1")
	e.Setenv("PARLEY_MICROSOFT_GRAPH_URL", "http://127.0.0.1:1")
	return nil
}

// await asks an address until it answers 200, for ten seconds at most.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await URL")
	}
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if answer, err := http.Get(args[0]); err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s did not answer 200 within ten seconds", args[0])
}
