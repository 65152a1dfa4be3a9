package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named "pgx"
)

// A server is a PostgreSQL server in which tests make databases.
type server struct {
	base  string // address with %s for the database's name
	admin *sql.DB
	count atomic.Int64
}

var postgresServer = sync.OnceValues(func() (*server, error) {
	base := os.Getenv("PARLEY_TEST_POSTGRES")
	if base == "none" {
		return nil, errors.New("PARLEY_TEST_POSTGRES is none")
	}
	if base == "" {
		var err error
		if base, err = startPostgres(); err != nil {
			return nil, err
		}
	}
	admin, err := sql.Open("pgx", fmt.Sprintf(base, "postgres"))
	if err != nil {
		return nil, err
	}
	admin.SetMaxOpenConns(1) // CREATE DATABASE wants its template to itself
	s := &server{base: base, admin: admin}
	return s, s.template()
})

// template migrates the database that each test's is a copy of.
func (s *server) template() error {
	url, err := s.create(templateName, "template1")
	if err != nil {
		return err
	}
	return migrate(url)
}

// templateName is a database of this process's own: a shared server serves
// the tests of several packages at once.
var templateName = fmt.Sprintf("parley_template_%d", os.Getpid())

func (s *server) create(name, from string) (string, error) {
	_, err := s.admin.Exec(fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, from))
	return fmt.Sprintf(s.base, name), err
}

// startPostgres starts a private server on a loopback port, without durability,
// which dies with this process.
func startPostgres() (string, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return "", err
	}
	removeDead()
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("parley-postgres-%d", os.Getpid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	owner, err := postgresOwner(dir)
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	if out, err := asOwner(owner, dir, filepath.Join(bin, "initdb"), "-D", data, "-U", "parley", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %v: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	run := asOwner(owner, dir, filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
	if err := run.Start(); err != nil {
		return "", err
	}
	base := fmt.Sprintf("postgres://parley@127.0.0.1:%d/%%s?sslmode=disable", port)
	return base, waitFor(fmt.Sprintf(base, "postgres"))
}

// removeDead removes the folders of servers whose test process has ended: a
// killed process cannot remove its own.
func removeDead() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), "parley-postgres-*"))
	for _, dir := range dirs {
		pid := dir[strings.LastIndex(dir, "-")+1:]
		if _, err := os.Stat("/proc/" + pid); os.IsNotExist(err) {
			_ = os.RemoveAll(dir)
		}
	}
}

// postgresPrograms finds the folder of initdb and postgres: Debian keeps them
// out of PATH.
func postgresPrograms() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("postgres")
	return filepath.Dir(path), err
}

// postgresOwner is the account the server runs as: PostgreSQL refuses root.
func postgresOwner(dir string) (*user.User, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	return owner, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// waitFor returns once the server answers; it needs about a second.
func waitFor(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	probe, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer probe.Close()
	for {
		err := probe.PingContext(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(30 * time.Millisecond):
		}
	}
}
