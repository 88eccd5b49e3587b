package elfobj

import (
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Open maps the file at path into memory and reads its headers. Errors name
// the path. The caller closes the File when nothing of it is needed any more.
func Open(path string) (*File, error) {
	data, unmap, err := MapFile(path)
	if err != nil {
		return nil, err
	}
	f, err := New(path, data)
	if err != nil {
		_ = unmap()
		return nil, err
	}
	f.unmap = unmap
	return f, nil
}

// Close gives back the memory of a File that Open made: strings and bytes that
// came from the File must not be used after it.
func (f *File) Close() error {
	if f.unmap == nil {
		return nil
	}
	unmap, sparse := f.unmap, f.sparse
	f.unmap, f.data, f.text, f.sections, f.sparse = nil, nil, "", nil, nil
	f.symtab, f.shndx = 0, 0
	err := unmap()
	if sparse != nil && sparse.err != nil {
		return sparse.err
	}
	return err
}

// readLimit is the size up to which files are read, not mapped. Copying this
// much is cheaper than to set up a mapping, to fault its pages in and to tear it
// down, which also stops the process's other threads.
const readLimit = 1 << 20

// A room is memory for a file that is read: its bytes, and if it is read in
// parts, its section headers and which sections are there.
type room struct {
	data     [readLimit]byte
	sections []Section
	loaded   []bool
}

// rooms are used for one file after another.
var rooms = sync.Pool{New: func() any { return new(room) }}

// MapFile brings the file at path into memory: it maps a large one, and reads
// others. The bytes must not be used after the returned function was called.
func MapFile(path string) ([]byte, func() error, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	switch size := info.Size(); {
	case !info.Mode().IsRegular(), size == 0, size != int64(int(size)):
	case size <= readLimit:
		r := rooms.Get().(*room)
		if _, err := io.ReadFull(file, r.data[:size]); err == nil {
			return r.data[:size:size], func() error { rooms.Put(r); return nil }, nil
		}
		rooms.Put(r)
	default:
		data, err := unix.Mmap(int(file.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_PRIVATE)
		if err == nil {
			return data, func() error { return unix.Munmap(data) }, nil
		}
	}
	// What is neither, such as a pipe.
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return nil }, nil
}
