package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"parley/internal/words"
)

const (
	flashCookie = "parley_told"
	flashMax    = 2000
	flashLife   = 60 // seconds between a redirect and the page after it, and then some
)

// A Flash tells, once, on the next page, what the last act did. It travels in a
// signed cookie, so that nobody else can put words into our mouth.
type Flash struct {
	// Tone is "success", "warning", "danger" or "info".
	Tone string `json:"tone"`
	// Key is the sentence in the catalogue, Args its name and value pairs.
	Key  string   `json:"key"`
	Args []string `json:"args,omitempty"`
}

// Text is the sentence in the reader's words.
func (f Flash) Text(r words.Reader) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return r.T(f.Key, args...)
}

// Tell keeps a message for the next page. One that is too long is not kept: it
// would be lost on the way.
func Tell(w http.ResponseWriter, r *http.Request, f Flash) {
	text, err := json.Marshal(f)
	if err != nil || len(text) > flashMax {
		return
	}
	s := visitOf(r).site
	value := base64.RawURLEncoding.EncodeToString(text)
	setFlash(w, s, value+"."+s.sign(value), flashLife)
}

// Told takes the message that the page before left, if there is one.
func Told(w http.ResponseWriter, r *http.Request) (f Flash, ok bool) {
	s := visitOf(r).site
	value, mac, signed := strings.Cut(cookie(r, flashCookie), ".")
	if !signed {
		return f, false
	}
	setFlash(w, s, "", -1)
	if !hmac.Equal([]byte(mac), []byte(s.sign(value))) {
		return f, false
	}
	text, err := base64.RawURLEncoding.DecodeString(value)
	return f, err == nil && json.Unmarshal(text, &f) == nil
}

func (s *Site) sign(value string) string {
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte("flash\x00" + value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func setFlash(w http.ResponseWriter, s *Site, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.Secure(), SameSite: http.SameSiteLaxMode})
}
