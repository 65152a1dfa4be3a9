package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parley/internal/fault"
)

// macSize is how much of the HMAC-SHA256 a link carries: 128 bits cannot be
// guessed, and the address stays short enough for a plain-text mail.
const macSize = 16

// A Claim is what a signed link says: this person may do, or see, this. Who
// holds the link is taken to be the person, as with every link in a mail; it is
// good for one purpose and until one moment.
//
// Opening a link never does anything: mail scanners open every link. It leads to
// a page with a button, and the button posts.
type Claim struct {
	// Purpose is the name of a verb or a page, such as "appointment.manage".
	Purpose  string
	OrgID    string
	Object   string
	PersonID string
	Expires  time.Time
}

// LinkKeys are the installation's keys for signed links, by id. New links are
// signed with the current one; links in mails that were sent before a change of
// keys stay good for as long as their key is kept.
type LinkKeys struct {
	Current string
	Keys    map[string][]byte
}

// Check reports whether links can be signed with the keys.
func (k LinkKeys) Check() error {
	for id, key := range k.Keys {
		if len(key) < 32 || id == "" || len(id) > 255 {
			return fmt.Errorf("link key %q: the id needs 1 to 255 bytes and the key at least 32", id)
		}
	}
	if k.Keys[k.Current] == nil {
		return fmt.Errorf("link key %q is not among the keys", k.Current)
	}
	return nil
}

// Sign returns the claim as a token for an address.
func (k LinkKeys) Sign(c Claim) string {
	b := packText(nil, k.Current)
	for _, s := range []string{c.Purpose, c.OrgID, c.Object, c.PersonID} {
		b = packText(b, packID(s))
	}
	b = binary.AppendVarint(b, c.Expires.Unix())
	return base64.RawURLEncoding.EncodeToString(append(b, k.mac(k.Current, b)...))
}

// Verify returns the claim of a token that was signed with one of the keys for
// the purpose and has not expired. A token that was tampered with and one for
// another purpose are the same to the one who holds it.
func (k LinkKeys) Verify(token, purpose string, now time.Time) (Claim, error) {
	c, err := k.open(token)
	if err != nil || c.Purpose != purpose {
		return Claim{}, fault.Wrap(fault.NotFound, err, "notify.link.wrong")
	}
	if !now.Before(c.Expires) {
		return Claim{}, fault.New(fault.Denied, "notify.link.expired")
	}
	return c, nil
}

var errToken = errors.New("the token is not one of ours")

// open reads a token whose mac is right.
func (k LinkKeys) open(token string) (Claim, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) <= macSize {
		return Claim{}, errToken
	}
	body, mac := b[:len(b)-macSize], b[len(b)-macSize:]
	id, rest, ok := unpackText(body)
	if !ok || k.Keys[id] == nil || !hmac.Equal(mac, k.mac(id, body)) {
		return Claim{}, errToken
	}
	return unpackClaim(rest)
}

func unpackClaim(b []byte) (c Claim, err error) {
	for _, field := range []*string{&c.Purpose, &c.OrgID, &c.Object, &c.PersonID} {
		packed, rest, ok := unpackText(b)
		if !ok {
			return Claim{}, errToken
		}
		*field, b = unpackID(packed), rest
	}
	seconds, n := binary.Varint(b)
	if n <= 0 || n != len(b) {
		return Claim{}, errToken
	}
	c.Expires = time.Unix(seconds, 0).UTC()
	return c, nil
}

func (k LinkKeys) mac(id string, body []byte) []byte {
	h := hmac.New(sha256.New, k.Keys[id])
	h.Write([]byte("parley link\x00"))
	h.Write(body)
	return h.Sum(nil)[:macSize]
}

func packText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func unpackText(b []byte) (s string, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return "", nil, false
	}
	return string(b[n : n+int(size)]), b[n+int(size):], true
}

// packID writes an id of ours in 17 bytes instead of 36. The first byte tells
// the two ways of writing apart.
func packID(s string) string {
	id, err := uuid.Parse(s)
	if err != nil || id.String() != s {
		return "t" + s
	}
	return "u" + string(id[:])
}

func unpackID(s string) string {
	if len(s) == 17 && s[0] == 'u' {
		return uuid.UUID([]byte(s[1:])).String()
	}
	if s == "" {
		return ""
	}
	return s[1:]
}
