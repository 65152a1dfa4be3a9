package words

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalogue/*.json
var files embed.FS

// A tongue is what one language has to say.
type tongue struct {
	localizer *i18n.Localizer
	forms     map[string]forms  // every key
	plain     map[string]string // keys whose text has no placeholder and no plural
}

func (t *tongue) has(key string) bool {
	_, ok := t.forms[key]
	return ok
}

// forms are the plural forms of one text; a text that does not count has only
// "other".
type forms map[string]string

type library struct {
	langs map[string]*tongue
	// broken says what is wrong with the files. A broken file leaves its keys
	// missing, which is seen, rather than stop the bookings of a bank; the
	// tests of this package refuse it.
	broken []error
}

var all = sync.OnceValue(load)

func load() library {
	lib := library{langs: map[string]*tongue{}}
	byLang := map[string]map[string]forms{Default: {}}
	names, _ := files.ReadDir("catalogue")
	for _, name := range names {
		texts, err := read(name.Name())
		if err != nil {
			lib.broken = append(lib.broken, fmt.Errorf("%s: %w", name.Name(), err))
		}
		byLang[strings.TrimSuffix(name.Name(), ".json")] = texts
	}
	byLang[Pseudo] = pseudo(byLang[Default])
	for lang, texts := range byLang {
		t, err := newTongue(lang, texts)
		if err != nil {
			lib.broken = append(lib.broken, fmt.Errorf("language %s: %w", lang, err))
		}
		lib.langs[lang] = t
	}
	return lib
}

func read(name string) (map[string]forms, error) {
	text, err := files.ReadFile(path.Join("catalogue", name))
	if err != nil {
		return nil, err
	}
	return parse(text)
}

// parse reads one file by tokens, because decoding into a map would silently
// keep the last of two equal keys.
func parse(text []byte) (map[string]forms, error) {
	entries := map[string]forms{}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return entries, errors.Join(errors.New("not a JSON object"), err)
	}
	var wrong error
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return entries, err
		}
		key := t.(string) // A decoder yields nothing else where a key stands.
		f, err := parseForms(d)
		if err != nil {
			return entries, fmt.Errorf("key %q: %w", key, err)
		}
		if _, twice := entries[key]; twice {
			wrong = errors.Join(wrong, fmt.Errorf("key %q is there twice", key))
		}
		entries[key] = f
	}
	if _, err := d.Token(); err != nil {
		return entries, err
	}
	if _, err := d.Token(); err != io.EOF {
		return entries, errors.New("there is something behind the object")
	}
	return entries, wrong
}

func parseForms(d *json.Decoder) (forms, error) {
	var value json.RawMessage
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	var text string
	if json.Unmarshal(value, &text) == nil {
		return forms{"other": text}, nil
	}
	var f forms
	if err := json.Unmarshal(value, &f); err != nil {
		return nil, errors.New("neither a text nor an object of plural forms")
	}
	for form := range f {
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, form) {
			return nil, fmt.Errorf("%q is no plural form", form)
		}
	}
	if f["other"] == "" {
		return nil, errors.New(`the plural form "other" is missing`)
	}
	return f, nil
}

func newTongue(lang string, texts map[string]forms) (*tongue, error) {
	tag := language.English
	if lang != Pseudo {
		tag = language.Make(lang)
	}
	t := &tongue{forms: texts, plain: map[string]string{}}
	bundle := i18n.NewBundle(tag)
	var err error
	for key, f := range texts {
		if len(f) == 1 && !strings.Contains(f["other"], "{{") {
			t.plain[key] = f["other"]
		}
		err = errors.Join(err, bundle.AddMessages(tag, plurals(key, f)))
	}
	t.localizer = i18n.NewLocalizer(bundle, tag.String())
	return t, err
}

// plurals fills the forms that a language's rules may ask for and that the file
// leaves out: French has a form for whole millions, which reads as "other".
func plurals(key string, f forms) *i18n.Message {
	pick := func(form string) string {
		if f[form] != "" {
			return f[form]
		}
		return f["other"]
	}
	return &i18n.Message{ID: key, Zero: pick("zero"), One: pick("one"), Two: pick("two"),
		Few: pick("few"), Many: pick("many"), Other: f["other"]}
}

var missing struct {
	sync.Mutex
	keys map[string]bool
}

// mostMissing bounds what is remembered, should a key ever come from outside.
const mostMissing = 1000

func miss(key string) string {
	missing.Lock()
	defer missing.Unlock()
	if missing.keys == nil {
		missing.keys = map[string]bool{}
	}
	if len(missing.keys) < mostMissing {
		missing.keys[key] = true
	}
	return "⟦" + key + "⟧"
}

// Missing lists the keys that were asked for since the program began and that
// no catalogue has, or whose placeholders were not all given a value.
func Missing() []string {
	missing.Lock()
	defer missing.Unlock()
	return slices.Sorted(maps.Keys(missing.keys))
}

// Broken says what is wrong with the embedded catalogues, or is nil.
func Broken() error { return errors.Join(all().broken...) }
