// Package debtesting makes Debian packages, locks that name them, and a mirror that serves them, for tests.
package debtesting

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/sdklock"
)

// A Mirror serves packages, each made when its lock is.
type Mirror struct {
	// URL is what a tag's mirrors name.
	URL   string
	Files map[string][]byte // path below the mirror's folder to content
}

// NewMirror starts a mirror without packages.
func NewMirror(t *testing.T) *Mirror {
	m := &Mirror{Files: map[string][]byte{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, ok := m.Files[strings.TrimPrefix(r.URL.Path, "/debian/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	}))
	t.Cleanup(server.Close)
	m.URL = server.URL + "/debian"
	return m
}

// Package puts a package on the mirror and returns the entry of a lock.
func (m *Mirror) Package(name, version string, part sdklock.Part, files map[string]string) sdklock.Package {
	deb := debianPackage(files)
	sum := sha256.Sum256(deb)
	p := sdklock.Package{
		Name: name, Version: version, Architecture: "all", Part: part, Archive: "debian",
		Path:   fmt.Sprintf("pool/main/x/%s_%s_all.deb", name, version),
		SHA256: hex.EncodeToString(sum[:]), Size: int64(len(deb)),
	}
	m.Files[p.Path] = deb
	return p
}

// Lock is the lock of packages, of which the first carries sources.
func Lock(packages ...sdklock.Package) *sdklock.Lock {
	return &sdklock.Lock{Version: sdklock.FormatVersion, Suite: "trixie", Architecture: "amd64", Packages: packages}
}

// debianPackage makes a .deb as deb(5) has it, with files in data.tar.
func debianPackage(files map[string]string) []byte {
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	for _, member := range []struct{ name, data string }{
		{"debian-binary", "2.0\n"},
		{"control.tar", tarOf(nil)},
		{"data.tar", tarOf(files)},
	} {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", member.name, 0, 0, 0, "100644", len(member.data))
		b.WriteString(member.data)
		if len(member.data)%2 == 1 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// tarOf makes a tar archive with names as dpkg writes them: `./usr/...`, folders first. Programs may be run.
func tarOf(files map[string]string) string {
	folders := map[string]bool{}
	for name := range files {
		for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
			folders["./"+folder+"/"] = true
		}
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	header := func(h tar.Header) {
		if err := w.WriteHeader(&h); err != nil {
			panic(err)
		}
	}
	for _, folder := range sorted(folders) {
		header(tar.Header{Name: folder, Typeflag: tar.TypeDir, Mode: 0o755})
	}
	for _, name := range sorted(files) {
		mode := int64(0o644)
		if strings.HasPrefix(files[name], "\x7fELF") {
			mode = 0o755
		}
		header(tar.Header{Name: "./" + name, Mode: mode, Size: int64(len(files[name]))})
		if _, err := w.Write([]byte(files[name])); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// Archive makes a .tar.gz.
func Archive(t *testing.T, files map[string]string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(tarOf(files))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sorted[V any](set map[string]V) []string {
	var keys []string
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
