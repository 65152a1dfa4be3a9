package graph

import (
	"bytes"
	"encoding/json"
	"strings"

	"parley/internal/sandbox/directory"
)

// profiles writes a page of people as a list in JSON. A page may hold a thousand, and is asked for again and again: maps
// would cost several times as much as the rest of the call.
func profiles(c caller, people []directory.User, fields []string) json.RawMessage {
	var b bytes.Buffer
	b.Grow(len(people) * 64 * len(fields))
	b.WriteByte('[')
	for i := range people {
		if i > 0 {
			b.WriteByte(',')
		}
		profile(&b, c, &people[i], fields)
	}
	b.WriteByte(']')
	return b.Bytes()
}

func profile(b *bytes.Buffer, c caller, u *directory.User, fields []string) {
	b.WriteByte('{')
	separator := ""
	for _, name := range fields {
		if !c.sees(u, name) {
			continue
		}
		b.WriteString(separator)
		separator = ","
		b.WriteString(`"` + name + `":`)
		writeValue(b, property(u, name))
	}
	b.WriteByte('}')
}

// writeValue writes plain text as it is, and the rest as the library does.
func writeValue(b *bytes.Buffer, value any) {
	switch v := value.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(map[bool]string{true: "true", false: "false"}[v])
	case string:
		writeText(b, v)
	case []string:
		b.WriteByte('[')
		for i, s := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, s)
		}
		b.WriteByte(']')
	case json.RawMessage:
		b.Write(v)
	default:
		data, _ := json.Marshal(v)
		b.Write(data)
	}
}

func writeText(b *bytes.Buffer, s string) {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		data, _ := json.Marshal(s)
		b.Write(data)
		return
	}
	b.WriteByte('"')
	b.WriteString(s)
	b.WriteByte('"')
}
