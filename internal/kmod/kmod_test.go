package kmod

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

func TestAModuleIsNamedByItsFile(t *testing.T) {
	for file, want := range map[string]string{
		"hello.ko":                           "hello",
		"kernel/drivers/media/v4l2-dv.ko.xz": "v4l2_dv",
		"a/b_c.ko.zst":                       "b_c",
		"x.ko.gz":                            "x",
		"hello.o":                            "",
		".ko":                                "",
		"modules.order":                      "",
		"hello.ko.bz2":                       "",
	} {
		got, ok := Name(file)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("Name(%q) = %q, want %q", file, got, want)
		}
	}
}

func TestModinfoSaysWhatAModuleNeeds(t *testing.T) {
	m, err := Read("testdata/needy.ko")
	if err != nil {
		t.Fatal(err)
	}
	want := &Module{
		Name:    "needy",
		File:    "testdata/needy.ko",
		Data:    contents(t, "needy"),
		Depends: []string{"greet"},
		Pre:     []string{"early_bird", "sooner"},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
}

func contents(t *testing.T, module string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + module + ".ko")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// compressed returns data as a compression's own writer makes it.
func compressed(t *testing.T, suffix string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch suffix {
	case "":
		return data
	case ".xz":
		w, err = xz.NewWriter(&b)
	case ".zst":
		w, err = zstd.NewWriter(&b)
	case ".gz":
		w = gzip.NewWriter(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// makeTree writes files (path to contents) below a new folder.
func makeTree(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestATreeFindsModulesHoweverCompressed(t *testing.T) {
	data := contents(t, "greet")
	for _, suffix := range []string{"", ".xz", ".zst", ".gz"} {
		t.Run("greet.ko"+suffix, func(t *testing.T) {
			dir := makeTree(t, map[string][]byte{"kernel/a/greet.ko" + suffix: compressed(t, suffix, data)})
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(dir, link); err != nil {
				t.Fatal(err)
			}
			tree, err := OpenTree(link)
			if err != nil {
				t.Fatal(err)
			}
			m, err := tree.Find("greet")
			if err != nil {
				t.Fatal(err)
			}
			if m == nil || m.Name != "greet" || !bytes.Equal(m.Data, data) {
				t.Errorf("got %v", m)
			}
			if m, err := tree.Find("greeter"); m != nil || err != nil {
				t.Errorf("found %v, %v for a name that is not there", m, err)
			}
		})
	}
}

func TestATreeKnowsWhatIsBuiltIn(t *testing.T) {
	tree, err := OpenTree(makeTree(t, map[string][]byte{"modules.builtin": []byte("kernel/lib/crc-16.ko\nkernel/fs/ext4/ext4.ko\n")}))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"crc_16": true, "crc-16": true, "ext4": true, "ext": false} {
		if got := tree.Builtin(name); got != want {
			t.Errorf("Builtin(%q) = %v", name, got)
		}
	}
}

func TestWhatIsNoModuleIsAnErrorThatNamesTheFile(t *testing.T) {
	whole := contents(t, "greet")
	dir := makeTree(t, map[string][]byte{
		"empty.ko":      nil,
		"text.ko":       []byte("not an object"),
		"cut.ko":        whole[:len(whole)/2],
		"object.ko":     bytes.ReplaceAll(whole, []byte(".modinfo"), []byte(".madinfo")),
		"plain.ko.xz":   whole,
		"cut.ko.xz":     compressed(t, ".xz", whole)[:200],
		"cut.ko.zst":    compressed(t, ".zst", whole)[:200],
		"not-module.so": whole,
	})
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		if m, err := Read(file); err == nil || !strings.HasPrefix(err.Error(), file+": ") {
			t.Errorf("Read(%s) = %v, %v, want an error that begins with the file", e.Name(), m, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"greet", "needy"} {
		data, err := os.ReadFile("testdata/" + name + ".ko")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parse("x", "x.ko", data)
		if err == nil && m == nil {
			t.Error("neither a module nor an error")
		}
		for _, suffix := range []string{".xz", ".zst", ".gz"} {
			if _, err := parse("x", "x.ko"+suffix, data); err == nil && bytes.HasPrefix(data, []byte("\x7fELF")) {
				t.Errorf("an ELF file was decompressed as %s", suffix)
			}
		}
	})
}
