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

func sampleOfSource() *Lock {
	return &Lock{
		Version: FormatVersion, Suite: "trixie", Architecture: "amd64",
		Packages: []Package{{
			Name: "jool-dkms", Version: "4.1.13-1", Architecture: "all", Part: Source, Archive: "debian",
			Path: "pool/main/j/jool/jool-dkms_4.1.13-1_all.deb", SHA256: strings.Repeat("cd", 32), Size: 7,
		}},
	}
}

func sampleOfKernel() *Lock {
	lock := sampleOfSource()
	lock.Packages[0].Name = "linux-source-6.12"
	lock.Packages = append(lock.Packages, sample().Packages...)
	lock.Packages[1].Name, lock.Packages[1].Part = "libc6-dev", Host
	return lock
}

func TestALockIsReadAsItWasWritten(t *testing.T) {
	for _, lock := range []*Lock{sample(), sampleOfSource(), sampleOfKernel()} {
		path := filepath.Join(t.TempDir(), "new folder", "x.lock.json")
		if err := lock.Write(path); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lock, got); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
	}
}

func TestALockSaysWhatItIsOf(t *testing.T) {
	if got := sample().Describe(); got != "linux 6.12.1+deb13-amd64" {
		t.Errorf("an SDK's lock: %q", got)
	}
	if got := sampleOfSource().Describe(); got != "jool-dkms 4.1.13-1" {
		t.Errorf("a package's lock: %q", got)
	}
	for _, test := range []struct {
		lock *Lock
		want Subject
	}{
		{sample(), Subject{}},
		{sampleOfSource(), Subject{Package: "jool-dkms"}},
		{sampleOfKernel(), Subject{Package: "linux-source-6.12", Kernel: true}},
	} {
		if got := test.lock.Subject(); got != test.want {
			t.Errorf("%s: subject %+v", test.lock.Describe(), got)
		}
	}
}

func TestALockIsOfAnSDKOrOfSources(t *testing.T) {
	for _, test := range []struct {
		change func(l *Lock)
		want   string
	}{
		{func(l *Lock) { l.KernelRelease = "6.12" }, "kernel_release is there"},
		{func(l *Lock) { l.Packages = append(l.Packages, sample().Packages...) }, `packages[1] (make): part is "make"`},
		{func(l *Lock) { l.Packages = append(l.Packages, l.Packages...) }, `packages[1] (jool-dkms): part is "source"`},
		{func(l *Lock) { l.Packages = append(sample().Packages, l.Packages...) }, "kernel_release is missing"},
		{func(l *Lock) {
			l.Packages, l.KernelRelease = append(sample().Packages, l.Packages...), "6.12"
		}, `packages[1] (jool-dkms): part is "source"`},
	} {
		lock := sampleOfSource()
		test.change(lock)
		text, err := lock.Format()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
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
		{`"kernel_release": "6`, `"kernel_release": "", "x": "6`, "byte "},
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
	var paths []string
	for _, folder := range []string{"examples/kernels", "examples/vendor", "dev/locks"} {
		found, err := filepath.Glob("../../" + folder + "/*.lock.json")
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Fatalf("no locks in %s", folder)
		}
		paths = append(paths, found...)
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
		if lock.Subject() == (Subject{}) && len(parts) != len(sdkParts) {
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
