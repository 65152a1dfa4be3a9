package org

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newToken is 256 bits that nobody can guess.
func newToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hash is what is kept of a token: whoever reads the database can use none.
// The tokens are random, so that a plain hash cannot be run backwards.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// codes is an alphabet without look-alikes, for what people type from a screen.
var codes = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newCode is 80 bits in four groups that can be read out.
func newCode() string {
	var b [10]byte
	rand.Read(b[:])
	s := codes.EncodeToString(b[:])
	return strings.Join([]string{s[0:4], s[4:8], s[8:12], s[12:16]}, "-")
}

// plainCode takes a code as people type it: small letters, spaces, and letters
// that look like digits.
func plainCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
}
