package debian

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
)

func newKey(t testing.TB) *openpgp.Entity {
	key, err := openpgp.NewEntity("archive", "", "archive@example", nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signed(t testing.TB, key *openpgp.Entity, text string) []byte {
	var b bytes.Buffer
	w, err := clearsign.Encode(&b, key.PrivateKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func releaseOf(packages []byte) string {
	return fmt.Sprintf("Origin: Debian\nCodename: trixie\nSHA256:\n %s %d main/binary-amd64/Packages.gz\n", hash(packages), len(packages))
}

func serve(t testing.TB, files map[string][]byte) Mirror {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	}))
	t.Cleanup(server.Close)
	return Mirror{URL: server.URL + "/debian", Archive: MainArchive}
}

func TestPackagesAreReadIfTheirDigestAndItsSignatureFit(t *testing.T) {
	key, other := newKey(t), newKey(t)
	packages := gzipped(t, "Package: a\nVersion: 1\n\nPackage: b\nVersion: 2\n")
	byHash := "/debian/dists/trixie/main/binary-amd64/by-hash/SHA256/" + hash(packages)
	inRelease := signed(t, key, releaseOf(packages))
	forged := bytes.Replace(inRelease, []byte("Codename: trixie"), []byte("Codename: forged"), 1)
	const release, plain = "/debian/dists/trixie/InRelease", "/debian/dists/trixie/main/binary-amd64/Packages.gz"
	for _, test := range []struct {
		name  string
		files map[string][]byte
		keys  Keyring
		want  string
	}{
		{"by digest", map[string][]byte{release: inRelease, byHash: packages}, Keyring{other, key}, ""},
		{"by name", map[string][]byte{release: inRelease, plain: packages}, Keyring{key}, ""},
		{"no keyring", map[string][]byte{release: forged, byHash: packages}, nil, ""},
		{"another index under the name", map[string][]byte{release: inRelease, plain: gzipped(t, "")}, Keyring{key}, "but InRelease says"},
		{"an unknown key", map[string][]byte{release: inRelease, byHash: packages}, Keyring{other}, "signature"},
		{"a changed text", map[string][]byte{release: forged, byHash: packages}, Keyring{key}, "signature"},
		{"no signature", map[string][]byte{release: []byte(releaseOf(packages))}, Keyring{key}, "not a signed message"},
		{"no index", map[string][]byte{release: signed(t, key, "Codename: trixie\n")}, Keyring{key}, "lists no main/binary-amd64"},
		{"no suite", nil, Keyring{key}, "not on the mirror"},
	} {
		got, err := (&Client{}).Packages(context.Background(), serve(t, test.files), "trixie", "amd64", test.keys)
		switch {
		case test.want == "" && (err != nil || len(got) != 2 || got[1]["Version"] != "2"):
			t.Errorf("%s: %v, %v", test.name, got, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
}

func TestAKeyringFileIsReadBinaryOrArmored(t *testing.T) {
	key := newKey(t)
	var b bytes.Buffer
	if err := key.Serialize(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keyring.gpg")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	keys, err := ReadKeyring(path)
	if err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
	if err := os.WriteFile(path, []byte("no keys"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKeyring(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}

func TestAMirrorHasAFileOnlyIfItIsOfTheSize(t *testing.T) {
	mirror := serve(t, map[string][]byte{"/debian/x": []byte("12345")})
	client := &Client{}
	if err := client.Has(context.Background(), mirror.URL+"/x", 5); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		path string
		size int64
	}{{"/x", 6}, {"/y", 5}} {
		if err := client.Has(context.Background(), mirror.URL+test.path, test.size); !errors.Is(err, ErrNotFound) {
			t.Errorf("%+v: error %v", test, err)
		}
	}
}

func FuzzParseInRelease(f *testing.F) {
	key := newKey(f)
	f.Add(signed(f, key, releaseOf(nil)))
	f.Add([]byte("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256:\n a b c\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		release, err := ParseInRelease(data, nil)
		if err == nil && release == nil {
			t.Error("neither a release nor an error")
		}
		if _, err := ParseInRelease(data, Keyring{newKeyOnce}); err == nil {
			t.Error("a signature of nobody's")
		}
	})
}

var newKeyOnce = func() *openpgp.Entity {
	key, err := openpgp.NewEntity("other", "", "other@example", nil)
	if err != nil {
		panic(err)
	}
	return key
}()
