package sdklock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *Lock {
	return &Lock{
		Version: FormatVersion, Suite: "trixie", Architecture: "amd64", KernelRelease: "6.12.1+deb13-amd64",
		Packages: []Package{{
			Name: "make", Version: "4.4.1-2", Architecture: "amd64", Part: Make, Archive: "debian",
			Path: "pool/main/m/make-dfsg/make_4.4.1-2_amd64.deb", SHA256: strings.Repeat("ab", 32), Size: 5,
		}},
	}
}

func TestALockIsReadAsItWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new folder", "x.lock.json")
	if err := sample().Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

func TestABrokenLockIsAnErrorThatSaysWhat(t *testing.T) {
	text, err := sample().Format()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{`"version": 1`, `"version": 9`, "version is 9"},
		{`"suite": "trixie"`, `"suite": ""`, "suite"},
		{`"name": "make"`, `"name": ""`, "packages[0]"},
		{`"part": "make"`, `"part": "moon"`, `part is "moon"`},
		{`abab"`, `abaB"`, "sha256"},
		{`pool/main/m`, `pool/../m`, "path"},
		{`pool/main/m`, `/pool/main/m`, "path"},
		{`pool/main/m`, `http://x/pool/main/m`, "path"},
		{`"size": 5`, `"size": 0`, "size is 0"},
		{`"size": 5`, `"size": 5, "sizes": 6`, "byte "},
		{`"packages": [`, `"packages": {`, "byte "},
		{`"suite"`, `suite`, "byte "},
	} {
		broken := strings.Replace(string(text), test.old, test.new, 1)
		if broken == string(text) {
			t.Fatalf("%q is not in the lock", test.old)
		}
		if _, err := Parse([]byte(broken)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.new, err, test.want)
		}
	}
}

func TestCheckedInLocksAreWhole(t *testing.T) {
	paths, err := filepath.Glob("../../examples/kernels/*.lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("no locks in examples/kernels")
	}
	for _, path := range paths {
		lock, err := Read(path)
		if err != nil {
			t.Error(err)
			continue
		}
		formatted, err := lock.Format()
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != string(formatted) {
			t.Errorf("%s is not as the lock command writes it", path)
		}
		parts := map[Part]bool{}
		for _, p := range lock.Packages {
			parts[p.Part] = true
		}
		if len(parts) != len(partOrder) {
			t.Errorf("%s has packages of the parts %v only", path, parts)
		}
	}
}

func FuzzParse(f *testing.F) {
	text, err := sample().Format()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"version": 1, "packages": [{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		lock, err := Parse(data)
		if err != nil {
			return
		}
		again, err := lock.Format()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(again); err != nil {
			t.Errorf("a lock does not survive being written: %v", err)
		}
	})
}
