package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/app"
)

func TestConfigKnowsItsOriginsAndHidesItsSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("s3cret-value\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"PARLEY_BASE_URL=https://meet.example.org/", "PARLEY_MICROSOFT_CLIENT_SECRET_FILE=" + file, "PARLEY_LISTEN=:1", "HOME=/root"}
	c, origins, err := app.LoadConfig(environ, map[string]string{"LISTEN": "127.0.0.1:9000"})
	if err != nil {
		t.Fatal(err)
	}
	if c.BaseURL != "https://meet.example.org" || c.Listen != "127.0.0.1:9000" || c.MicrosoftClientSecret.Reveal() != "s3cret-value" {
		t.Errorf("config = %+v", c)
	}
	want := map[string]string{
		"PARLEY_BASE_URL": "environment", "PARLEY_LISTEN": "flag", "PARLEY_DATABASE_URL": "default",
		"PARLEY_MICROSOFT_CLIENT_SECRET": "file " + file,
	}
	for _, o := range origins {
		if from, ok := want[o.Name]; ok && o.From != from {
			t.Errorf("%s comes from %q, want %q", o.Name, o.From, from)
		}
		if strings.Contains(o.Value, "s3cret") {
			t.Errorf("%s shows its secret", o.Name)
		}
	}
}

func TestConfigRefusesWhatCannotWork(t *testing.T) {
	for _, bad := range []string{"BASE_URL=meet.example.org", "BASE_URL=https://example.org/parley", "WORKERS=0", "WORKERS=many",
		"TRUSTED_PROXIES=nonsense", "MICROSOFT_CLIENT_SECRET_FILE=/does/not/exist"} {
		if _, _, err := app.LoadConfig([]string{"PARLEY_" + bad}, nil); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
