package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Keys are the keys that seal what is kept. The first seals; the others only
// open what was sealed before it came.
type Keys struct {
	newest string
	byID   map[string]cipher.AEAD
}

const (
	// keyBytes is the size of a key: AES-256.
	keyBytes = 32
	// keyIDMax keeps the length of an id in one byte of the sealed form.
	keyIDMax = 64
)

// NewKey is a fresh key in the form that ParseKeys reads.
func NewKey(id string) string {
	b := make([]byte, keyBytes)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return id + ":" + base64.StdEncoding.EncodeToString(b)
}

// ParseKeys reads "id:base64 id:base64 ...", the newest first, separated by
// spaces, commas or lines. Its errors never quote a key.
func ParseKeys(text string) (Keys, error) {
	k := Keys{byID: map[string]cipher.AEAD{}}
	for i, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		id, secret, ok := strings.Cut(part, ":")
		if !ok || id == "" || len(id) > keyIDMax {
			return Keys{}, fmt.Errorf("sealing key %d is not written as id:base64", i+1)
		}
		raw, err := base64.StdEncoding.DecodeString(secret)
		if err != nil || len(raw) != keyBytes {
			return Keys{}, fmt.Errorf("sealing key %q is not %d bytes in base64", id, keyBytes)
		}
		if k.byID[id] != nil {
			return Keys{}, fmt.Errorf("two sealing keys are called %q", id)
		}
		if k.byID[id], err = aead(raw); err != nil {
			return Keys{}, err
		}
		if k.newest == "" {
			k.newest = id
		}
	}
	if k.newest == "" {
		return Keys{}, errors.New("there is no sealing key")
	}
	return k, nil
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal keeps a value as JSON under the newest key. The sealed form is the
// length of the key's id, the id, a nonce, and the ciphertext. It is bound to
// its place: opened anywhere else it is not authentic.
func (k Keys) seal(value any, place ...string) ([]byte, error) {
	c, ok := k.byID[k.newest]
	if !ok {
		return nil, errors.New("there is no sealing key")
	}
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	out := append([]byte{byte(len(k.newest))}, k.newest...)
	nonce := make([]byte, c.NonceSize())
	_, _ = rand.Read(nonce) // never fails: it ends the program instead
	out = append(out, nonce...)
	return c.Seal(out, nonce, plain, bind(k.newest, place)), nil
}

// open reads what seal wrote at the same place.
func (k Keys) open(sealed []byte, value any, place ...string) error {
	id, rest, ok := keyOf(sealed)
	c := k.byID[id]
	if !ok || c == nil {
		return fmt.Errorf("what is sealed needs the key %q, which is not among the sealing keys", id)
	}
	if len(rest) < c.NonceSize() {
		return errors.New("what is sealed is cut short")
	}
	plain, err := c.Open(nil, rest[:c.NonceSize()], rest[c.NonceSize():], bind(id, place))
	if err != nil {
		return errors.New("what is sealed is not authentic: it was changed, or moved to another place")
	}
	return json.Unmarshal(plain, value)
}

func keyOf(sealed []byte) (id string, rest []byte, ok bool) {
	if len(sealed) == 0 || len(sealed) < 1+int(sealed[0]) {
		return "", nil, false
	}
	n := 1 + int(sealed[0])
	return string(sealed[1:n]), sealed[n:], true
}

// bind is the additional data: key id and place, each with its length, so that
// no two places write the same.
func bind(id string, place []string) []byte {
	var b strings.Builder
	for _, part := range append([]string{"parley", id}, place...) {
		fmt.Fprintf(&b, "%d:%s", len(part), part)
	}
	return []byte(b.String())
}
