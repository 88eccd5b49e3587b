package initramfs

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/cavaliergopher/cpio"
	"github.com/google/go-cmp/cmp"
)

// write returns the archive of the files, added in the order given.
func write(t *testing.T, files ...string) []byte {
	t.Helper()
	var a Archive
	for _, name := range files {
		if err := a.Add(name, []byte("contents of "+name)); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type entry struct {
	Name  string
	Mode  cpio.FileMode
	Inode int64
	Links int
	Data  string
}

func read(t *testing.T, archive []byte) []entry {
	t.Helper()
	var entries []entry
	r := cpio.NewReader(bytes.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h.ModTime.Unix() != 0 || h.Uid != 0 || h.Guid != 0 {
			t.Errorf("%s: time %v, owner %d:%d, want none", h.Name, h.ModTime, h.Uid, h.Guid)
		}
		entries = append(entries, entry{h.Name, h.Mode, h.Inode, h.Links, string(data)})
	}
}

func TestAFolderComesBeforeWhatIsInIt(t *testing.T) {
	const dir, file = cpio.TypeDir | 0o755, cpio.TypeReg | 0o755
	want := []entry{
		{"a", dir, 1, 2, ""},
		{"a-b", file, 2, 1, "contents of /a-b"}, // `-` sorts before `/`
		{"a/b", dir, 3, 2, ""},
		{"a/b/c", file, 4, 1, "contents of /a/b/c"},
		{"init", file, 5, 1, "contents of /init"},
	}
	if diff := cmp.Diff(want, read(t, write(t, "/init", "/a/b/c", "/a-b"))); diff != "" {
		t.Error(diff)
	}
}

func TestTheOrderOfAddingDoesNotShow(t *testing.T) {
	a := write(t, "/init", "/bin/sh", "/boottest/plan.json")
	b := write(t, "/boottest/plan.json", "/init", "/bin/sh")
	if !bytes.Equal(a, b) {
		t.Error("two orders of adding give two archives")
	}
}

func TestAnEmptyFileIsAFile(t *testing.T) {
	var a Archive
	if err := a.Add("/empty", nil); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got := read(t, b.Bytes()); len(got) != 1 || !got[0].Mode.IsRegular() {
		t.Errorf("got %v", got)
	}
}

func TestPathsThatCannotBeAreRefused(t *testing.T) {
	for _, name := range []string{"", "/", "init", "/a/", "/a//b", "/a/../b", "/./a", "/a\x00b"} {
		var a Archive
		if err := a.Add(name, nil); err == nil {
			t.Errorf("Add(%q) is no error", name)
		}
	}
	var a Archive
	if err := errors.Join(a.Add("/a", nil), a.Add("/a/b/c", nil)); err != nil {
		t.Fatal(err)
	}
	if err := a.Add("/a", nil); err == nil {
		t.Error("two files at one path are no error")
	}
	if err := a.Write(io.Discard); err == nil {
		t.Error("a file that is also a folder is no error")
	}
}
