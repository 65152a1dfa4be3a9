package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// compressFrom is the size below which compressing costs more than it saves: it
// fits one packet anyway.
const compressFrom = 1200

var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// A writer remembers the status and size for the log, and compresses text for
// who accepts it. It holds back the first bytes until it knows whether there
// are enough of them.
type writer struct {
	http.ResponseWriter
	accepts bool
	status  int
	bytes   int64
	sent    bool
	held    []byte
	gz      *gzip.Writer
}

func newWriter(w http.ResponseWriter, r *http.Request) *writer {
	return &writer{ResponseWriter: w, accepts: r.Method != http.MethodHead && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")}
}

// WriteHeader takes the status; it leaves with the first bytes.
func (w *writer) WriteHeader(status int) {
	if status < http.StatusOK { // an early hint is not the answer
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status == 0 {
		w.status = status
		w.accepts = w.accepts && w.compressible()
	}
}

// Write holds back or sends on.
func (w *writer) Write(p []byte) (int, error) {
	if w.status == 0 {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	w.bytes += int64(len(p))
	if w.sent || !w.accepts {
		w.send()
		return w.body(p)
	}
	w.held = append(w.held, p...)
	if len(w.held) < compressFrom {
		return len(p), nil
	}
	w.compress()
	_, err := w.flushHeld()
	return len(p), err
}

// takeBack forgets an answer that was begun, if nothing of it has left yet.
func (w *writer) takeBack() bool {
	if w.sent {
		return false
	}
	w.status, w.bytes, w.held = 0, 0, nil
	for _, name := range []string{"Content-Type", "Content-Length", "ETag", "Last-Modified"} {
		w.Header().Del(name)
	}
	return true
}

// compressible reports whether the answer is text that nobody compressed.
func (w *writer) compressible() bool {
	h := w.Header()
	if w.status != http.StatusOK && w.status < 400 || h.Get("Content-Encoding") != "" {
		return false
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch kind {
	case "application/json", "application/javascript", "image/svg+xml", "application/problem+json":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

func (w *writer) compress() {
	h := w.Header()
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	h.Del("Content-Length")
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		h.Set("ETag", "W/"+tag) // the same text, other bytes
	}
	w.gz = compressors.Get().(*gzip.Writer)
	w.gz.Reset(w.ResponseWriter)
}

// send sends the status once.
func (w *writer) send() {
	if !w.sent {
		w.sent = true
		w.ResponseWriter.WriteHeader(w.status)
	}
}

func (w *writer) body(p []byte) (int, error) {
	if w.gz != nil {
		return w.gz.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

func (w *writer) flushHeld() (int, error) {
	w.send()
	held := w.held
	w.held = nil
	if len(held) == 0 {
		return 0, nil
	}
	return w.body(held)
}

// Flush sends on what is held back.
func (w *writer) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	_, _ = w.flushHeld()
	if w.gz != nil {
		_ = w.gz.Flush()
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// close sends what is still held back and gives the compressor back.
func (w *writer) close() {
	if w.status != 0 {
		_, _ = w.flushHeld()
	}
	if w.gz != nil {
		_ = w.gz.Close()
		compressors.Put(w.gz)
		w.gz = nil
	}
}
