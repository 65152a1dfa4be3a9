package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed assets
var files embed.FS

// sheets is the order of the cascade layers in app.css.
var sheets = []string{"base", "layout", "controls", "content", "data", "calendar", "overlay", "print"}

// assets is what is served, by name, and their common hash.
var assets, assetHash = loadAssets()

func loadAssets() (map[string][]byte, string) {
	all := map[string][]byte{"app.css": stylesheet()}
	entries, err := fs.ReadDir(files, "assets")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		if ext := path.Ext(e.Name()); ext == ".js" || ext == ".svg" {
			all[e.Name()] = mustRead(e.Name())
		}
	}
	return all, hashOf(all)
}

func hashOf(all map[string][]byte) string {
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		fmt.Fprintf(sum, "%s %d\n", name, len(all[name]))
		sum.Write(all[name])
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

func mustRead(name string) []byte {
	b, err := files.ReadFile("assets/" + name)
	if err != nil {
		panic(err)
	}
	return b
}

// stylesheet joins the tokens of both themes, the default accent, the layers
// and the generated places of the time grid into one file, so that a page asks
// once.
func stylesheet() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "@layer tokens,%s;\n@layer tokens{\n", strings.Join(sheets, ","))
	b.WriteString(themed(declarations("tokens.light.css"), declarations("tokens.dark.css")))
	b.WriteString(BrandCSS(DefaultAccent))
	b.WriteString("}\n")
	for _, s := range sheets {
		fmt.Fprintf(&b, "@layer %s{\n%s", s, mustRead(s+".css"))
		if s == "calendar" {
			b.WriteString(gridCSS())
		}
		b.WriteString("}\n")
	}
	return []byte(b.String())
}

// declarations returns what stands between the braces of a token file.
func declarations(name string) string {
	s := string(mustRead(name))
	return strings.TrimSpace(s[strings.Index(s, "{")+1 : strings.LastIndex(s, "}")])
}

// gridCSS places appointments on the time grid: a row and a span for every
// quarter of an hour of a day, and lanes for what overlaps. Classes, because
// the policy forbids style attributes.
func gridCSS() string {
	var b strings.Builder
	for q := 1; q <= quartersADay; q++ {
		fmt.Fprintf(&b, ".row-%d{--row:%d}.span-%d{--span:%d}\n", q, q, q, q)
	}
	for n := 1; n <= maxLanes; n++ {
		for lane := range n {
			fmt.Fprintf(&b, ".lane-%d-%d{--lane:%d;--lanes:%d}\n", lane+1, n, lane, n)
		}
	}
	return b.String()
}

// AssetURL is the address of an asset, such as "app.css" or "ui.js". It
// changes whenever any asset does. An unknown name is a mistake in the program
// and panics.
func AssetURL(name string) string {
	if _, ok := assets[name]; !ok {
		panic("ui: no asset " + name)
	}
	return "/assets/" + assetHash + "/" + name
}

// Assets serves /assets/<hash>/<name>. The right hash may be kept for ever; any
// other hash gets the current file, uncached, so that a page from before an
// upgrade still looks right.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/assets/"), "/")
		body, ok := assets[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if hash == assetHash {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("ETag", `"`+assetHash+`"`)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	})
}
