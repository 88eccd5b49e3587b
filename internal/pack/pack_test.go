package pack

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sample() *Pack {
	return &Pack{
		Dirs: []string{"w/p", "usr/src/empty"},
		Files: []File{
			{Path: "usr/src/linux/b.h", Blob: Compress([]byte(strings.Repeat("int b;\n", 100)))},
			{Path: "usr/src/linux/a.h", Blob: Compress([]byte("int a;\n"))},
			{Path: "w/p/empty.h", Blob: Compress(nil)},
		},
	}
}

func TestUnpackMakesTheFilesThatWerePacked(t *testing.T) {
	data, err := Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	p, err := Decode("x.pack", data)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := p.Unpack(root); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"usr/src/linux/a.h": "int a;\n",
		"usr/src/linux/b.h": strings.Repeat("int b;\n", 100),
		"w/p/empty.h":       "",
	} {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	if info, err := os.Stat(filepath.Join(root, "usr/src/empty")); err != nil || !info.IsDir() {
		t.Errorf("the empty folder: %v", err)
	}
	if err := p.Unpack(root); err == nil {
		t.Error("unpacked over files that were there")
	}
	p.Remove(root)
	filepath.Walk(root, func(name string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			t.Errorf("%s is left", name)
		}
		return nil
	})
}

func TestTheSameFilesMakeTheSamePack(t *testing.T) {
	one, err := Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	other := sample()
	other.Files[0], other.Files[2] = other.Files[2], other.Files[0]
	other.Dirs[0], other.Dirs[1] = other.Dirs[1], other.Dirs[0]
	if two, err := Encode(other); err != nil || !bytes.Equal(one, two) {
		t.Errorf("another order made other bytes (%v)", err)
	}
}

func TestEncodeRefusesPathsThatLeaveTheFolder(t *testing.T) {
	for _, path := range []string{"", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a\x00b"} {
		if _, err := Encode(&Pack{Files: []File{{Path: path}}}); err == nil {
			t.Errorf("a file at %q was packed", path)
		}
		if _, err := Encode(&Pack{Dirs: []string{path}}); err == nil {
			t.Errorf("a folder at %q was packed", path)
		}
	}
	if _, err := Encode(&Pack{Files: []File{{Path: "a"}, {Path: "a"}}}); err == nil {
		t.Error("a file was packed twice")
	}
}

func TestDecodeNamesTheFileAndTheOffset(t *testing.T) {
	data, err := Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	for cut := range data {
		_, err := Decode("x.pack", data[:cut])
		var format *FormatError
		if !errors.As(err, &format) || format.File != "x.pack" || format.Offset > cut {
			t.Fatalf("cut to %d bytes: %v", cut, err)
		}
	}
	if _, err := Decode("x.pack", append(data, 0)); err == nil {
		t.Error("a byte too many was accepted")
	}
}

func TestDecodeRefusesPathsThatLeaveTheFolder(t *testing.T) {
	good, err := Encode(&Pack{Files: []File{{Path: "aa/bbb", Blob: Compress([]byte("x"))}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../bbb", "/a/bbb", "aa//bb", "aa/bb/"} {
		if _, err := Decode("x.pack", bytes.Replace(good, []byte("aa/bbb"), []byte(path), 1)); err == nil {
			t.Errorf("a file at %q was accepted", path)
		}
	}
}

func TestUnpackRefusesABrokenFrame(t *testing.T) {
	data, err := Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	frame := sample().Files[0].Blob.Frame
	at := bytes.Index(data, frame)
	for i := range frame {
		broken := bytes.Clone(data)
		broken[at+i] ^= 0x55
		p, err := Decode("x.pack", broken)
		if err != nil {
			t.Fatal(err)
		}
		err = p.Unpack(t.TempDir())
		var format *FormatError
		if err != nil && (!errors.As(err, &format) || format.Offset != at) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, err := Encode(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Decode("fuzz", data)
		if err != nil {
			return
		}
		for _, file := range p.Files {
			if !cleanPath(file.Path) {
				t.Fatalf("%q is not clean", file.Path)
			}
			if file.Blob.Size > 1<<20 {
				continue
			}
			if content, err := file.Blob.Content(nil); err == nil && len(content) != file.Blob.Size {
				t.Fatalf("%s has %d bytes, not %d", file.Path, len(content), file.Blob.Size)
			}
		}
	})
}
