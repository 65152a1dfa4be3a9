package ical

import "net"

// LookUp has a reader look hosts up in its own way.
func (r *Reader) LookUp(names *net.Resolver) { r.names = names }
