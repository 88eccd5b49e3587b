package kerneltree

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// signingPEM is a key, and a certificate of it.
func signingPEM(t *testing.T, key crypto.Signer) (private, certificate string) {
	t.Helper()
	data, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	return text("PRIVATE KEY", data), text("CERTIFICATE", cert)
}

func TestASigningKeyIsPlacedAndAskedFor(t *testing.T) {
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, certificate := signingPEM(t, signer)
	tree := &Tree{Dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(tree.Dir, "certs"), 0o777); err != nil {
		t.Fatal(err)
	}
	key := Fragment{Name: "//:key.pem", Text: private + certificate}
	fragment, err := SigningFragment(key)
	if err == nil {
		err = tree.PlaceSigningKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := (Fragment{"//:key.pem", "CONFIG_MODULE_SIG_KEY=\"certs/module_sig_key.pem\"\n"}); fragment != want {
		t.Errorf("fragment %q, want %q", fragment, want)
	}
	text, err := os.ReadFile(filepath.Join(tree.Dir, SigningKey))
	if err != nil || string(text) != private+certificate {
		t.Errorf("the tree has %q (%v)", text, err)
	}
}

func TestAKeyThatSignsDifferentlyEachTimeIsAnError(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, certificate := signingPEM(t, key)
	for text, want := range map[string]string{
		private + certificate:       "//:key.pem: it is no RSA key",
		private:                     "//:key.pem: it has to hold a private key and its certificate",
		certificate:                 "//:key.pem: it has to hold a private key and its certificate",
		"CONFIG_MODULE_SIG_KEY=x\n": "//:key.pem: it has to hold a private key and its certificate",
	} {
		_, err := SigningFragment(Fragment{Name: "//:key.pem", Text: text})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
