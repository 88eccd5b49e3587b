// Package initramfs writes the archive that a kernel unpacks as its first root
// file system: cpio in the "newc" format (the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst), uncompressed.
//
// The bytes depend on names and contents only: no times, owners or inode
// numbers of the machine that wrote it.
package initramfs

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/cavaliergopher/cpio"
)

// maxFile is the size that newc's eight hexadecimal digits can say.
const maxFile = 1<<32 - 1

// An Archive is a set of files. The zero value is empty.
type Archive struct {
	files map[string][]byte
}

// Add puts a file at an absolute path ("/bin/busybox"). Every file may be
// executed: Bazel does not pass on whether a source may. It is an error if the
// path is there already, or not absolute and clean.
func (a *Archive) Add(name string, data []byte) error {
	if !path.IsAbs(name) || path.Clean(name) != name || name == "/" || strings.ContainsRune(name, 0) {
		return fmt.Errorf("initramfs: %q is not an absolute path in its shortest form", name)
	}
	if _, ok := a.files[name]; ok {
		return fmt.Errorf("initramfs: two files for %s", name)
	}
	if int64(len(data)) > maxFile {
		return fmt.Errorf("initramfs: %s: %d bytes are more than a cpio archive can hold in a file", name, len(data))
	}
	if a.files == nil {
		a.files = map[string][]byte{}
	}
	a.files[name] = data
	return nil
}

// Write writes the archive: the folders that the files lie in and the files,
// in the order of their paths, so that a folder comes before what is in it.
func (a *Archive) Write(w io.Writer) error {
	names := map[string]bool{}
	for name := range a.files {
		names[name] = true
		for dir := path.Dir(name); dir != "/"; dir = path.Dir(dir) {
			if _, ok := a.files[dir]; ok {
				return fmt.Errorf("initramfs: %s is a file, so there can be no %s", dir, name)
			}
			names[dir] = true
		}
	}
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)

	out := cpio.NewWriter(w)
	for i, name := range sorted {
		data, isFile := a.files[name]
		h := &cpio.Header{
			Name:  name[1:],
			Inode: int64(i + 1),
			Mode:  cpio.TypeDir | 0o755,
			Links: 2,
		}
		if isFile {
			h.Mode, h.Links, h.Size = cpio.TypeReg|0o755, 1, int64(len(data))
		}
		if err := out.WriteHeader(h); err != nil {
			return fmt.Errorf("initramfs: %s: %w", name, err)
		}
		if _, err := out.Write(data); err != nil {
			return fmt.Errorf("initramfs: %s: %w", name, err)
		}
	}
	return out.Close()
}
