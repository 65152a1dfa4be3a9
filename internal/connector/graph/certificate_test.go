package graph_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"parley/internal/connector"
)

// certified is a registration that proves itself with a certificate.
func certified(t *testing.T) connector.Registration {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "parley"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer().Public(), signer())
	if err != nil {
		t.Fatal(err)
	}
	key := x509.MarshalPKCS1PrivateKey(signer())
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: key})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	return connector.Registration{ClientID: client, Certificate: connector.NewSecret(string(text))}
}
