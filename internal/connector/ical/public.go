package ical

import "net/netip"

// outside are the addresses of the public internet, in the families that have
// them; inside are those among them that lead elsewhere (IANA IPv4 and IPv6
// Special-Purpose Address Registries).
var (
	outside = prefixes("0.0.0.0/0", "2000::/3")
	inside  = prefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	)
	// translated leads to the IPv4 address in its last four bytes (RFC 6052).
	translated = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(list ...string) (all []netip.Prefix) {
	for _, p := range list {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

// Public reports whether an address belongs to the public internet: not to this
// machine, its network, its provider's, or a group of machines. An address that
// carries another inside it is judged by that one.
func Public(a netip.Addr) bool {
	if a = a.Unmap(); a.Zone() != "" {
		return false
	}
	if translated.Contains(a) {
		b := a.As16()
		return Public(netip.AddrFrom4([4]byte(b[12:])))
	}
	return among(a, outside) && !among(a, inside)
}

func among(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
