// Package kbuildtrim has Kbuild's own trimming go wrong, with the scripts of Linux 6.1, and makes the same edits with the rules.
package kbuildtrim

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What the consumer uses. An edit from one to the other leaves the file's size as it is.
const (
	usesOne  = "provider_first() + 00000000000000002;"
	usesBoth = "provider_first() + provider_second();"
)

func TestMain(m *testing.M) {
	// Paths of the manifest are those of runfiles.
	if dir := os.Getenv("TEST_SRCDIR"); dir != "" {
		if err := os.Chdir(filepath.Join(dir, os.Getenv("TEST_WORKSPACE"))); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func wantExports(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: exports (-want +got):\n%s", when, diff)
	}
}

func TestKbuildKeepsStaleObjects(t *testing.T) {
	k := newKbuild(t)
	nothing := func(*kbuild) {}
	k.mustBuild(nothing)
	wantExports(t, "Kbuild, at first", k.exports(), "provider_first")

	// While times tell all apart, it does what it should.
	k.use(usesOne, usesBoth)
	k.mustBuild(nothing)
	wantExports(t, "Kbuild, once it is used", k.exports(), "provider_first", "provider_second")

	for _, tc := range []struct {
		object  string
		guard   bool
		between step
	}{
		{
			"an object from a machine whose clock is ahead", true,
			func(k *kbuild) { k.setTimes(time.Now().Add(time.Hour), "provider.o") },
		},
		{
			// On a filesystem of whole seconds, the object and the file that is touched for the symbol get the same time.
			"an object that was compiled in the second in which the symbol changed, with the script of 4.14", false,
			func(k *kbuild) {
				k.setTimes(time.Now().Truncate(time.Second), "provider.c", "provider.o", "consumer.c", "consumer.o", stampFiles)
			},
		},
	} {
		if !tc.guard {
			k.withoutGuard()
		}
		// The export stays, and nobody notices.
		k.use(usesBoth, usesOne)
		for range 2 { // a second make is no better
			k.mustBuild(tc.between)
			wantExports(t, tc.object+", which should lose an export", k.exports(), "provider_first", "provider_second")
		}
		k.remove("provider.o")

		// The other way round the build fails.
		k.use(usesOne, usesBoth)
		for range 2 {
			err := k.build(tc.between)
			want := fmt.Sprintf("%q [%s.ko] undefined!", "provider_second", filepath.Join(k.modules, "consumer"))
			if err == nil || !strings.Contains(k.log.String(), want) {
				t.Errorf("%s: make ended with %v, want %s; it printed:\n%s", tc.object, err, want, &k.log)
			}
		}
		k.remove("provider.o")
	}
	k.mustBuild(nothing)
	wantExports(t, "Kbuild, with the object made anew", k.exports(), "provider_first", "provider_second")
}

// use changes what the consumer uses. The code of the provider changes in the same moment, so that its object is compiled just before the
// symbols are looked at.
func (k *kbuild) use(old, new string) {
	k.t.Helper()
	k.edit("consumer.c", old, new)
	number := map[string]string{usesOne: "return 1;", usesBoth: "return 3;"}
	k.edit("provider.c", number[old], number[new])
}
