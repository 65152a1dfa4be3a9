package app

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A masterKey is 32 bytes of the operator's from which every other key is
// derived, one for each purpose, so that a key used to sign links can never
// open a seal.
type masterKey struct {
	id    string
	bytes []byte
}

// loadKeys returns the master keys, the one in use first. A SQLite installation
// that has none makes one in a file beside its database.
func loadKeys(c Config) ([]masterKey, error) {
	if !c.Keys.Empty() {
		return parseKeys(c.Keys.Reveal())
	}
	if isPostgres(c.DatabaseURL) {
		return nil, errors.New("PARLEY_KEYS is not set: all processes on one PostgreSQL need the same keys; make one with: head -c 32 /dev/urandom | base64")
	}
	path := filepath.Join(filepath.Dir(c.DatabaseURL), "parley.key")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeKeyFile(path)
	}
	if err != nil {
		return nil, err
	}
	return parseKeys(string(text))
}

func makeKeyFile(path string) ([]masterKey, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails, by its documentation
	text := base64.StdEncoding.EncodeToString(key)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteString(text + "\n"); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return parseKeys(text)
}

func parseKeys(list string) ([]masterKey, error) {
	var keys []masterKey
	for n, text := range strings.Split(list, ",") {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(raw) != 32 {
			return nil, fmt.Errorf("PARLEY_KEYS: key %d is not base64 of 32 bytes", n+1)
		}
		sum := sha256.Sum256(raw)
		keys = append(keys, masterKey{id: hex.EncodeToString(sum[:4]), bytes: raw})
	}
	return keys, nil
}

// derive makes the key for one purpose.
func (k masterKey) derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, k.bytes, nil, "parley "+purpose, 32)
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}
