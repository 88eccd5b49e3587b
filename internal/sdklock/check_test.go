package sdklock

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
)

// mirrorOf serves HEAD of the paths given, with their sizes as bodies' lengths.
func mirrorOf(t *testing.T, sizes map[string]int) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, ok := sizes[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte(strings.Repeat("x", size)))
	}))
	t.Cleanup(server.Close)
	return server
}

func twoPackages() *Lock {
	lock := sample()
	other := lock.Packages[0]
	other.Name, other.Path, other.Archive, other.Size = "libc6", "pool/main/g/libc6_2.deb", debian.SecurityArchive, 7
	lock.Packages = append(lock.Packages, other)
	return lock
}

func names(packages []Package) string {
	var all []string
	for _, p := range packages {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func TestOnlyWhatNoMirrorHasIsGone(t *testing.T) {
	const make = "/debian/pool/main/m/make-dfsg/make_4.4.1-2_amd64.deb"
	for _, test := range []struct {
		name  string
		sizes map[string]int
		gone  string
	}{
		{"both are there", map[string]int{make: 5, "/debian-security/pool/main/g/libc6_2.deb": 7}, ""},
		{"a security update moved to the main archive", map[string]int{make: 5, "/debian/pool/main/g/libc6_2.deb": 7}, ""},
		{"one is gone", map[string]int{make: 5}, "libc6"},
		{"another file has the name", map[string]int{make: 6, "/debian/pool/main/g/libc6_2.deb": 7}, "make"},
	} {
		server := mirrorOf(t, test.sizes)
		mirrors := []debian.Mirror{
			{URL: server.URL + "/debian", Archive: debian.MainArchive},
			{URL: server.URL + "/debian-security", Archive: debian.SecurityArchive},
		}
		gone, err := Gone(context.Background(), &debian.Client{}, mirrors, twoPackages())
		if err != nil || names(gone) != test.gone {
			t.Errorf("%s: gone %q, error %v; want %q", test.name, names(gone), err, test.gone)
		}
	}
}

func TestAMirrorThatDoesNotAnswerProvesNothing(t *testing.T) {
	server := mirrorOf(t, nil)
	server.Close()
	mirrors := []debian.Mirror{{URL: server.URL + "/debian", Archive: debian.MainArchive}}
	if gone, err := Gone(context.Background(), &debian.Client{}, mirrors, sample()); err == nil {
		t.Errorf("gone %q, want an error", names(gone))
	}
}
