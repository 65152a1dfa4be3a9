package connector

import (
	"bytes"
	"crypto"
	"crypto/sha1" //nolint:gosec // the name by which portals list a certificate, no proof of anything
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"parley/internal/fault"
)

// A Certificate is what a program proves itself with instead of a secret. Its
// key stays behind a function, so that printing it prints no key.
type Certificate struct {
	// Subject is whom it names.
	Subject string
	// Thumbprint is the SHA-1 of the certificate in hexadecimal, by which
	// portals list it.
	Thumbprint string
	// Begins and Ends bound the time in which it is good.
	Begins, Ends time.Time
	// Key signs with the private key.
	Key func() crypto.Signer

	sum [sha256.Size]byte
}

// SHA256 is the thumbprint that assertions carry, in unpadded base64url.
func (c Certificate) SHA256() string { return base64.RawURLEncoding.EncodeToString(c.sum[:]) }

// ReadCertificate reads a certificate and its private key out of PEM, in any
// order and with whatever tools write between. Its faults never quote the text.
func ReadCertificate(text Secret) (Certificate, error) {
	var certificates []*x509.Certificate
	var key crypto.Signer
	rest := []byte(text.Reveal())
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case block.Type == "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return Certificate{}, fault.New(fault.Invalid, "connector.certificate.form")
			}
			certificates = append(certificates, c)
		case block.Type == "ENCRYPTED PRIVATE KEY", block.Headers["DEK-Info"] != "":
			return Certificate{}, fault.New(fault.Invalid, "connector.certificate.locked")
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			if key = readKey(block.Bytes); key == nil {
				return Certificate{}, fault.New(fault.Invalid, "connector.certificate.form")
			}
		}
	}
	return pair(certificates, key)
}

// readKey reads a private key in any of its three forms; nil when it is none.
func readKey(der []byte) crypto.Signer {
	for _, read := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey,
		func(b []byte) (any, error) { return x509.ParsePKCS1PrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParseECPrivateKey(b) },
	} {
		if key, err := read(der); err == nil {
			signer, _ := key.(crypto.Signer)
			return signer
		}
	}
	return nil
}

// pair finds the certificate that the key belongs to: a chain may stand around it.
func pair(all []*x509.Certificate, key crypto.Signer) (Certificate, error) {
	switch {
	case len(all) == 0 && key == nil:
		return Certificate{}, fault.New(fault.Invalid, "connector.certificate.form")
	case len(all) == 0:
		return Certificate{}, fault.New(fault.Invalid, "connector.certificate.missing")
	case key == nil:
		return Certificate{}, fault.New(fault.Invalid, "connector.certificate.key")
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return Certificate{}, fault.Wrap(fault.Invalid, errors.New("a key of a kind that certificates do not have"), "connector.certificate.form")
	}
	for _, c := range all {
		if bytes.Equal(c.RawSubjectPublicKeyInfo, public) {
			sum := sha1.Sum(c.Raw) //nolint:gosec // see the import
			return Certificate{
				Subject: c.Subject.CommonName, Thumbprint: strings.ToUpper(hex.EncodeToString(sum[:])), Begins: c.NotBefore, Ends: c.NotAfter,
				Key: func() crypto.Signer { return key }, sum: sha256.Sum256(c.Raw),
			}, nil
		}
	}
	return Certificate{}, fault.New(fault.Invalid, "connector.certificate.pair")
}
