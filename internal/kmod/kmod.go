// Package kmod knows kernel modules as files: what a .ko says that it needs,
// where a kernel keeps its own modules, and in which order to load them.
package kmod

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/modinfo"
)

// maxSize bounds what a compressed module may grow to: the largest of a
// distribution's has some 50 MB, debug info included.
const maxSize = 1 << 30

// A Module is a .ko file read into memory.
type Module struct {
	// Name is the kernel's name for it, in which `-` is `_`.
	Name string
	// File is the path that it was read from.
	File string
	// Data is the ELF object, uncompressed; what follows it in the file (a
	// signature) is kept.
	Data []byte
	// Depends are the names of the modules whose symbols it imports, as its
	// .modinfo says (`depends=`).
	Depends []string
	// Pre are the names that it asks to be loaded before it although it
	// imports nothing from them (`softdep=pre: ...`).
	Pre []string
}

// Name returns the kernel's name of the module in a file: the base name
// without .ko and the suffix of a compression, with `-` turned to `_`. ok is
// false if the file's name is not a module's.
func Name(file string) (name string, ok bool) {
	base := path.Base(file)
	for _, c := range compressions {
		base = strings.TrimSuffix(base, c.suffix)
	}
	name, ok = strings.CutSuffix(base, ".ko")
	return Canonical(name), ok && name != ""
}

// Canonical returns a module's name as the kernel writes it.
func Canonical(name string) string { return strings.ReplaceAll(name, "-", "_") }

// Read reads a module, which may be compressed by xz, zstd or gzip if its name
// says so (.ko.xz).
func Read(file string) (*Module, error) {
	name, ok := Name(file)
	if !ok {
		return nil, fmt.Errorf("%s: not a module: its name does not end in .ko, .ko.xz, .ko.zst or .ko.gz", file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parse(name, file, data)
}

// parse makes a module of a file's bytes.
func parse(name, file string, data []byte) (*Module, error) {
	data, err := decompress(file, data)
	if err != nil {
		return nil, err
	}
	m := &Module{Name: name, File: file, Data: data}
	if err := m.readModinfo(); err != nil {
		return nil, err
	}
	return m, nil
}

// readModinfo fills in what the .modinfo section says of other modules.
func (m *Module) readModinfo() error {
	f, err := elfobj.New(m.File, m.Data)
	if err != nil {
		return err
	}
	s := f.Section(".modinfo")
	if s == nil {
		return fmt.Errorf("%s: no .modinfo section: an object, but not a module that modpost has finished", m.File)
	}
	for key, value := range modinfo.All(f.Text(s)) {
		switch key {
		case "depends":
			for dep := range strings.SplitSeq(value, ",") {
				if dep != "" {
					m.Depends = append(m.Depends, Canonical(dep))
				}
			}
		case "softdep":
			m.Pre = append(m.Pre, pre(value)...)
		}
	}
	return nil
}

// pre returns the names that a softdep (`pre: a b post: c`) lists after `pre:`.
func pre(softdep string) []string {
	var names []string
	in := false
	for word := range strings.FieldsSeq(softdep) {
		switch {
		case word == "pre:":
			in = true
		case strings.HasSuffix(word, ":"):
			in = false
		case in:
			names = append(names, Canonical(word))
		}
	}
	return names
}

// compressions are those that a kernel's modules_install offers
// (CONFIG_MODULE_COMPRESS_XZ, _ZSTD, _GZIP).
var compressions = []struct {
	suffix string
	open   func(io.Reader) (io.Reader, error)
}{
	{".xz", func(r io.Reader) (io.Reader, error) { return xz.NewReader(r) }},
	{".zst", func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxSize))
	}},
	{".gz", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
}

func decompress(file string, data []byte) ([]byte, error) {
	for _, c := range compressions {
		if !strings.HasSuffix(file, c.suffix) {
			continue
		}
		r, err := c.open(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out, err := io.ReadAll(io.LimitReader(r, maxSize+1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if len(out) > maxSize {
			return nil, fmt.Errorf("%s: more than %d bytes when decompressed", file, maxSize)
		}
		return out, nil
	}
	return data, nil
}
