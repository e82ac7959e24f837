package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"time"
)

// selfSigned makes a certificate for the API server, which is asked by nobody who looks at it.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// offer makes a secret of a certificate known, unless an earlier one was.
func (s *store) offer(written object) {
	data, _ := written["data"].(map[string]any)
	pem := func(name string) []byte {
		text, _ := data[name].(string)
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil
		}
		return decoded
	}
	certificate, err := tls.X509KeyPair(pem("tls.crt"), pem("tls.key"))
	if err != nil {
		return // another object, or a secret of another sort
	}
	select {
	case s.certificates <- certificate:
	default:
	}
}
