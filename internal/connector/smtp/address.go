package smtp

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/fault"

	"golang.org/x/net/idna"
)

// Lengths of RFC 5321, 4.5.3.1.
const (
	longestLocal   = 64
	longestAddress = 254
)

// checkAddress returns the address in the form in which it is sent: without
// surrounding space, its domain in lower case and in ASCII. A fault of kind
// Invalid says that no mail can be sent to it.
//
// A local part outside ASCII is kept; whether a server can take it is only
// known when it is asked (RFC 6531). Quoted local parts and address literals
// are refused: nobody has them, and they are where mail programs disagree.
func checkAddress(address string) (string, error) {
	address = strings.TrimSpace(address)
	bad := fault.New(fault.Invalid, "smtp.address.invalid", "Address", shown(address))
	at := strings.LastIndexByte(address, '@')
	if at < 1 || len(address) > longestAddress || !utf8.ValidString(address) {
		return "", bad
	}
	local, domain := address[:at], address[at+1:]
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") || strings.ContainsAny(domain, "[]:") || len(local) > longestLocal {
		return "", bad
	}
	if strings.ContainsAny(local, "\"(),:;<>@[\\] ") || strings.ContainsFunc(local, unprintable) {
		return "", bad
	}
	whole := local + "@" + strings.ToLower(ascii)
	if parsed, err := mail.ParseAddress(whole); err != nil || parsed.Address != whole || len(whole) > longestAddress {
		return "", bad
	}
	return whole, nil
}

func unprintable(c rune) bool {
	return unicode.IsControl(c) || unicode.IsSpace(c) || !unicode.IsPrint(c)
}

// shown is the address as it is quoted in a sentence.
func shown(address string) string {
	clean := strings.Map(func(c rune) rune {
		if unprintable(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(address, "?"))
	if len(clean) > 80 {
		clean = strings.ToValidUTF8(clean[:80], "") + "…"
	}
	return clean
}

// isASCII reports whether any server can take the address.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > unicode.MaxASCII })
}
