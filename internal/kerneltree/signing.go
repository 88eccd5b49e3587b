package kerneltree

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"
)

// SigningKey is where a tree has the key that its modules are signed with, and
// the certificate of it: the value of CONFIG_MODULE_SIG_KEY. Kbuild's own place,
// certs/signing_key.pem, is one that it writes to.
const SigningKey = "certs/module_sig_key.pem"

// SigningFragment is what a configuration has to say for a key to be used that a
// tree has at SigningKey. The key is one PEM file with its certificate.
func SigningFragment(key Fragment) (Fragment, error) {
	if err := checkSigningKey(key.Text); err != nil {
		return Fragment{}, fmt.Errorf("%s: %w", key.Name, err)
	}
	return Fragment{Name: key.Name, Text: fmt.Sprintf("CONFIG_MODULE_SIG_KEY=%q\n", SigningKey)}, nil
}

// PlaceSigningKey puts a key with its certificate into the tree.
func (t *Tree) PlaceSigningKey(key Fragment) error {
	return replace(filepath.Join(t.Dir, SigningKey), []byte(key.Text), 0o600)
}

// checkSigningKey says what is wrong with a key: a build is the same each time
// only if its signatures are.
func checkSigningKey(text string) error {
	var key any
	certificate := false
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case "CERTIFICATE":
			_, err = x509.ParseCertificate(block.Bytes)
			certificate = true
		case "ENCRYPTED PRIVATE KEY":
			err = fmt.Errorf("it has a passphrase, which nobody would type in a build")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", block.Type, err)
		}
	}
	if key == nil || !certificate {
		return fmt.Errorf("it has to hold a private key and its certificate, as PEM: openssl req -x509 -newkey rsa:4096 -nodes -keyout key.pem -out cert.pem makes both, and one after the other they are the file")
	}
	if _, is := key.(*rsa.PrivateKey); !is {
		return fmt.Errorf("it is no RSA key: signatures of other keys differ each time that they are made")
	}
	return nil
}
