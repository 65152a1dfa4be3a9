package mail

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"parley/internal/sandbox/face"
)

// Handler serves the inbox at /mail.
func (m *Relay) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mail", m.list)
	mux.HandleFunc("GET /mail/{id}", m.show)
	mux.HandleFunc("GET /mail/{id}/html", m.body)
	mux.HandleFunc("GET /mail/{id}/raw", m.raw)
	return mux
}

// API answers GET /_sandbox/messages?to=.
func (m *Relay) API(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(m.Messages(r.URL.Query().Get("to")))
}

const perPage = 50

// list shows a mailbox, newest first, with a search through everything a message says.
func (m *Relay) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	to, search := query.Get("to"), strings.TrimSpace(query.Get("q"))
	found := slices.DeleteFunc(m.Messages(to), func(x Message) bool { return !x.mentions(search) })
	slices.Reverse(found)
	page := face.PageOf(query.Get("page"), len(found), perPage)
	m.pages.Write(w, http.StatusOK, "list", map[string]any{
		"Messages": found[page.From:page.To], "Page": page, "To": to, "Search": search, "Boxes": m.boxes(),
	})
}

func (x Message) mentions(search string) bool {
	search = strings.ToLower(search)
	for _, text := range []string{x.From, strings.Join(x.To, " "), x.Subject, x.Text} {
		if strings.Contains(strings.ToLower(text), search) {
			return true
		}
	}
	return false
}

// box is one mailbox and how much is in it.
type box struct {
	Address string
	Count   int
}

func (m *Relay) boxes() []box {
	counts := map[string]int{}
	for _, message := range m.Messages("") {
		for _, to := range message.To {
			counts[strings.ToLower(to)]++
		}
	}
	list := []box{}
	for address, n := range counts {
		list = append(list, box{address, n})
	}
	slices.SortFunc(list, func(a, b box) int { return strings.Compare(a.Address, b.Address) })
	return list
}

func (m *Relay) show(w http.ResponseWriter, r *http.Request) {
	message, ok := m.Message(r.PathValue("id"))
	if !ok {
		m.pages.Write(w, http.StatusNotFound, "gone", nil)
		return
	}
	m.pages.Write(w, http.StatusOK, "message", message)
}

// body is the HTML part by itself, for the frame that shows it. It may load nothing and run nothing, whoever opens it.
func (m *Relay) body(w http.ResponseWriter, r *http.Request) {
	message, ok := m.Message(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(`<base target="_blank">` + message.HTML))
}

func (m *Relay) raw(w http.ResponseWriter, r *http.Request) {
	message, ok := m.Message(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(message.Raw))
}
